#!/usr/bin/env bash
# Measures Albumen beside its peers: reads, zipf, growth, search, imaging, memory, costs, export, archive, cli, corpus, web.
#
#   ./dev bench reads [--rounds 7] [--invocations 300] [--warm-up 200]
#       The hot read of an album with 50 photos under the Lambda Runtime API: our
#       function, and the same in Node.js and Python with AWS's SDKs, once as most
#       people write it and once in our design. Prints a table and the targets; a
#       target that is missed is no failure, a wrong answer is one. bench/README.md
#       says how it is measured.
#
#   ./dev bench zipf [--looks 1000,4000,16000] [--seconds 2]
#       Uneven traffic before a table that refuses as DynamoDB's partitions do: what
#       is refused when albums are read photo by photo, and as pages.
#
#   ./dev bench imaging [--rounds 5] [--repeat 1] [--quick] [--case NAME]
#                       [--only ours,sharp] [--no-judge] [--photos FOLDER]
#       Three renditions of 12 to 48 megapixels, on one thread: by our library, by
#       sharp (one decode, and three pipelines), vipsthumbnail and Pillow. Prints
#       processor time, memory, how near the pictures are to their photograph, the
#       size of the files, and the targets; a target that is missed is no failure,
#       a wrong picture is one. --quick and --case are for whoever changes something.
#
#   ./dev bench memory [--sizes 1024,1769,2048] [--rounds 5]
#       The same on the processor time that Lambda gives at each memory setting, by a
#       control group (needs root): time on the wall, and the price. The setting of
#       MakeRenditions was chosen by it.
#
#   ./dev bench costs [--invocations 300]
#       What a request takes: processor time, round trips, units of DynamoDB, bytes of
#       each function that ./dev capacity reckons with. Writes it into
#       bench/capacity/costs.toml; ./dev capacity --docs docs then writes the page.
#
#   ./dev bench export [--photos 100,10000] [--bytes 20000]
#       An export of few photos and one of many, by the running system's own worker:
#       time, and the most memory that it has had, which must not grow with them.
#
#   ./dev bench archive [--rows 100000,1000000] [--to s3]
#       A month of activity: out of the database, into Parquet files, read back and
#       compared, by the function that is deployed; and the same rows by mysqldump
#       piped to zstd. Prints rows a second, the ratio, peak memory, and the targets;
#       a target that is missed is no failure, a wrong row is one.
#
#   ./dev bench search [--photos 10000,100000,1000000]
#                      [--library LIBRARY]
#       Searches of one's own photos by words, through the API, in libraries that
#       ./dev seed makes: the middle of their times, and whether those with a target
#       stay below 60 ms whatever the size. A million photos take a quarter of an hour
#       to make, less on a server with memory; --library takes one that ./dev seed has
#       made, as it prints it.
#
#   ./dev bench growth [--photos 1000,100000,1000000] [--repeat 40]
#                      [--library LIBRARY]
#       The first page, page 500, a search, a month, an announcement and the deletion
#       of albums of these sizes: statements, units, bytes and time, and which of them
#       grows by more than a tenth. With the searches of the bench above.
#
#   ./dev bench cli [--files 10000] [--sent 1000] [--bytes 3000000]
#                   [--unchanged 100000] [--rounds 3]
#       The command line: files scanned and hashed, beside sha256sum by two processes
#       and Immich's command line; files found unchanged; files sent, beside curl; its
#       memory and its start. Takes ten gigabytes of a disk for a while. Prints tables
#       and the targets; a target that is missed is no failure, a file that is lost is
#       one.
#
#   ./dev bench corpus FOLDER [--all] [--memory 832] [--seconds 120]
#                      [--no-facts] [--no-colours]
#       Each file in FOLDER and below, whatever it is, in a process of its own. Prints
#       formats, results, error codes, times and peak memory; facts in which exiftool
#       differs; how far the colours of photographs with a profile are from those of
#       libvips; what is refused here and opened by sharp or Pillow. Fails on a panic,
#       an abort, and a file that takes too much memory or time, and on nothing else.
#
#   ./dev bench web [--rounds 5] [--photos 24]
#       The first visit of an album by a browser that has nothing yet, with the line,
#       the processor and the screen of Lighthouse's mobile preset: bytes of the shell,
#       requests, largest contentful paint, layout shift, interaction to next paint.
#       Prints medians and the targets; a target that is missed is no failure.
#
#   ./dev bench web --lighthouse [--rounds 5]
#       The scores of Lighthouse's mobile preset for the album, the albums, the
#       timeline, the guest's page and the one to sign in at, and what it has found.
#
#   ./dev bench web --timeline PHOTOS [--rounds 5]
#       A timeline of so many photos, which are made first: requests and time of a
#       month ten years back, frames and memory of a scroll past 10,000 photos.
#
# What they need is installed in target/bench.
#
# Examples:
#   ./dev bench reads
#   ./dev bench imaging --quick
#   ./dev bench corpus ~/Pictures

