# shellcheck shell=bash
# A local system of a command's own, which ends with it; or several.

work=
systems=() # the processes
system_data= # its data folder, to be kept; empty for one that goes with it
verdict= # said last, below the log
outcome= # a status that is a result, and says nothing against the system: its log is not shown

# Ends the systems, whatever happened: no process and no file stays behind.
stop_system() {
  local status=$? waited=0 system
  trap - EXIT INT TERM
  for system in "${systems[@]}"; do
    kill -TERM "$system" 2>/dev/null || true
  done
  for system in "${systems[@]}"; do
    while kill -0 "$system" 2>/dev/null && [ "$waited" -lt 150 ]; do
      sleep 0.2
      waited=$((waited + 1))
    done
    if kill -KILL "$system" 2>/dev/null; then
      say "The system did not stop within 30 seconds and was killed."
      [ "$status" -ne 0 ] || status=2
    fi
  done
  if [ "$status" -ne 0 ] && [ "$status" != "$outcome" ] && [ -s "$work/system.log" ]; then
    say "The last lines of the system under test:"
    tail -n 60 "$work/system.log" | cut -c 1-300 >&2
  fi
  [ -z "$work" ] || rm -rf "$work"
  [ -z "$verdict" ] || say "$verdict"
  exit "$status"
}

# Starts a system on free ports and data of its own; sets ALBUMEN_SYSTEM. With --record-calls, this
# system and those that tests start note which function calls what of AWS, in the file
# ALBUMEN_CALLS. Further arguments are those of `local run`.
start_system() {
  local recording=()
  unset ALBUMEN_CALLS
  make_work_folder
  if [ "${1:-}" = --record-calls ]; then
    export ALBUMEN_CALLS=$work/calls
    recording=(--record-calls "$ALBUMEN_CALLS")
    shift
  fi
  local data=${system_data:-$work/data}
  run_system "$data" "${recording[@]}" "$@"
  export ALBUMEN_SYSTEM=$data/system.json
}

# Starts another system beside, on data of its own by this name; its description is
# $work/NAME/system.json. Further arguments are those of `local run`.
start_system_beside() {
  local name=$1
  shift
  run_system "$work/$name" "$@"
}

# Makes the folder that goes when the command ends, and its systems with it.
make_work_folder() {
  # Short, because the path of a socket may have no more than 107 bytes.
  work=$(mktemp -d /tmp/albumen.XXXXXX)
  trap stop_system EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
}

# Runs a system on a data folder, and waits until it answers.
run_system() {
  local data=$1 system waited=0
  shift
  "target/$profile/local" run --port 0 --data "$data" "$@" \
    --parameter UploadsVisibilitySeconds=10 --parameter ProjectionVisibilitySeconds=10 \
    --parameter ArchiveVisibilitySeconds=10 \
    --parameter LoginsPerMinute=100000 --parameter WritesPerMinute=1000000 \
    </dev/null >>"$work/system.log" 2>&1 &
  system=$!
  systems+=("$system")
  until [ -s "$data/system.json" ]; do
    kill -0 "$system" 2>/dev/null || die "The system under test did not start: its log follows."
    [ "$waited" -lt 600 ] ||
      die "The system under test was not ready within two minutes: its log follows."
    sleep 0.2
    waited=$((waited + 1))
  done
}
