#!/usr/bin/env bash
# Injects faults into a system under load by a seed, and says whether anything was lost or doubled.
#
#   ./dev torture [--minutes 10] [--seed N] [--rate 0.02] [--users 8] [--only POINT]
#                 [--power-cuts N] [--shrink] [--data FOLDER] [--out FOLDER]
#   ./dev torture --system FILE --check JOURNAL     the stores of a running system, once more
#
# Starts a system of its own on free ports, whose engines stand behind proxies that delay, refuse and
# cut, whose messages come twice and out of order, and whose functions are killed or have a wrong
# clock. People write and read meanwhile, and keep a journal of what was acknowledged. Then the faults
# end, the system settles, and every store is read. With --power-cuts, all processes are killed at
# once that often, and the system goes on from what it had. With --data the folder is kept, else it
# goes with the system. Without --seed one is drawn. Fails if an invariant is violated; target/torture
# has the journal and the report in JSON. With --shrink, a run that fails is made smaller as long as
# it still fails: half of the points at which faults happen, then half of the rate, of the minutes, of
# the people. docs/reliability.md says what is injected and what has to hold.
#
# Examples:
#   ./dev torture --minutes 10 --seed 7
#   ./dev torture --minutes 2 --rate 0.05 --data /tmp/tortured
#   ./dev torture --minutes 3 --power-cuts 4
#   ./dev torture --minutes 3 --only clocks --only functions --rate 0.1
#   ./dev torture --minutes 2 --seed 7 --shrink
#   ./dev torture --release --minutes 10 --users 16
#   ./dev torture --system .local/system.json --check target/torture/journal.json
#
# All options:

# shellcheck source=scripts/dev/lib/common.sh
source "${BASH_SOURCE%/*}/lib/common.sh"

# Takes out of the arguments what the system needs before the load begins, and what is shrunk.
take_own_arguments() {
  local argument previous=
  seed=$RANDOM
  minutes=10
  rate=0.02
  users=8
  shrinks=
  only=()
  rest=()
  for argument in "${arguments[@]}"; do
    case $previous in
      --data) system_data=$argument ;;
      --seed) seed=$argument ;;
      --minutes) minutes=$argument ;;
      --rate) rate=$argument ;;
      --users) users=$argument ;;
      --only) only+=("$argument") ;;
      *)
        case $argument in
          --data | --seed | --minutes | --rate | --users | --only) ;;
          --shrink) shrinks=yes ;;
          *) rest+=("$argument") ;;
        esac
        ;;
    esac
    previous=$argument
  done
}

# Starts a system, tortures it, and stops it: in a shell of its own, whose end is the system's.
torture() (
  # A system that does not start says nothing of what was lost.
  die() {
    printf '%s\n' "$*" >&2
    exit 2
  }
  local point points=()
  for point in "${only[@]}"; do points+=(--only "$point"); done
  start_system --faults "$seed"
  # Something was lost or doubled: the report has it.
  outcome=1
  "target/$profile/torture" --system "$ALBUMEN_SYSTEM" --seed "$seed" --minutes "$minutes" \
    --rate "$rate" --users "$users" "${points[@]}" "${rest[@]}"
)

# Says whether the run still fails with what is set now. One that ends well may fail another time:
# which request meets which fault is a matter of time.
still_fails() {
  # Each on stores of its own: what one has damaged would be found by all that follow.
  local status=0 system_data=
  say "Is it found by less? --minutes $minutes --rate $rate --users $users; ${only[*]-}"
  torture || status=$?
  [ "$status" -eq 1 ]
}

# Halves the points at which faults happen, as long as a half is enough.
shrink_points() {
  local half all
  [ ${#only[@]} -gt 0 ] ||
    only=(database "hot table" "hot table, batches" buckets queues
      "delivery of messages" functions clocks)
  while [ ${#only[@]} -gt 1 ]; do
    all=("${only[@]}")
    half=$((${#all[@]} / 2))
    only=("${all[@]:0:half}")
    ! still_fails || continue
    only=("${all[@]:half}")
    ! still_fails || continue
    only=("${all[@]}")
    return
  done
}

# Halves the number in the variable NAME, as long as a half is enough and not below LEAST.
shrink_number() {
  local -n number=$1
  local least=$2 before
  while awk "BEGIN { exit !($number / 2 >= $least) }"; do
    before=$number
    number=$(awk "BEGIN { print $number / 2 }")
    [ "$1" != users ] || number=${number%.*}
    if ! still_fails; then
      number=$before
      return
    fi
  done
}

take_arguments "$@"
cd "$root"
case " $* " in
  *" -h "* | *" --help "*)
    rust_toolchain
    build_binary torture
    exec target/debug/torture --help
    ;;
  *" --system"*)
    rust_toolchain
    build_binary torture
    exec target/debug/torture "${arguments[@]}"
    ;;
esac
take_own_arguments
setup run
if [ "$profile" = release ]; then
  # Without the tests, whose dependencies switch on features that nothing deployed has.
  build_binaries --exclude tests
else
  build_binaries
fi
build_skewed_clock
status=0
torture || status=$?
if [ "$status" -eq 1 ] && [ -n "$shrinks" ]; then
  shrink_points
  shrink_number rate 0.001
  shrink_number minutes 0.25
  shrink_number users 1
  say "The least that still failed:"
  printf -v points ' --only "%s"' "${only[@]}"
  say "./dev torture --seed $seed --minutes $minutes --rate $rate --users $users$points ${rest[*]-}"
fi
exit "$status"
