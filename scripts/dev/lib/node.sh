# shellcheck shell=bash
# Packages of npm's, each set in a folder of its own below target.

# Installs the packages that FROM/package.json names in TO, and again when it changed. WHAT says
# what is installed.
node_packages() {
  local from=$1 to=$2 what=$3
  mkdir -p "$to"
  cp "$from/package.json" "$to/"
  cmp -s "$from/package.json" "$to/installed.json" && return 0
  say "Installing $what in ${to#"$root/"}"
  (cd "$to" && npm install --no-package-lock --no-audit --no-fund) >&2 || return 1
  cp "$from/package.json" "$to/installed.json"
}

# Installs generators of clients, for tests/it/api/clients.rs, in target/clients.
client_tools() {
  local from=$root/tests/clients to=$root/target/clients
  mkdir -p "$to"
  python_packages "$to/python" "$from/requirements.txt" || return 1
  node_packages "$from" "$to/typescript" "TypeScript tools"
}

# Installs what JavaScript is held against in target/javascript.
javascript_tools() {
  local from=$root/scripts/javascript to=$root/target/javascript
  node_packages "$from" "$to" "ESLint and TypeScript" || return 1
  # Beside the packages, because that is where it looks for those that it names.
  cp "$from/eslint.config.mjs" "$to/"
}
