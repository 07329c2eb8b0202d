#!/usr/bin/env bash
# Injects faults into a system under load by a seed, and says whether anything was lost or doubled.
#
#   ./dev torture [--minutes 10] [--seed N] [--rate 0.02] [--users 8] [--data FOLDER] [--out FOLDER]
#   ./dev torture --system FILE --check JOURNAL     the stores of a running system, once more
#
# Starts a system of its own on free ports, whose engines stand behind proxies that delay, refuse and
# cut, whose messages come twice and out of order, and whose functions are killed. People write and
# read meanwhile, and keep a journal of what was acknowledged. Then the faults end, the system
# settles, and every store is read. With --data the folder is kept, else it goes with the system.
# Without --seed one is drawn. Fails if an invariant is violated; target/torture has the journal and
# the report in JSON. docs/reliability.md says what is injected and what has to hold.
#
# Examples:
#   ./dev torture --minutes 10 --seed 7
#   ./dev torture --minutes 2 --rate 0.05 --data /tmp/tortured
#   ./dev torture --release --minutes 10 --users 16
#   ./dev torture --system .local/system.json --check target/torture/journal.json
#
# All options:

# shellcheck source=scripts/dev/lib/common.sh
source "${BASH_SOURCE%/*}/lib/common.sh"

# Takes --data and --seed out of the arguments: the system needs both before the load begins.
take_own_arguments() {
  local argument previous=
  seed=$RANDOM
  rest=()
  for argument in "${arguments[@]}"; do
    case $previous in
      --data) system_data=$argument ;;
      --seed) seed=$argument ;;
      *) case $argument in --data | --seed) ;; *) rest+=("$argument") ;; esac ;;
    esac
    previous=$argument
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
start_system --faults "$seed"
# Something was lost or doubled: the report has it.
outcome=1
"target/$profile/torture" --system "$ALBUMEN_SYSTEM" --seed "$seed" "${rest[@]}"
