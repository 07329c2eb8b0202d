#!/usr/bin/env bash
# Simulates a day of the stack on AWS at any stage: refusals, latencies, dollars.
#
#   ./dev simulate [--scale STAGE] [--day us-business] [--spike 10] [OPTION]...
#
# Requests of a day by its hours, with a spike at the busiest; what is there is read from the
# templates. Without --scale: every stage. docs/simulation.md says what is modelled and what is not.
#
# Examples:
#   ./dev simulate --scale users-3 --day us-business --spike 10
#   ./dev simulate --limits --json target/simulation.json     where each stage fails, as JSON, too
#
# All options:

# shellcheck source=scripts/dev/lib/common.sh
source "${BASH_SOURCE%/*}/lib/common.sh"

rust_toolchain
cd "$root"
build_binary simulate
exec target/debug/simulate "$@"