# shellcheck source=scripts/dev/lib/common.sh
source "${BASH_SOURCE%/*}/lib/common.sh"

# shellcheck source=scripts/dev/lib/peers.sh
source "$library/peers.sh"

peers_missing="A peer could not be installed: the messages of npm or pip are above."

# Builds the bench, and runs one.
run_bench() {
  cargo build --release --package bench "${locked[@]}"
  target/release/bench "$@"
}

# Installs the peers, and the photographs unless somebody has others; sharp makes them.
imaging_setup() {
  imaging_peers || die "$peers_missing"
  case " $* " in *" --photos"*) return 0 ;; esac
  photographs target/bench/imaging ||
    die "The photographs could not be built: the messages are above. Others: --photos FOLDER."
}

# Runs a bench that asks a running system, which is a release build.
bench_system() {
  profile=release
  # Without the tests, whose dependencies switch on features that nothing deployed has.
  build_binaries --exclude tests
  start_system
  target/release/bench "$1" --system "$ALBUMEN_SYSTEM" "${@:2}"
}

# Runs the bench of the page beside a running system, which is a release build.
bench_page() {
  case " ${*:2} " in *" --timeline "*) die "--timeline PHOTOS comes first." ;; esac
  profile=release
  build_page
  build_binaries --exclude tests
  start_system
  local made=()
  if [ "${1:-}" = --timeline ]; then
    made=(--timeline "$(seeded_library "${2:?how many photos}")")
    shift 2
  fi
  target/bench/web/node_modules/node/bin/node bench/web/main.mjs "${made[@]}" "$@"
}

# Makes a library of so many photos in the system; prints it as the benches take it.
seeded_library() {
  target/release/bench seed --data "${system_data:-$work/data}" --photos "$1" |
    sed -n 's/.* --library //p'
}

bench=${1:-}
case $bench in
  reads) setup run python node ;;
  imaging) setup python node vips ;;
  memory) setup python node ;;
  costs | export | growth | search | zipf) setup run ;;
  archive) setup run zstd ;;
  cli) setup run node ;;
  corpus) setup python node vips exiftool ;;
  web) setup run test ;;
  "") "$root/dev" bench --help >&2 && exit 2 ;;
  *) die "There is no bench \"$bench\": ./dev bench --help lists them." ;;
esac
shift
take_arguments "$@"
cd "$root"
case $bench in
  reads)
    node_peer || die "The Node.js peer could not be installed: npm's messages are above."
    python_peer || die "The Python peer could not be installed: pip's messages are above."
    ;;
  imaging | memory) imaging_setup "$@" ;;
  corpus) imaging_peers || die "$peers_missing" ;;
  web) page_tools || die "What looks at the page could not be installed: npm's messages are above." ;;
  cli) cli_peer || say "Immich's command line could not be installed, and is not measured." ;;
esac
case $bench in
  reads | costs | export | archive | growth | search | zipf) bench_system "$bench" "$@" ;;
  cli)
    peers=()
    [ ! -e target/bench/cli/installed.json ] || peers=(--peers target/bench/cli)
    bench_system cli "${peers[@]}" "$@"
    ;;
  imaging | memory) run_bench "$bench" "${arguments[@]}" ;;
  web) bench_page "$@" ;;
  corpus) run_bench corpus --peers target/bench/imaging "${arguments[@]}" ;;
esac
