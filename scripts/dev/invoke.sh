#!/usr/bin/env bash
# Calls one function of the running system, or of a stack on AWS, and prints its answer.
#
#   ./dev invoke FUNCTION [EVENT.json] [--data FOLDER]
#   ./dev invoke FUNCTION [EVENT.json] --stack NAME [--region REGION]
#
# EVENT.json is a file, or - for standard input; without one the event is {}. events/ has one
# for each function. FOLDER is that of ./dev run (.local).
#
# Examples:
#   ./dev invoke GetHealth events/get-health.json
#   ./dev invoke relay-outbox
#   ./dev invoke RollUpStatistics --stack albumen

# shellcheck source=scripts/dev/lib/common.sh
source "${BASH_SOURCE%/*}/lib/common.sh"

local_or_stack_command invoke "$@"
