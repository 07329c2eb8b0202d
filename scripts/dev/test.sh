#!/usr/bin/env bash
# Starts a system of its own, runs every test against it, and stops it.
#
#   ./dev test [NAME]
#
# With NAME: only the Rust tests whose name contains it. Without: also whether the functions'
# roles allow what was called, what touches the database once more on MySQL 8, functions in
# containers where there is an engine, the page's own tests, and whether ./dev run would compile
# anything again.
#
# Examples:
#   ./dev test
#   ./dev test albums::
#   ./dev test stack

# shellcheck source=scripts/dev/lib/common.sh
source "${BASH_SOURCE%/*}/lib/common.sh"

# Tests wait for engines, queues and browsers for much of their time.
processors=$(getconf _NPROCESSORS_ONLN)
export RUST_TEST_THREADS=${RUST_TEST_THREADS:-$((processors + 1))}

# Says whether the functions' roles allow what was called and, when every test ran, nothing else.
role_tests() {
  local whole=()
  [ "$1" != every ] || whole=(--all)
  PYTHONPATH=scripts python -m stack calls "$ALBUMEN_CALLS" "${whole[@]}"
}

# Runs the page's own tests.
page_tests() { node web/test.mjs; }

# Prints the other server than the one that the system under test has: Aurora is a MySQL 8, and most
# machines have MariaDB.
other_database() {
  if grep -q '"server": "MySQL' "$ALBUMEN_SYSTEM"; then
    command -v mariadbd
  elif [ -x "$tools/mysql8/mysqld" ]; then
    echo "$tools/mysql8/mysqld"
  else
    return 1
  fi
}

# Installs what the tests use, and builds all of it meanwhile.
prepare() {
  local checkov clients page mysql
  python_tools || die "The Python tools could not be installed: pip's messages are above."
  checkov_tool &
  checkov=$!
  client_tools &
  clients=$!
  build_page &
  page=$!
  mysql8 &
  mysql=$!
  # With the tests in the same build, dependencies are compiled once, not once for each.
  build_binaries --tests
  wait "$checkov" || die "checkov could not be installed: pip's messages are above."
  wait "$clients" ||
    die "The generators of clients could not be installed: the messages of pip or npm are above."
  wait "$page" || die "The page could not be built: what is wrong is above."
  wait "$mysql" ||
    say "Nothing is tried on MySQL 8 unless it is installed: this goes on with MariaDB alone."
}

rust_tests() {
  say "Rust tests"
  cargo test --workspace "${locked[@]}" --no-fail-fast -- "$@" | tee "$work/tests.log" || {
    failed+=(Rust)
    note_failures "$work/tests.log"
  }
  # A name that nothing has, or a harness that found nothing, must not pass for success.
  grep -q '^running [1-9]' "$work/tests.log" || failed+=("no Rust test ran")
}

# Fails when ./dev run would compile anything again after the tests: then some package asks for
# features of a crate in its [dev-dependencies] alone.
nothing_again() {
  local again
  again=$(cargo build --workspace --bins "${locked[@]}" --message-format json |
    jq -r 'select(.fresh == false) | "  \(.target.name) with \(.features)"') || return 1
  [ -n "$again" ] || return 0
  say "Compiled once more for ./dev run, with other features than for ./dev test:"
  printf '%s\n' "$again" >&2
  say "'cargo tree --workspace -e features -i CRATE' says who asks: name them in tests/Cargo.toml."
  return 1
}

# Runs what is left when every Rust test has: what does not know names of tests.
other_tests() {
  local other
  if other=$(other_database); then
    say "What touches the database once more, with $other"
    "$root/dev" test-database "$other" || failed+=("other database")
  else
    say "The tests of the database were NOT run on another server: there is none."
  fi
  if docker version >/dev/null 2>&1; then
    say "Two functions in containers, by sam local invoke: the first time takes minutes"
    PYTHONPATH=scripts python -m stack containers target/sam || failed+=(containers)
  else
    say "Functions were NOT tried in containers: no container engine answers to 'docker version'."
  fi
  say "Tests of the page's modules"
  page_tests || failed+=(page)
}

setup run test python
cd "$root"
forget_failures
prepare
start_system --record-calls
failed=()
ran=every
rust_tests "$@"
# What failed may not have called what it should.
{ [ $# -eq 0 ] && [ ${#failed[@]} -eq 0 ]; } || ran=some
say "The functions' roles, against what they called"
role_tests "$ran" || failed+=(roles)
nothing_again || failed+=("compiled again")
if [ $# -eq 0 ]; then
  other_tests
else
  say "Left out, because a name was given: other servers of the database, and the page's own tests."
fi
if [ ${#failed[@]} -gt 0 ]; then
  verdict="Tests failed: $(join "${failed[@]}")."
  # Also what is no Rust test, or died before it could say which it was.
  printf '%s\n' "$verdict" >>"$failures"
  exit 1
fi
verdict="All tests passed."
