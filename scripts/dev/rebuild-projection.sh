#!/usr/bin/env bash
# Builds the hot table of the running system, or of a stack on AWS, anew from its database.
#
#   ./dev rebuild-projection [--from 0] [--to 4095] [--data FOLDER]
#   ./dev rebuild-projection [--from 0] [--to 4095] --stack NAME [--region REGION] [--next PLACE]
#
# For a range of logical shards, both ends included. FOLDER is that of ./dev run (.local). Of a
# stack it says after each call how far it is and, when it is cut off, the PLACE to go on at.
#
# Examples:
#   ./dev rebuild-projection
#   ./dev rebuild-projection --from 0 --to 1023
#   ./dev rebuild-projection --stack albumen

# shellcheck source=scripts/dev/lib/common.sh
source "${BASH_SOURCE%/*}/lib/common.sh"

local_or_stack_command rebuild-projection "$@"
