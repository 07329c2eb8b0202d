#!/usr/bin/env bash
# Drives a system by a schedule that waits for no answer, and names what runs out first.
#
#   ./dev load [--rate 50] [--seconds 60] [--step 3 | --spike 10 | --day us-business]
#              [--mix look=80,upload=1] [--slo OBJECTIVE]... [--find-limit] [--out FOLDER]
#   ./dev load --system FILE | --origin URL --key FILE     a system that runs already
#   ./dev load --compare FIRST SECOND                      two reports, as ratios
#
# Without --system and --origin it starts a release build of the whole system on free ports, with
# data of its own, and stops it afterwards. People look, search, sync, comment and upload, each
# answer is checked, and latency is from the instant at which a request was meant to be sent.
# Prints the figures and writes them into target/load, as JSON and as a page with plots. Fails if an
# objective is missed, or if any answer is wrong. docs/load.md says how it measures.
#
# Examples:
#   ./dev load --rate 100 --spike 10
#   ./dev load --find-limit --seconds 20 --slo 'GET /v1/albums/{album} p99<300ms'
#   ./dev load --system .local/system.json --rate 20 --day world --seconds 600
#   ./dev load --compare before/report.json after/report.json
#
# All options:

# shellcheck source=scripts/dev/lib/common.sh
source "${BASH_SOURCE%/*}/lib/common.sh"

profile=release
take_arguments "$@"
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
# Without the tests, whose dependencies switch on features that nothing deployed has.
build_binaries --exclude tests
start_system
# An objective was missed, or an answer was wrong: the report has it.
outcome=1
target/release/load --system "$ALBUMEN_SYSTEM" "${arguments[@]}"
