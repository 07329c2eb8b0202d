#!/usr/bin/env bash
# Has the photos of the running system, or of a stack on AWS, rendered anew, after a rendition's size has changed.
#
#   ./dev rerender [--from 0] [--to 4095] [--per-second 2] [--data FOLDER]
#   ./dev rerender [--from 0] [--to 4095] --stack NAME [--region REGION] [--next PLACE]
#
# For a range of logical shards, both ends included. Photos stay ready; uploads are not kept waiting.
# FOLDER is that of ./dev run (.local).
#
# Examples:
#   ./dev rerender
#   ./dev rerender --from 0 --to 1023 --per-second 10

# shellcheck source=scripts/dev/lib/common.sh
source "${BASH_SOURCE%/*}/lib/common.sh"

local_or_stack_command rerender "$@"
