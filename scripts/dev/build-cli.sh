#!/usr/bin/env bash
# Builds the command line for Linux, one static file a processor, to be copied to other machines.
#
#   ./dev build-cli [PROCESSOR]...
#
# Into target/cli/albumen-PROCESSOR, where PROCESSOR is x86-64 or arm64; without names: both. The
# files need no library of the machine that they are copied to (musl). Prints their sizes, and runs
# each once, that of the other processor in QEMU where it is installed.
#
# Examples:
#   ./dev build-cli
#   ./dev build-cli arm64 && scp target/cli/albumen-arm64 nas:bin/albumen

# shellcheck source=scripts/dev/lib/common.sh
source "${BASH_SOURCE%/*}/lib/common.sh"

# Prints the name that Rust has for a processor, with musl.
target_of() {
  case $1 in
    x86-64) echo x86_64-unknown-linux-musl ;;
    arm64) echo aarch64-unknown-linux-musl ;;
    *) die "There is no processor \"$1\": see ./dev build-cli --help" ;;
  esac
}

# Sees to it that Rust's standard library for a target is here.
standard_library() {
  [ ! -d "$(rustc --print target-libdir --target "$1")" ] || return 0
  has rustup && rustup target add "$1" >&2
}

# Prints what starts a file for a processor: nothing on this one, else the emulator; fails where it
# cannot be started.
starter_of() {
  case $1-$(uname -m) in
    x86-64-x86_64 | arm64-aarch64) ;;
    arm64-*) command -v qemu-aarch64-static || command -v qemu-aarch64 ;;
    x86-64-*) command -v qemu-x86_64-static || command -v qemu-x86_64 ;;
  esac
}

# Fails when a file asks for an interpreter or a library.
check_static() {
  ! readelf --program-headers --dynamic "$1" | grep -qE 'INTERP|\(NEEDED\)' ||
    die "$1 asks for libraries of the machine that it runs on: it should be static."
}

# Prints the size of a file, and what it says of itself.
try() {
  local processor=$1 file=$2 starter said
  if starter=$(starter_of "$processor"); then
    # shellcheck disable=SC2086 # no word, or one
    said=$($starter "$file" --version) || die "$file does not start: its messages are above."
  else
    said="not run: there is no emulator (Debian: qemu-user-static)"
  fi
  printf '  %6s  %s: %s\n' "$(du -h --apparent-size "$file" | cut -f 1)" "$(basename "$file")" \
    "$said"
}

processors=("$@")
[ ${#processors[@]} -gt 0 ] || processors=(x86-64 arm64)
options=()
for processor in "${processors[@]}"; do
  target=$(target_of "$processor")
  options+=(--target "$target")
done
setup python
cd "$root"
python_tools || die "cargo-zigbuild and zig could not be installed; pip's messages are above."
for processor in "${processors[@]}"; do
  target=$(target_of "$processor")
  standard_library "$target" || die "rustup has no $target for this version of Rust."
done
say "Building the command line for ${processors[*]}: the first time takes some minutes"
# By itself, so that it has no feature that others ask for of the same crates.
env -u RUSTC_WORKSPACE_WRAPPER \
  cargo zigbuild --release --package cli "${locked[@]}" "${options[@]}"
mkdir -p target/cli
say "In target/cli:"
for processor in "${processors[@]}"; do
  file=target/cli/albumen-$processor
  cp "target/$(target_of "$processor")/release/albumen" "$file"
  check_static "$file"
  try "$processor" "$file"
done
