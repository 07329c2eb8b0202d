# shellcheck shell=bash
# Tools in target/tools: DuckDB's library, commands of cargo, and MySQL 8.

deny_version=0.20.2
fuzz_version=0.13.2
duckdb_version=1.5.5-r.5 # the library's is the crate's: 1.10505

has_duckdb() {
  [ -n "${DUCKDB_LIB_DIR:-}" ] ||
    [ "$(cat "$tools/duckdb/version" 2>/dev/null)" = "$duckdb_version" ]
}

# Prints the system and processor of this machine, as npm's packages of DuckDB name them.
duckdb_platform() {
  case $(uname -s)-$(uname -m) in
    Linux-x86_64) echo linux-x64 ;;
    Linux-aarch64) echo linux-arm64 ;;
    Darwin-arm64) echo darwin-arm64 ;;
    Darwin-x86_64) echo darwin-x64 ;;
    *) return 1 ;;
  esac
}

# Checks the files that standard input names against the sums that it gives for them.
check_sums() {
  if has sha512sum; then sha512sum --check --quiet; else shasum -a 512 --check --quiet; fi
}

# Installs libduckdb in target/tools/duckdb, as npm distributes it: to build it takes half an hour.
# The crate `warehouse` is linked with it, and nothing else is. Who has it elsewhere says where with
# DUCKDB_LIB_DIR.
duckdb_library() {
  local to=$tools/duckdb platform package file
  ! has_duckdb || return 0
  platform=$(duckdb_platform) || die "There is no libduckdb for this machine:" \
    "get one from duckdb.org, and say where it is with DUCKDB_LIB_DIR."
  package=@duckdb/node-bindings-$platform@$duckdb_version
  file=node-bindings-$platform-$duckdb_version.tgz
  say "Installing DuckDB $duckdb_version in target/tools: 24 MB, once"
  rm -rf "$to.new" && mkdir -p "$to.new"
  # From wherever npm is set to fetch from: a mirror, too.
  (cd "$to.new" && npm pack --silent "$package" >/dev/null && mv ./*.tgz "$file") ||
    die "DuckDB could not be fetched: npm's messages are above. Try again, or say with" \
      "DUCKDB_LIB_DIR where else it is."
  (cd "$to.new" && grep " $file\$" "$library/duckdb.sha512" | check_sums) >&2 ||
    die "$package is not the file whose SHA-512 is in scripts/dev/lib/duckdb.sha512:" \
      "npm fetched it from $(npm config get registry), which should not be trusted."
  (
    cd "$to.new" && tar -xzf "$file" --strip-components=1 && rm "$file" duckdb.node &&
      echo "$duckdb_version" >version
  ) || return 1
  rm -rf "$to" && mv "$to.new" "$to"
}

# Installs a command of cargo in target/tools, unless this version of it is there.
cargo_tool() {
  local name=$1 version=$2
  [ "$("$tools/bin/$name" --version 2>/dev/null)" != "$name $version" ] || return 0
  say "Installing $name $version in target/tools: a few minutes, once"
  # Quick to build matters more here than quick to run.
  CARGO_PROFILE_RELEASE_LTO=false CARGO_PROFILE_RELEASE_OPT_LEVEL=0 \
    CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 \
    env -u RUSTC_WORKSPACE_WRAPPER \
    cargo install "$name" --locked --version "$version" --root "$tools" --quiet
}

cargo_deny() {
  cargo_tool cargo-deny "$deny_version" || return 1
  "$tools/bin/cargo-deny" "$@"
}

# Unpacks MySQL 8 in target/tools, for who has none.
mysql8() { "$root/scripts/mysql8" "$tools/mysql8"; }
