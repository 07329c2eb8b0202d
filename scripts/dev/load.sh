#!/usr/bin/env bash
# Drives a system by a schedule that waits for no answer, and names what runs out first.
#
#   ./dev load [--rate 50] [--seconds 60] [--step 3 | --spike 10 | --day us-business]
#              [--burst upload=1000] [--mix look=80,upload=1] [--slo OBJECTIVE]...
#              [--find-limit] [--out FOLDER]
#   ./dev load --system FILE | --origin URL --key FILE     a system that runs already
#   ./dev load --compare FIRST SECOND                      two reports, as ratios
#   ./dev load --peer node [--peer python] [--rounds 3]    albums, beside the same in Node.js
#
# Without --system and --origin it starts a release build of the whole system on free ports, with
# data of its own, and stops it afterwards. People look, search, sync, comment and upload, each
# answer is checked, and latency is from the instant at which a request was meant to be sent.
# Prints the figures and writes them into target/load, as JSON and as a page with plots. Fails if an
# objective is missed, or if any answer is wrong. docs/load.md says how it measures.
#
# With --peer a system runs beside ours for each peer, whose GetAlbum is the function that ./dev bench
# reads measures beside ours, as AWS's samples are written. All are put under the same load in turns.
# A peer signs other images and gives other cursors, so albums are opened and nothing else is asked.
#
# Examples:
#   ./dev load --rate 100 --spike 10
#   ./dev load --find-limit --seconds 20 --slo 'GET /v1/albums/{album} p99<300ms'
#   ./dev load --system .local/system.json --rate 20 --day world --seconds 600
#   ./dev load --rate 60 --burst upload=1000 --seconds 120
#   ./dev load --compare before/report.json after/report.json
#   ./dev load --peer node --peer python --seconds 6 --slo 'all p99<300ms' --slo 'all errors<0.1%'
#
# All options:

# shellcheck source=scripts/dev/lib/common.sh
source "${BASH_SOURCE%/*}/lib/common.sh"

# shellcheck source=scripts/dev/lib/peers.sh
source "$library/peers.sh"

# Takes the peers out of the arguments.
take_peers() {
  local argument previous='' rest=()
  for argument in "${arguments[@]}"; do
    case $previous in
      --peer) peers+=("$argument") ;;
      *) [ "$argument" = --peer ] || rest+=("$argument") ;;
    esac
    previous=$argument
  done
  arguments=("${rest[@]}")
}

# Starts a system for each peer, and has the generator compare them with ours.
start_peers() {
  local peer
  arguments=(--mix album=1 "${arguments[@]}")
  for peer in "${peers[@]}"; do
    start_system_beside "$peer" --command "GetAlbum=$(peer_command "$peer")"
    arguments+=(--beside "$peer=$work/$peer/system.json")
  done
}

profile=release
peers=()
take_arguments "$@"
take_peers
cd "$root"
case " $* " in
  *" -h "* | *" --help "*)
    rust_toolchain
    build_binary load
    exec target/debug/load --help
    ;;
  *" --system"* | *" --origin"* | *" --compare "*)
    rust_toolchain
    cargo build --release --package load "${locked[@]}"
    exec target/release/load "${arguments[@]}"
    ;;
esac
setup run
if [ ${#peers[@]} -gt 0 ]; then
  setup python node
  for peer in "${peers[@]}"; do
    install_peer "$peer"
  done
fi
# Without the tests, whose dependencies switch on features that nothing deployed has.
build_binaries --exclude tests
start_system
[ ${#peers[@]} -eq 0 ] || start_peers
# An objective was missed, or an answer was wrong: the report has it.
outcome=1
target/release/load --system "$ALBUMEN_SYSTEM" "${arguments[@]}"
