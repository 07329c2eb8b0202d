#!/usr/bin/env bash
# Feeds each decoder with mutations of small photos, with AddressSanitizer, C included.
#
#   ./dev fuzz [TARGET] [SECONDS]
#   ./dev fuzz TARGET FILE
#
# A target for each processor, a minute each unless told otherwise. TARGET is a file's name in
# imaging/fuzz/targets. What is found is put in target/fuzz/found; with FILE, one file is tried
# again, such as one that was found.
#
# Examples:
#   ./dev fuzz
#   ./dev fuzz 300
#   ./dev fuzz tiff 600
#   ./dev fuzz tiff target/fuzz/found/tiff-crash-0123456789abcdef

# shellcheck source=scripts/dev/lib/common.sh
source "${BASH_SOURCE%/*}/lib/common.sh"

# Builds the targets. By clang, because it tells libFuzzer which branches of the C libraries were
# taken. Stable Rust will do, if it lets itself be told that it is a nightly one.
build_targets() {
  cargo_tool cargo-fuzz "$fuzz_version" || return 1
  cargo metadata --format-version 1 --manifest-path imaging/fuzz/Cargo.toml "${locked[@]}" \
    >/dev/null || return 1
  RUSTC_BOOTSTRAP=1 CC=clang CFLAGS="-fsanitize=address,fuzzer-no-link -fno-omit-frame-pointer" \
    env -u RUSTC_WORKSPACE_WRAPPER "$tools/bin/cargo-fuzz" build --codegen-units 8 \
    --fuzz-dir imaging/fuzz --target-dir target/fuzz || return 1
  # Of the whole workspace, so that it is built upon what the tests are.
  cargo build --quiet --workspace --example fuzz-seeds "${locked[@]}" || return 1
  target/debug/examples/fuzz-seeds target/fuzz/corpus
}

# Runs a target with what libFuzzer is to do. Nothing may take longer than 25 seconds, or much more
# memory than the eight megabytes that the targets allow. Without libjpeg-turbo's vector code,
# because what is written in assembler AddressSanitizer does not see: memcheck does.
run_target() {
  local target=$1 host
  shift
  host=$(rustc -vV | sed -n 's/^host: //p')
  JSIMD_FORCENONE=1 ASAN_OPTIONS=quarantine_size_mb=16 "target/fuzz/$host/release/$target" \
    -timeout=25 -rss_limit_mb=512 -malloc_limit_mb=64 "$@"
}

# Runs a target for some seconds, and says what came of it.
fuzz_target() {
  local target=$1 seconds=$2 log=target/fuzz/$1.log found runs
  if run_target "$target" -max_total_time="$seconds" -max_len=20000 -print_final_stats=1 \
    -dict="imaging/fuzz/dictionaries/$target.dict" -artifact_prefix="target/fuzz/found/$target-" \
    "target/fuzz/corpus/$target" >"$log" 2>&1; then
    runs=$(sed -n 's/^Done \([0-9]*\) runs in \([0-9]*\) .*/\1 files in \2 seconds/p' "$log")
    say "  $target: $runs"
    return 0
  fi
  found=$(sed -n 's/.*Test unit written to //p' "$log" | tail -n 1)
  grep -v '^#' "$log" | tail -n 60 >&2
  say "  $target FAILED: see $log. Once more: ./dev fuzz $target ${found:-FILE}"
  return 1
}

# Runs each of the targets for some seconds, as many at once as there are processors.
fuzz_targets() {
  local seconds=$1 at_once target running=() found=()
  shift
  at_once=$(nproc 2>/dev/null || echo 2)
  # A minute is a minute of the clock there, and CI's are counted.
  [ "${CI:-}" != true ] || at_once=$((2 * at_once))
  mkdir -p target/fuzz/found
  say "Fuzzing, $seconds seconds for each target"
  trap 'jobs -p | xargs --no-run-if-empty kill 2>/dev/null' EXIT
  for target in "$@"; do
    while [ "$(jobs -rp | wc -l)" -ge "$at_once" ]; do sleep 0.5; done
    fuzz_target "$target" "$seconds" &
    running+=("$target $!")
  done
  for target in "${running[@]}"; do wait "${target#* }" || found+=("${target% *}"); done
  [ ${#found[@]} -eq 0 ] || die "Fuzzing failed: $(join "${found[@]}")."
  say "Fuzzing found nothing."
}

setup fuzz
only=${1:-}
seconds=${2:-60}
file=
# A number alone is the time for each of them.
case $only in *[!0-9]* | "") ;; *) seconds=$only only= ;; esac
case $seconds in
  *[!0-9]*) file=$(realpath -e "$seconds") || die "There is no file \"$seconds\"." ;;
esac
cd "$root"
targets=("$only")
[ -n "$only" ] ||
  mapfile -t targets < <(find imaging/fuzz/targets -name '*.rs' -exec basename {} .rs \; | sort)
[ -f "imaging/fuzz/targets/${targets[0]}.rs" ] ||
  die "There is no target \"${targets[0]}\" in imaging/fuzz/targets. There are:" \
    "$(basename -s .rs imaging/fuzz/targets/*.rs | tr '\n' ' ')"
say "Building the fuzz targets: the first time takes some minutes"
build_targets || die "The fuzz targets could not be built: the messages are above."
if [ -n "$file" ]; then
  run_target "$only" "$file"
else
  fuzz_targets "$seconds" "${targets[@]}"
fi
