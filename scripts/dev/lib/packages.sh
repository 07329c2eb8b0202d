# shellcheck shell=bash
# Programs that come from the system's package manager, and how those that are missing are
# installed.

# Prints the Debian package for each thing that one of the purposes needs and this machine lacks.
# Purposes: run, test, lint, python, node, vips, zstd, exiftool, fuzz, memcheck, arm64; compiling
# always counts.
missing_packages() {
  local purpose
  # The C libraries that some crates build: with cmake, and nasm for their SIMD.
  { has cc && has make; } || echo build-essential
  has cmake || echo cmake
  has nasm || echo nasm
  for purpose in "$@"; do
    case $purpose in
      run)
        has_database || echo mariadb-server
        # The page is built with them, and libduckdb fetched.
        { has node && has npm; } || echo nodejs npm
        ;;
      test)
        { has chromium || has chromium-browser || has google-chrome; } || browser_package
        has chromedriver || driver_package
        # The README's examples, which are tests, use them.
        has curl || echo curl
        has jq || echo jq
        ;;
      lint)
        has shellcheck || echo shellcheck
        { has node && has npm; } || echo nodejs npm
        ;;
      fuzz) { has clang && clang_has_sanitizer; } || echo clang libclang-rt-dev ;;
      memcheck) has valgrind || echo valgrind libc6-dbg ;;
      arm64)
        has qemu-aarch64-static || echo qemu-user-static
        [ -e /usr/aarch64-linux-gnu/lib/libc.so.6 ] || echo libc6-arm64-cross
        has curl || echo curl
        has jq || echo jq
        ;;
      python) has_venv || echo python3-venv ;;
      node)
        { has node && has npm; } || echo nodejs npm
        has xz || echo xz-utils # the runtime client comes packed with it
        ;;
      zstd) has zstd || echo zstd ;;
      vips) { has vipsthumbnail && has vips; } || echo libvips-tools ;;
      exiftool) has exiftool || echo libimage-exiftool-perl ;;
    esac
  done
}

has_database() {
  { has mariadbd && has mariadb-install-db; } ||
    { has mysqld && mysqld --version | grep -q 'Ver 8\.'; }
}

has_venv() { python3 -c 'import ensurepip, venv' >/dev/null 2>&1; }

# Debian keeps the runtimes of sanitizers apart from the compiler.
clang_has_sanitizer() {
  echo 'int main(void) { return 0; }' | clang -fsanitize=address -x c -o /dev/null - 2>/dev/null
}

is_ubuntu() { grep -qs '^ID=ubuntu' /etc/os-release; }
browser_package() { if is_ubuntu; then echo chromium-browser; else echo chromium; fi; }
driver_package() { if is_ubuntu; then echo chromium-chromedriver; else echo chromium-driver; fi; }

# Installs what the purposes need. Asks nobody anything but sudo's password.
setup() {
  # Debian keeps servers where only root looks for programs.
  PATH=$PATH:/usr/sbin:/sbin
  has cargo || die "Rust is missing: install it from https://rustup.rs, then run this again."
  rust_toolchain
  local packages
  packages=$(missing_packages "$@" | sort -u | tr '\n' ' ')
  [ -n "${packages// /}" ] || return 0
  has apt-get || die "Missing: ${packages}(Debian's names)." \
    "Install them with your system's package manager, then run this again."
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    has sudo || die "Missing: ${packages}— run as root:" \
      "apt-get install --no-install-recommends ${packages}"
    as_root=(sudo)
  fi
  say "Installing with apt-get: $packages"
  # shellcheck disable=SC2086 # a list of words
  install_packages $packages ||
    die "apt-get could not install: ${packages}— its messages are above. Mend that, or install" \
      "them in another way, then run this again."
}

# Installs packages, and keeps Debian from starting the database server that comes with one of them:
# ours is started by `run`, on a socket of its own.
install_packages() {
  local policy=/usr/sbin/policy-rc.d ours=no status=0 apt
  apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -y -q
    -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0)
  if [ ! -e "$policy" ]; then
    ours=yes
    printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
    "${as_root[@]}" chmod 755 "$policy"
  fi
  { "${apt[@]}" update && "${apt[@]}" install --no-install-recommends "$@"; } >&2 || status=$?
  [ "$ours" = no ] || "${as_root[@]}" rm -f "$policy"
  case " $* " in
    *" mariadb-server "*)
      # Nor at the next boot: nobody asked for a server of the machine's own.
      if has systemctl; then
        "${as_root[@]}" systemctl disable --quiet mariadb 2>/dev/null || true
      fi
      ;;
  esac
  return "$status"
}
