#!/usr/bin/env bash
# Lists what changes in the stack from one stage of its parameter Scale to the next.
#
#   ./dev diff-stages [STAGE STAGE]
#
# Examples:
#   ./dev diff-stages
#   ./dev diff-stages users-2 users-3

# shellcheck source=scripts/dev/lib/common.sh
source "${BASH_SOURCE%/*}/lib/common.sh"

stack_python -m stack diff "$@"
