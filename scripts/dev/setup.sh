#!/usr/bin/env bash
# Installs what all the other commands need, and nothing else.
#
#   ./dev setup
#
# They install what they miss by themselves, too: each says what before it does.
#
# Examples:
#   ./dev setup

# shellcheck source=scripts/dev/lib/common.sh
source "${BASH_SOURCE%/*}/lib/common.sh"

setup run test lint python fuzz memcheck
duckdb_library
say "Everything is here."
