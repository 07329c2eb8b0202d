#!/usr/bin/env bash
# Builds what would be deployed, for arm64, and lists the size of each file.
#
#   ./dev build [FUNCTION] [SAM OPTION]...
#
# By `sam build`, into .aws-sam/build/FUNCTION/bootstrap. Each must ask for no newer glibc than
# Lambda has. ./dev build-arm64 builds the same for tests.
#
# Examples:
#   ./dev build
#   ./dev build MakeRenditions

# shellcheck source=scripts/dev/lib/common.sh
source "${BASH_SOURCE%/*}/lib/common.sh"
# shellcheck source=scripts/dev/lib/arm64.sh
source "$library/arm64.sh"

setup python
python_tools || die "The Python tools could not be installed: pip's messages are above."
cd "$root"
arm64_target || die "rustup could not install Rust's standard library for arm64:" \
  "its messages are above. By hand: rustup target add aarch64-unknown-linux-gnu."
sam build --template template.yaml "$@"
say "What would be deployed:"
check_deployed .aws-sam/build/*/bootstrap
