#!/usr/bin/env bash
# Writes docs/openapi.json and docs/routes.md anew from the code.
#
#   ./dev openapi [--release]
#
# With --release also the contract that later versions are held to: tests/contract/v1.txt. Prints
# how much changed.
#
# Examples:
#   ./dev openapi && git diff docs/openapi.json

# shellcheck source=scripts/dev/lib/common.sh
source "${BASH_SOURCE%/*}/lib/common.sh"

setup run
cd "$root"
# The function that serves the document has it inside, so it must be there before it is right.
[ -f docs/openapi.json ] || echo '{}' >docs/openapi.json
build_binary openapi
target/debug/openapi "$@"
git diff --stat -- docs/openapi.json docs/routes.md tests/contract || true
