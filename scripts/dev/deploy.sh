#!/usr/bin/env bash
# Builds, shows what would change in an AWS account, asks, and does it.
#
#   ./dev deploy [--scale STAGE] [--region REGION] [--email ADDRESS] [--domain NAME]...
#   ./dev deploy --check [--scale STAGE] [--region REGION] [--domain NAME]...
#
# In the account that your environment names; the first time it makes the keys. With --check it
# says what the account lacks (quotas, zones, certificate, names, permissions) and what to do: it
# reads, and makes nothing. docs/operations.md explains all of it.
#
# Examples:
#   ./dev deploy --check --scale users-1 --region eu-central-1
#   ./dev deploy --scale users --email you@example.org
#
# All options:

# shellcheck source=scripts/dev/lib/common.sh
source "${BASH_SOURCE%/*}/lib/common.sh"

case " $* " in
  *" --help "* | *" --check "*) ;;
  *" --web-only "*) setup node && build_page ;;
  *) setup node && build_page && "$root/dev" build ;;
esac
stack_python scripts/deploy.py "$@"
