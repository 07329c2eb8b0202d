#!/usr/bin/env bash
# Builds the hot table of the running system anew from its database.
#
#   ./dev rebuild-projection [--from 0] [--to 4095] [--data FOLDER]
#
# For a range of logical shards, both ends included. FOLDER is that of ./dev run (.local).
#
# Examples:
#   ./dev rebuild-projection
#   ./dev rebuild-projection --from 0 --to 1023

# shellcheck source=scripts/dev/lib/common.sh
source "${BASH_SOURCE%/*}/lib/common.sh"

local_command rebuild-projection "$@"
