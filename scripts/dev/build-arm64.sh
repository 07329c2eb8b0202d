#!/usr/bin/env bash
# Builds functions for arm64 in one go, as they are deployed, and holds them against Lambda.
#
#   ./dev build-arm64 [--sample] [--optional] [FUNCTION]...
#
# Into target/lambda/FUNCTION/bootstrap, where FUNCTION is the name of the binary, such as
# get-album. Without names: all of them, which takes less time than ./dev build, where each is a
# build by itself. Each must ask for no newer glibc than Lambda has.
#
#   --sample     of each kind: of routes, queues, a schedule, the logs, a deployment
#   --optional   where what builds them cannot be had, says so and is content
#
# Examples:
#   ./dev build-arm64 get-album make-renditions
#   ./dev build-arm64 --sample

# shellcheck source=scripts/dev/lib/common.sh
source "${BASH_SOURCE%/*}/lib/common.sh"
# shellcheck source=scripts/dev/lib/arm64.sh
source "$library/arm64.sh"

# Of routes: one that signs links, two that hash a password and compare with one, one that signs an
# upload; of queues: with the decoders' C and assembly, with Parquet and its compression; of a
# schedule; of the logs; of a deployment.
sample=(
  get-album create-user create-session create-photo
  make-renditions archive-activity
  relay-outbox report-errors migrate
)

# Prints the binary of every function.
every_function() { grep -o 'Binary: [a-z0-9-]*' template.yaml | sed 's/Binary: //' | sort; }

# Ends because something cannot be had, which is a failure unless it was said to be optional.
cannot() {
  say "What is deployed was NOT built for arm64: $1"
  [ "$optional" = yes ] || exit 1
  exit 0
}

optional=no
functions=()
for argument in "$@"; do
  case $argument in
    --sample) functions+=("${sample[@]}") ;;
    --optional) optional=yes ;;
    -*) die "./dev build-arm64 has no option \"$argument\": see ./dev build-arm64 --help" ;;
    *) functions+=("$argument") ;;
  esac
done

setup python
cd "$root"
python_tools || cannot "cargo-lambda and zig could not be installed; pip's messages are above."
arm64_target || cannot "rustup has no aarch64-unknown-linux-gnu for this version of Rust."
[ ${#functions[@]} -gt 0 ] || mapfile -t functions < <(every_function)
options=()
files=()
for function in "${functions[@]}"; do
  options+=(--bin "$function")
  files+=("target/lambda/$function/bootstrap")
done
say "Building ${#functions[@]} functions for arm64: the first time takes some minutes"
env -u RUSTC_WORKSPACE_WRAPPER cargo lambda build --release --arm64 "${locked[@]}" "${options[@]}"
say "In target/lambda:"
check_deployed "${files[@]}"
