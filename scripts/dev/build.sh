#!/usr/bin/env bash
# Builds what would be deployed, for arm64, and lists the size of each file.
#
#   ./dev build [FUNCTION] [SAM OPTION]...
#
# By `sam build`, into .aws-sam/build/FUNCTION/bootstrap.
#
# Examples:
#   ./dev build
#   ./dev build MakeRenditions

# shellcheck source=scripts/dev/lib/common.sh
source "${BASH_SOURCE%/*}/lib/common.sh"

setup python
python_tools || die "The Python tools could not be installed: pip's messages are above."
cd "$root"
if has rustup; then rustup target add aarch64-unknown-linux-gnu 2>/dev/null; fi
sam build --template template.yaml "$@"
say "What would be deployed:"
du -h --apparent-size .aws-sam/build/*/bootstrap | sed 's|\.aws-sam/build/||; s|/bootstrap||'
