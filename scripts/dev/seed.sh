#!/usr/bin/env bash
# Makes a library of many photos in the running system, as rows alone.
#
#   ./dev seed --photos N [--data FOLDER]
#
# For measuring what reads rows: there are no bytes and no images. Somebody new owns the photos, one
# album has all of them, and what signs in to it is printed. Captions follow Zipf's law, and the
# photos are of ten years. Of more than 10,000 photos, N is a multiple of it, at most 2,000,000, and
# the others are copies of the first. FOLDER is that of ./dev run (.local). The album's head and its
# newest 5,000 photos are in the hot table ten seconds later; ./dev rebuild-projection puts the
# others there.
#
# Examples:
#   ./dev seed --photos 10000
#   ./dev seed --photos 1000000 --data /tmp/many

# shellcheck source=scripts/dev/lib/common.sh
source "${BASH_SOURCE%/*}/lib/common.sh"

take_arguments "$@"
setup
cd "$root"
build_binary bench
exec target/debug/bench seed "${arguments[@]}"
