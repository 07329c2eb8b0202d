# shellcheck shell=bash
# What is deployed: built for arm64, on whatever machine. Only commands that build or run it source
# this.

# Amazon Linux 2023's, in which Lambda runs it.
lambda_glibc=2.34

# Sees to it that Rust's standard library for arm64 is here.
arm64_target() {
  local target=aarch64-unknown-linux-gnu
  [ ! -d "$(rustc --print target-libdir --target "$target")" ] || return 0
  has rustup && rustup target add "$target" >&2
}

# Prints the newest version of glibc that a file asks for.
glibc_of() {
  readelf --version-info "$1" | grep -o 'GLIBC_[0-9.]*' | sed 's/GLIBC_//' | sort -uV | tail -n 1
}

# Whether Lambda has a version of glibc.
lambda_has() {
  [ "$(printf '%s\n' "$1" "$lambda_glibc" | sort -V | tail -n 1)" = "$lambda_glibc" ]
}

# Prints the size of each file, and fails when one asks for a newer glibc than Lambda has.
check_deployed() {
  local file version name wrong=()
  for file in "$@"; do
    name=$(basename "$(dirname "$file")")
    version=$(glibc_of "$file")
    lambda_has "${version:-none}" || wrong+=("$name asks for glibc ${version:-of no version}")
    printf '  %6s  glibc %s  %s\n' "$(du -h --apparent-size "$file" | cut -f 1)" "$version" "$name"
  done
  [ ${#wrong[@]} -eq 0 ] ||
    die "Lambda has glibc $lambda_glibc, and would not start what was built: $(join "${wrong[@]}")."
}
