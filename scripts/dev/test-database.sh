#!/usr/bin/env bash
# Runs the tests that touch the database, with another server than this machine has.
#
#   ./dev test-database [PROGRAM]
#
# PROGRAM, or a MySQL 8 that is unpacked in target/tools. ./dev test does so, too.
#
# Examples:
#   ./dev test-database
#   ./dev test-database /usr/sbin/mariadbd

# shellcheck source=scripts/dev/lib/common.sh
source "${BASH_SOURCE%/*}/lib/common.sh"

# What is tried on MySQL 8 as well as on MariaDB: what asks the database for something, and what
# stops it.
both_databases=(
  accounts:: activity:: album_changes:: album_isolation:: albums:: auto_pause:: captions::
  changes:: control_characters:: discovery:: editing:: engines:: guests:: guests_bounds::
  local_time:: map:: me:: member_addresses:: members:: photos:: plans:: projection:: replica::
  search:: shares:: social:: statistics:: tags:: upload_accounting:: uploads:: batch::archive::
  batch::lifecycle::
)

# Where a worker dies, how far a replica is behind, and what becomes of rows in the warehouse has
# little to do with the server: in CI, whose minutes are counted, that is tried on one of them.
left_out=()
[ "${CI:-}" != true ] || left_out=(
  --skip killed_anywhere --skip dies_between --skip own_writes_are_read_at_any_lag
  --skip batch::archive::
)

setup run test
cd "$root"
[ $# -gt 0 ] || mysql8 || exit 1
export ALBUMEN_MYSQLD=${1:-$tools/mysql8/mysqld}
build_binaries --tests
start_system
status=0
cargo test --workspace --test it "${locked[@]}" --no-fail-fast -- "${both_databases[@]}" \
  "${left_out[@]}" |
  tee "$work/tests.log" || {
    status=1
    note_failures "$work/tests.log"
  }
grep -q '^running [1-9]' "$work/tests.log" || status=1
exit "$status"
