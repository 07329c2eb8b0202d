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

# Installs generators of clients, for tests/it/api/clients.rs, and a provider of single sign-on, in
# target/clients.
client_tools() {
  local from=$root/tests/clients to=$root/target/clients
  mkdir -p "$to"
  python_packages "$to/python" "$from/requirements.txt" || return 1
  node_packages "$from" "$to/typescript" "TypeScript tools" || return 1
  node_packages "$root/tests/single-sign-on" "$to/single-sign-on" "a provider of single sign-on"
}

# Installs what the page is made of and built with in web/node_modules, where editors look for it,
# too: the versions of web/package-lock.json.
page_tools() {
  local wanted=$root/web/package-lock.json installed=$root/web/node_modules/installed.json
  cmp -s "$wanted" "$installed" && return 0
  say "Installing what the page is built with in web/node_modules: some minutes, once"
  (cd "$root/web" && npm ci --no-audit --no-fund) >&2 || return 1
  cp "$wanted" "$installed"
}

# Builds the page in target/web/site, and fails when its types are wrong.
build_page() {
  page_tools || die "What the page is built with could not be installed: npm's messages are above."
  (cd "$root/web" && node build.mjs) >&2 || die "The page was not built: what is wrong is above."
}

# Builds the page again whenever a source of it changes, for as long as this process runs, or what
# takes its place by exec.
watch_page() { (cd "$root/web" && exec node build.mjs --watch) </dev/null & }
