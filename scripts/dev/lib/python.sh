# shellcheck shell=bash
# Python's tools, each set of versions in an environment of its own below target.

# Installs packages in an environment of their own, and again when the list of them changed.
# Compiled is what is used, when it is: most of their modules never are.
python_packages() {
  local to=$1 wanted=$2
  cmp -s "$wanted" "$to/installed.txt" && return 0
  say "Installing Python tools in ${to#"$root/"}:" \
    "$(sed 's/ *#.*//; /^$/d' "$wanted" | tr '\n' ' ')"
  python3 -m venv --clear "$to" || return 1
  "$to/bin/pip" install --quiet --no-compile --disable-pip-version-check -r "$wanted" >&2 ||
    return 1
  cp "$wanted" "$to/installed.txt"
}

# Installs the tools in target/venv, and the one that asks for other versions of the same libraries
# in target/ministack.
python_tools() {
  PATH=$venv/bin:$PATH
  export SAM_CLI_TELEMETRY=0 AWS_DEFAULT_REGION=${AWS_DEFAULT_REGION:-eu-central-1}
  python_packages "$venv" "$root/scripts/requirements.txt" &&
    python_packages "$root/target/ministack" "$root/scripts/ministack.txt"
}

# Installs checkov, which wants other versions still, in target/checkov: a minute, so that it is
# fetched while something else goes on.
checkov_tool() { python_packages "$root/target/checkov" "$root/scripts/checkov.txt"; }

# Runs Python with the stack as it sees it: scripts/stack.
stack_python() {
  setup python
  cd "$root"
  python_tools || die "The Python tools could not be installed: pip's messages are above."
  PYTHONPATH=$root/scripts "$venv/bin/python" "$@"
}
