# shellcheck shell=bash
# The version of Rust that rust-toolchain.toml names.

rust_channel() { sed -n 's/^channel = "\(.*\)"$/\1/p' "$root/rust-toolchain.toml"; }

rustup_toolchains() { rustup toolchain list | sed 's/ .*//'; }

# Prints a toolchain of rustup's that is this version under another name, such as `stable`.
toolchain_of_version() {
  local version=$1 name
  for name in $(rustup_toolchains); do
    case $(rustup run "$name" rustc --version 2>/dev/null) in
      "rustc $version "*) echo "$name" && return 0 ;;
    esac
  done
}

# Sees to it that `cargo` and `rustc` are of the version that the project is built with. Who has no
# rustup, or has chosen a toolchain, is left alone: Cargo says when it is too old.
rust_toolchain() {
  local version other
  { has rustup && [ -z "${RUSTUP_TOOLCHAIN:-}" ]; } || return 0
  version=$(rust_channel)
  case $(rustup_toolchains | tr '\n' ' ') in "$version-"* | *" $version-"*) return 0 ;; esac
  other=$(toolchain_of_version "$version")
  if [ -n "$other" ]; then
    export RUSTUP_TOOLCHAIN=$other
    return 0
  fi
  say "Installing Rust $version with rustup: once"
  (cd "$root" && rustup toolchain install) >&2 ||
    die "Rust $version could not be installed: rustup's messages are above." \
      "With another version: RUSTUP_TOOLCHAIN=NAME ./dev …, a name of 'rustup toolchain list'."
}
