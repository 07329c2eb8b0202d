#!/usr/bin/env bash
# Checks what can be told without running it, and names at the end what failed.
#
#   ./dev lint
#
# Formatting, clippy, licences and sources of dependencies, the template, the OpenAPI document,
# links and commands in the docs, shell scripts, Python, TypeScript and JavaScript.
#
# Examples:
#   ./dev lint

# shellcheck source=scripts/dev/lib/common.sh
source "${BASH_SOURCE%/*}/lib/common.sh"

failed=()

# Runs one step, and goes on to the next whatever its outcome.
step() {
  local name=$1
  shift
  say "· $name"
  "$@" || failed+=("$name")
}

# Checks for known vulnerabilities. Their database lives on the network; without it the rest is
# still worth checking, but nobody may think that this was.
advisories() {
  if ! timeout 120 "$tools/bin/cargo-deny" fetch db >/dev/null 2>&1; then
    say "  Advisories were NOT checked: their database could not be reached."
    return 0
  fi
  cargo_deny check advisories
}

sam_validate() { sam validate --lint --template template.yaml; }

# Checks each script, and what it sources with it.
shell_scripts() {
  shellcheck --check-sourced dev .ci/run scripts/mysql8 scripts/nasm scripts/dev/*.sh
}

javascript() {
  web/node_modules/.bin/eslint --config web/eslint.config.mjs web tests/web \
    tests/single-sign-on bench/peers bench/web
}

setup lint python
cd "$root"
step "formatting" cargo fmt --all --check
step "formatting of the fuzz targets" cargo fmt --manifest-path imaging/fuzz/Cargo.toml --check
if [ -n "${RUSTC_WORKSPACE_WRAPPER:-}" ]; then
  say "clippy: $RUSTC_WORKSPACE_WRAPPER had a part in the build"
else
  step "clippy" cargo clippy --workspace --all-targets "${locked[@]}" -- -D warnings
fi
step "licences, bans, sources" cargo_deny check licenses bans sources
step "advisories" advisories
step "Python tools" python_tools
step "cfn-lint" cfn-lint --non-zero-exit-code informational template.yaml infra/*.yaml
step "sam validate" sam_validate
step "OpenAPI document" openapi-spec-validator --schema 3.1 docs/openapi.json
step "links, paths and commands in the docs" python3 scripts/check_docs.py
step "shell scripts" shell_scripts
step "formatting of Python" ruff format --quiet --check .
step "Python" ruff check --quiet .
step "build and types of the page" build_page
step "TypeScript and JavaScript" javascript
[ ${#failed[@]} -eq 0 ] || die "Lint failed: $(join "${failed[@]}")."
say "Lint passed."
