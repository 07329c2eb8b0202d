#!/usr/bin/env bash
# Says whether an export is whole: every file there, with the bytes of its manifest.
#
#   ./dev verify-export FOLDER-OR-ZIP...
#
# Takes ZIP files, folders of them, and folders that they were unpacked into.
#
# Examples:
#   ./dev verify-export ~/Downloads/albumen-1.zip ~/Downloads/albumen-2.zip
#   ./dev verify-export ~/Downloads

# shellcheck source=scripts/dev/lib/common.sh
source "${BASH_SOURCE%/*}/lib/common.sh"

take_arguments "$@"
setup
cd "$root"
build_binary local
exec target/debug/local verify-export "${arguments[@]}"
