# shellcheck shell=bash
# What the benches measure us beside, installed in target/bench. bench.sh and load.sh source this.

# Installs the Node.js functions. Node.js itself is one of the packages, so that everyone measures
# the same one.
node_peer() {
  local from=$root/bench/peers/node to=$root/target/bench/node
  node_packages "$from" "$to" "Node.js, AWS's SDK and runtime client for it (some minutes, once)" ||
    return 1
  cp "$from"/get-album*.mjs "$to/"
  (cd "$to" && npm run --silent build) >&2
}

# Installs the Python functions.
python_peer() {
  local from=$root/bench/peers/python to=$root/target/bench/python
  mkdir -p "$to/handler"
  cp "$from"/get_album*.py "$to/handler/"
  cmp -s "$from/requirements.txt" "$to/installed.txt" && return 0
  say "Installing AWS's SDK and runtime client for Python in target/bench/python"
  rm -rf "$to/packages"
  python3 -m venv --clear "$to/venv" || return 1
  "$to/venv/bin/pip" install --quiet --disable-pip-version-check --target "$to/packages" \
    -r "$from/requirements.txt" >&2 || return 1
  cp "$from/requirements.txt" "$to/installed.txt"
}

# Installs the functions of a peer, node or python.
install_peer() {
  local missing="The peer could not be installed: the messages of npm or pip are above."
  case $1 in
    node) node_peer || die "$missing" ;;
    python) python_peer || die "$missing" ;;
    *) die "There is no peer \"$1\": there are node and python." ;;
  esac
}

# Prints the command that runs a peer's function in the place of GetAlbum, for sh.
peer_command() {
  local folder=$root/target/bench/$1
  case $1 in
    node)
      printf 'cd %q && LAMBDA_TASK_ROOT=%q _HANDLER=get-album.handler exec %q %q' "$folder/dist" \
        "$folder/dist" "$folder/node_modules/node/bin/node" \
        "$folder/node_modules/aws-lambda-ric/index.mjs"
      ;;
    python)
      printf 'cd %q && LAMBDA_TASK_ROOT=%q PYTHONPATH=%q exec %q -m awslambdaric get_album.handler' \
        "$folder/handler" "$folder/handler" "$folder/packages" "$folder/venv/bin/python"
      ;;
  esac
}

# Builds the pictures of the bench, from some that people took, as Debian distributes them.
photographs() {
  local to=$1 package=lomiri-wallpapers-16.04
  [ ! -e "$to/photographs/complete" ] || return 0
  say "Building photographs in target/bench/imaging: some minutes and 160 MB, once"
  rm -rf "$to/package" && mkdir -p "$to/package"
  # Readable for apt's own user or not: it says so, and goes on.
  (cd "$to/package" && apt-get download -qq "$package" && dpkg-deb -x "$package"_*.deb .) >&2 ||
    return 1
  "$to/node_modules/node/bin/node" "$to/photographs.mjs" \
    "$to/package/usr/share/backgrounds" "$to/photographs.new" \
    dandelion=seeding_by_Clements_Engelhardt.jpg \
    dragonfly=Dragonfly_by_Bolly.jpg \
    peaks=picosdeeuropa_by_Aitzol_Berasategi.jpg >&2 || return 1
  rm -rf "$to/package" "$to/photographs"
  mv "$to/photographs.new" "$to/photographs" && touch "$to/photographs/complete"
}

# Installs other libraries of images.
imaging_peers() {
  local from=$root/bench/peers/imaging to=$root/target/bench/imaging
  node_packages "$from" "$to" "Node.js and sharp" || return 1
  cp "$from"/* "$to/"
  cmp -s "$from/requirements.txt" "$to/installed.txt" && return 0
  say "Installing Pillow in target/bench/imaging"
  python3 -m venv --clear "$to/venv" || return 1
  "$to/venv/bin/pip" install --quiet --disable-pip-version-check -r "$from/requirements.txt" >&2 ||
    return 1
  cp "$from/requirements.txt" "$to/installed.txt"
}

# Installs Immich's command line. It is run beside ours, and nothing of it is built in.
cli_peer() {
  node_packages "$root/bench/peers/cli" "$root/target/bench/cli" "Node.js and Immich's command line"
}

# Installs what looks at the page, and the Node.js that it wants. Nothing of it is in the page.
page_tools() {
  node_packages "$root/bench/web" "$root/target/bench/web" \
    "Lighthouse, its Node.js, and what makes a certificate"
}
