#!/usr/bin/env bash
# Reckons what any number of users takes and costs on AWS, by a model.
#
#   ./dev capacity [--users N] [--hit-ratio 0.9] [OPTION]...
#
# Requests, concurrency, capacity, dollars, and the limit that is reached first. Without --users:
# the last number of each stage. What it says of AWS is in docs/capacity.md.
#
# Examples:
#   ./dev capacity --users 1000
#   ./dev capacity --docs docs      writes the page and its plots anew
#
# All options:

# shellcheck source=scripts/dev/lib/common.sh
source "${BASH_SOURCE%/*}/lib/common.sh"

rust_toolchain
cd "$root"
build_binary capacity
exec target/debug/capacity "$@"
