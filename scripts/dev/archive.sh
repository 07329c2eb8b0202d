#!/usr/bin/env bash
# Lists what has been archived of the record of activity, here or of a stack on AWS.
#
#   ./dev archive status [--data FOLDER]
#   ./dev archive status --stack NAME [--region REGION]
#
# Each job, its rows and bytes, and how far it is. FOLDER is that of ./dev run (.local).
#
# Examples:
#   ./dev archive status
#   ./dev archive status --stack albumen

# shellcheck source=scripts/dev/lib/common.sh
source "${BASH_SOURCE%/*}/lib/common.sh"

local_or_stack_command archive "$@"
