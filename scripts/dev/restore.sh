#!/usr/bin/env bash
# Makes a copy of a stack's database as it was, and has the stack served by it.
#
#   ./dev restore make --stack NAME [--to MOMENT]
#   ./dev restore serve COPY|own --stack NAME
#   ./dev restore views --stack NAME
#   ./dev restore follow --stack NAME
#
# docs/recovery.md is the drill: what is lost, and what comes after each step. MOMENT has its zone
# and lies within the days of the stage; without it, the copy is the latest that there is. Each
# step but the first shows what it is about to do, and asks.
#
# Examples:
#   ./dev restore make --to 2026-11-28T03:10:00Z --stack albumen
#   ./dev restore serve albumen-restored-20261128t031000z --stack albumen
#   ./dev restore views --stack albumen
#
# All options:

# shellcheck source=scripts/dev/lib/common.sh
source "${BASH_SOURCE%/*}/lib/common.sh"

stack_python scripts/restore.py "$@"
