#!/usr/bin/env bash
# Prints the code that makes an account an administrator, of the running system or of a stack on AWS.
#
#   ./dev administrator-code [--data FOLDER]
#   ./dev administrator-code --stack NAME [--region REGION]
#
# It is good once, for whoever is signed in: albumen admin claim. Another signing key has another
# one. FOLDER is that of ./dev run (.local).
#
# Examples:
#   ./dev administrator-code
#   ./dev administrator-code --stack albumen --region eu-central-1

# shellcheck source=scripts/dev/lib/common.sh
source "${BASH_SOURCE%/*}/lib/common.sh"

local_or_stack_command administrator-code "$@"
