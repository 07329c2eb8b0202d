#!/usr/bin/env bash
# Writes months of activity, archives them, and shows what is where.
#
#   ./dev demo-archive [--months 6] [--rows 5000]
#
# In a system of its own: the functions move each month into the warehouse. Printed are where
# each month is, whether it is the same, and a year in review.
#
#   --months N   months that are old enough to be archived (6)
#   --rows N     rows of each, of about a kilobyte (5000)
#
# Examples:
#   ./dev demo-archive --months 2 --rows 500

# shellcheck source=scripts/dev/lib/common.sh
source "${BASH_SOURCE%/*}/lib/common.sh"

# A system of its own, because what is archived leaves the database.
take_arguments "$@"
setup run
cd "$root"
build_binaries
start_system
"target/$profile/local" archive --data "$work/data" demo "${arguments[@]}"
