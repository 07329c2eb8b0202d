#!/usr/bin/env bash
# Builds and starts everything on loopback, and prints the address.
#
#   ./dev run [--port 8080] [--data FOLDER] [--fresh] [--parameter NAME=VALUE]... [--release]
#             [--replica [--lag SECONDS]]
#
# Ctrl-C stops it; the next run finds its data again. While it runs, the page is built again whenever
# a source of it changes.
#
#   --port PORT              of the page and the API; the four above it are used as well, and 0
#                            takes any that are free (8080)
#   --data FOLDER            keeps everything between runs (.local)
#   --fresh                  starts over with an empty folder
#   --parameter NAME=VALUE   a value for a parameter of template.yaml; several times, if need be
#   --release                optimised, as what is deployed is
#   --replica                a second database, which replicates the first: functions read from it,
#                            and it takes over when the first is gone
#   --lag SECONDS            by which the replica is behind (0)
#
# Examples:
#   ./dev run
#   ./dev run --port 0 --data /tmp/albumen --fresh
#   ./dev run --parameter LoginsPerMinute=100
#   ./dev run --replica --lag 5

# shellcheck source=scripts/dev/lib/common.sh
source "${BASH_SOURCE%/*}/lib/common.sh"

setup run
build_page
watch_page
local_command run "$@"
