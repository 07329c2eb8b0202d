# shellcheck shell=bash
# What every command of ./dev shares: where things are, and how something is said. Each sources this
# file first, and it brings the others of its folder along.
# shellcheck disable=SC2034 # most of the variables are for those who source it
set -euo pipefail

library=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$library/../../.." && pwd)
caller=$PWD # paths among the arguments mean what they mean here
tools=$root/target/tools
venv=$root/target/venv
profile=debug
# In CI the versions are those of Cargo.lock, or it is an error.
locked=()
[ "${CI:-}" != true ] || locked=(--locked)

say() { printf '\033[1m%s\033[0m\n' "$*" >&2; }
die() {
  printf '%s\n' "$*" >&2
  exit 1
}
join() { printf '%s; ' "$@" | sed 's/; $//'; }
has() { command -v "$1" >/dev/null 2>&1; }

# shellcheck source=scripts/dev/lib/toolchain.sh
source "$library/toolchain.sh"
# shellcheck source=scripts/dev/lib/packages.sh
source "$library/packages.sh"
# shellcheck source=scripts/dev/lib/tools.sh
source "$library/tools.sh"
# shellcheck source=scripts/dev/lib/python.sh
source "$library/python.sh"
# shellcheck source=scripts/dev/lib/node.sh
source "$library/node.sh"
# shellcheck source=scripts/dev/lib/workspace.sh
source "$library/workspace.sh"
# shellcheck source=scripts/dev/lib/system.sh
source "$library/system.sh"
# shellcheck source=scripts/dev/lib/failures.sh
source "$library/failures.sh"
