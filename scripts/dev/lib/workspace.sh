# shellcheck shell=bash
# What is built, and the programs of it that commands run. All of it is built as a part of the whole
# workspace: Cargo takes the features that the packages of one call ask for, so that a package by
# itself would have what it is built upon compiled once more.

# Builds every binary: the local system starts the functions from its own folder.
build_binaries() {
  duckdb_library
  local options=(--workspace --bins "${locked[@]}" "$@")
  [ "$profile" = debug ] || options+=(--release)
  [ -x "$root/target/$profile/local" ] || say "Building: the first time takes some minutes"
  cargo build --manifest-path "$root/Cargo.toml" "${options[@]}"
}

# Builds one binary, NAME, and what it needs.
build_binary() {
  cargo build --quiet --manifest-path "$root/Cargo.toml" --workspace --bin "$1" "${locked[@]}"
}

# Builds the library that gives functions a wrong clock. It is no binary, but is built like them.
build_skewed_clock() {
  local options=(--workspace --example skewed-clock "${locked[@]}")
  [ "$profile" = debug ] || options+=(--release --exclude tests)
  cargo build --quiet --manifest-path "$root/Cargo.toml" "${options[@]}"
}

# Rewrites the arguments into `arguments`, so that paths mean what they meant where the caller
# stands: what runs, runs in the root of the repository.
take_arguments() {
  arguments=()
  local argument previous=
  for argument in "$@"; do
    if [ "$argument" = --release ]; then
      profile=release
      continue
    fi
    case $previous in
      --album | --parameter | --peer | --port | --stack | --region | --next | --only) ;;
      --data | --out) [ "${argument#/}" != "$argument" ] || argument=$caller/$argument ;;
      *) # a file or folder, unless it is an option or absolute
        if [ "${argument#[-/]}" = "$argument" ] && [ -e "$caller/$argument" ]; then
          argument=$caller/$argument
        fi
        ;;
    esac
    arguments+=("$argument")
    previous=$argument
  done
}

# Runs a command of the `local` binary.
local_command() {
  local command=$1
  shift
  take_arguments "$@"
  setup run
  build_binaries
  cd "$root"
  exec "target/$profile/local" "$command" "${arguments[@]}"
}

# Runs a command of the `local` binary or, with --stack, the same of a stack on AWS.
local_or_stack_command() {
  case " $* " in
    *" --stack "* | *" --stack="*) ;;
    *) local_command "$@" ;;
  esac
  take_arguments "${@:2}"
  stack_python scripts/operate.py "$1" "${arguments[@]}"
}
