#!/usr/bin/env bash
# Runs the tests that touch C libraries once more, under valgrind.
#
#   ./dev memcheck
#
# Nothing is read or written out of bounds, nothing leaks, nothing depends on memory that was
# never written.
#
# Examples:
#   ./dev memcheck

# shellcheck source=scripts/dev/lib/common.sh
source "${BASH_SOURCE%/*}/lib/common.sh"

# Runs the tests of the imaging library with these names under valgrind, with these options of it.
under_valgrind() {
  local host names=$1 runner=(valgrind --quiet --error-exitcode=1 "${@:2}")
  host=$(rustc -vV | sed -n 's/^host: //p' | tr '[:lower:]-' '[:upper:]_')
  # shellcheck disable=SC2086 # a list of words
  env "CARGO_TARGET_${host}_RUNNER=${runner[*]}" \
    cargo test --package imaging --test it "${locked[@]}" -- $names |
    tee "$work/tests.log" || return 1
  grep -q '^running [1-9]' "$work/tests.log" || { say "No test ran." && return 1; }
}

setup memcheck
cd "$root"
work=$(mktemp -d /tmp/albumen.XXXXXX)
trap stop_system EXIT
# What decodes and encodes in each way, and files that lie. Not the many random ones: under valgrind
# all takes twenty times as long, and those are what fuzzing is for.
failed=()
ways="jpeg:: webp::"
lies="hostile::lies:: hostile::parts::w hostile::within"
# As it is deployed. Whether memory was written before it is used cannot be told here: the vector
# code of libjpeg-turbo makes a mask of ones by comparing a register with itself, whatever is in it,
# which valgrind takes for a use.
say "Bounds and leaks"
under_valgrind "$ways $lies" --undef-value-errors=no --leak-check=full \
  --errors-for-leak-kinds=definite --show-leak-kinds=definite || failed+=("bounds and leaks")
say "Memory never written, without libjpeg-turbo's vector code"
JSIMD_FORCENONE=1 under_valgrind "$ways" || failed+=("memory never written")
[ ${#failed[@]} -eq 0 ] || die "Memory checks failed: $(join "${failed[@]}")."
say "Memory checks passed."
