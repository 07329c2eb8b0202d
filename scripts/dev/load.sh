#!/usr/bin/env bash
# Drives a system by a schedule that waits for no answer, and names what runs out first.
#
#   ./dev load [--rate 50] [--seconds 60] [--step 3 | --spike 10 | --day us-business]
#              [--mix look=80,upload=1] [--slo OBJECTIVE]... [--find-limit] [--out FOLDER]
#   ./dev load --system FILE | --origin URL --key FILE     a system that runs already
#   ./dev load --compare FIRST SECOND                      two reports, as ratios
#   ./dev load --peer node|node-pages|python|python-pages  its function in place of GetAlbum
#
# Without --system and --origin it starts a release build of the whole system on free ports, with
# data of its own, and stops it afterwards. People look, search, sync, comment and upload, each
# answer is checked, and latency is from the instant at which a request was meant to be sent.
# Prints the figures and writes them into target/load, as JSON and as a page with plots. Fails if an
# objective is missed, or if any answer is wrong. docs/load.md says how it measures.
#
# With --peer albums are read by the function that ./dev bench reads measures beside ours: as most
# people write it, or with pages as ours has. It signs other images and gives other cursors, so
# nothing else may be asked: --mix album=1.
#
# Examples:
#   ./dev load --rate 100 --spike 10
#   ./dev load --find-limit --seconds 20 --slo 'GET /v1/albums/{album} p99<300ms'
#   ./dev load --system .local/system.json --rate 20 --day world --seconds 600
#   ./dev load --compare before/report.json after/report.json
#   ./dev load --find-limit --mix album=1 --peer node --out target/load/node
#
# All options:

# shellcheck source=scripts/dev/lib/common.sh
source "${BASH_SOURCE%/*}/lib/common.sh"
# shellcheck source=scripts/dev/lib/peers.sh
source "$library/peers.sh"

# Installs a peer, and sets the variables that its runtime client wants.
peer_function() {
  local missing="The peer could not be installed: the messages of npm or pip are above."
  local file=get-album
  [ "${1%-pages}" = "$1" ] || file=get-album-pages
  case ${1%-pages} in
    node)
      node_peer || die "$missing"
      peer_folder=$root/target/bench/node/dist
      peer=("$root/target/bench/node/node_modules/node/bin/node"
        "$root/target/bench/node/node_modules/aws-lambda-ric/index.mjs" "$file.handler")
      ;;
    python)
      python_peer || die "$missing"
      peer_folder=$root/target/bench/python/handler
      peer=("$root/target/bench/python/venv/bin/python" -m awslambdaric "${file//-/_}.handler")
      ;;
    *) die "There is no peer \"$1\": there are node, node-pages, python and python-pages." ;;
  esac
}

# Makes a folder of binaries like that of the release, in which the peer is get-album, and has
# start_system take it.
release_with_peer() {
  local binary folder=$root/target/with-peer
  rm -rf "$folder"
  mkdir -p "$folder"
  for binary in target/release/*; do
    [ ! -f "$binary" ] || ln -s "$root/$binary" "$folder/"
  done
  # It starts the functions that stand in its own folder.
  rm "$folder/local" "$folder/get-album"
  cp target/release/local "$folder/"
  {
    printf '#!/usr/bin/env bash\n'
    printf 'export LAMBDA_TASK_ROOT=%q PYTHONPATH=%q _HANDLER=%q\n' \
      "$peer_folder" "$root/target/bench/python/packages" "${peer[-1]}"
    printf 'exec'
    printf ' %q' "${peer[@]}"
    printf '\n'
  } >"$folder/get-album"
  chmod +x "$folder/get-album"
  profile=with-peer
}

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
peer_name=
rest=() # what is for the generator
previous=
for argument in "${arguments[@]}"; do
  case $previous in
    --peer) peer_name=$argument ;;
    *) [ "$argument" = --peer ] || rest+=("$argument") ;;
  esac
  previous=$argument
done
setup run
if [ -n "$peer_name" ]; then
  setup python node
  peer_function "$peer_name"
fi
# Without the tests, whose dependencies switch on features that nothing deployed has.
build_binaries --exclude tests
[ -z "$peer_name" ] || release_with_peer
start_system
# An objective was missed, or an answer was wrong: the report has it.
outcome=1
target/release/load --system "$ALBUMEN_SYSTEM" "${rest[@]}"
