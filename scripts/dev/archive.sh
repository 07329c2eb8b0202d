#!/usr/bin/env bash
# Lists what has been archived of the running system's record of activity.
#
#   ./dev archive status [--data FOLDER]
#
# Each job, its rows and bytes, and how far it is. FOLDER is that of ./dev run (.local).
#
# Examples:
#   ./dev archive status

# shellcheck source=scripts/dev/lib/common.sh
source "${BASH_SOURCE%/*}/lib/common.sh"

local_command archive "$@"
