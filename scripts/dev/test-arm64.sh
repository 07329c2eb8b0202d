#!/usr/bin/env bash
# Runs the functions that are deployed, for arm64, in an emulator, beside those of this machine.
#
#   ./dev test-arm64 [--sample] [--optional]
#
# Takes what ./dev build-arm64 builds, in QEMU's emulator of a process. One local system runs its
# functions first as arm64, then as this machine's, on the same data. Each function must answer its
# sample event alike; pictures must have the same renditions, byte for byte; who has signed up with
# the one must be able to log in with the other; what the one signs, links to pictures and uploads,
# the other must sign alike, and the gateway and the store of this machine must take. A month that
# arm64 archives must be the same in the warehouse, which reads the files by itself.
#
#   --sample     the functions of ./dev build-arm64 --sample, and this machine's in place of others
#   --optional   where what builds them cannot be had, says so and is content
#
# Examples:
#   ./dev test-arm64 --sample

# shellcheck source=scripts/dev/lib/common.sh
source "${BASH_SOURCE%/*}/lib/common.sh"

# shellcheck source=scripts/dev/lib/client.sh
source "$library/client.sh"

# Programs of this machine, and in place of each function what starts its file for arm64.
programs=target/arm64
emulator=(qemu-aarch64-static -L /usr/aarch64-linux-gnu)

# Has the system run its functions as they are deployed. Each file takes the place of another in one
# step, because the system may start it at any time; by its time the system knows that it is new.
as_deployed() {
  local function
  for function in "${functions[@]}"; do
    printf '#!/bin/sh\nexec %s "%s/target/lambda/%s/bootstrap"\n' \
      "${emulator[*]}" "$root" "$function" >"$programs/new"
    chmod 755 "$programs/new"
    mv "$programs/new" "$programs/$function"
  done
}

# Has it run those of this machine.
as_here() {
  local function
  for function in "${functions[@]}"; do
    cp "target/debug/$function" "$programs/new"
    mv "$programs/new" "$programs/$function"
  done
}

# Prints what a function answers to its sample event, without what is another each time.
answer_of() {
  local status=0 said
  said=$("$programs/local" invoke "$1" "events/$1.json" --data "$work/data" 2>&1) || status=$?
  printf '%s\nended with %s\n' "$said" "$status" |
    sed -E 's/[0-9a-f]{8}-[0-9a-f-]{27}|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z|[0-9a-f]{32,}/…/g' |
    sed -E 's/[a-z]+_[0-9a-z]{26}|albumen_[A-Za-z0-9_-]+/…/g' |
    sed -E '/"(date|retry-after|ratelimit|x-request-id|set-cookie|etag)"/Id'
}

# Notes the answers of all functions in a folder.
note_answers() {
  local function
  mkdir -p "$1"
  for function in "${functions[@]}"; do
    answer_of "$function" >"$1/$function"
  done
}

# Sends the pictures to an album of a new account, and notes the digest of every rendition.
note_renditions() {
  local before=$work/before
  renditions >"$before"
  "$programs/local" demo "$work/pictures" --data "$work/data" | tee "$1.log" >&2 || true
  renditions | grep -vxFf "$before" | sed 's|.*/||' | sort >"$1"
  # A line a picture, without how long it took.
  grep -E '^[0-9]+\.' "$1.log" | sed -E 's/ +[0-9.]+$//' | sort >"$1.outcomes"
}

# Prints the file of every rendition that is stored.
renditions() { find "$work/data/buckets" -type f -name '*.webp' | sort; }

# Generates a small picture of every format, named by its format.
make_pictures() {
  local folder file number=0
  target/debug/examples/fuzz-seeds "$work/seeds" >/dev/null
  mkdir -p "$work/pictures"
  for folder in jpeg png webp gif heic avif tiff bmp; do
    for file in "$work/seeds/$folder"/*; do
      number=$((number + 1))
      cp "$file" "$work/pictures/$number.${folder/jpeg/jpg}"
    done
  done
}

failed=()

# Notes what an album's answer says, and the digest of the picture that its link leads to.
note_links() {
  get "/v1/albums/$1" | jq --sort-keys . >"$2"
  picture_in "$2" | sha256sum >"$2.picture" || return 1
  cat "$2.picture" >>"$2"
}

# Says what differs between two files, or folders.
compare() {
  local name=$1
  if diff -r "$2" "$3" >"$work/difference"; then
    say "  $name: alike"
  else
    head -n 40 "$work/difference" >&2
    failed+=("$name")
  fi
}

for argument in "$@"; do
  case $argument in
    --sample | --optional) ;;
    *) die "./dev test-arm64 has no option \"$argument\": see ./dev test-arm64 --help" ;;
  esac
done
cd "$root"
setup run arm64
rm -rf target/lambda
"$root/dev" build-arm64 "$@"
mapfile -t functions < <(find target/lambda -name bootstrap -printf '%h\n' | sed 's|.*/||' | sort)
if [ ${#functions[@]} -eq 0 ]; then
  case " $* " in *" --optional "*) exit 0 ;; esac
  die "target/lambda has no function."
fi
build_binaries --examples
mkdir -p "$programs"
find target/debug -maxdepth 1 -type f -perm -100 -exec ln -f -t "$programs" {} +

# The folder from which start_system takes the system.
profile=arm64
as_here
start_system
origin=$(sed -n 's/.*"origin": "\(.*\)",/\1/p' "$ALBUMEN_SYSTEM")
make_pictures
# What a sample event changes, such as who has signed up, is changed before it counts.
note_answers "$work/before-both"
as_deployed
say "As deployed, for arm64: ${#functions[@]} functions"
note_answers "$work/deployed"
sign_up ana@example.com || failed+=("signing up for arm64")
note_renditions "$work/renditions.deployed"
token=$(log_in ana@example.com) || failed+=("a log-in for arm64")
signed=$(send_photo "$(find "$work/pictures" -name '*.png' | sort | head -n 1)") ||
  failed+=("an upload that was signed for arm64")
"$programs/local" archive --data "$work/data" demo --months 1 --rows 500 >&2 ||
  failed+=("a month archived for arm64")
# A link is signed anew every hour: so one straight after the other.
note_links "$signed" "$work/links.deployed" || failed+=("a link that was signed for arm64")
as_here
note_links "$signed" "$work/links.here" || failed+=("a link that was signed here")
say "As this machine has them"
note_answers "$work/here"
log_in ana@example.com >/dev/null || failed+=("a log-in here of who signed up for arm64")
sign_up ben@example.com || failed+=("signing up here")
note_renditions "$work/renditions.here"
as_deployed
log_in ben@example.com >/dev/null || failed+=("a log-in for arm64 of who signed up here")
compare "answers to sample events" "$work/deployed" "$work/here"
compare "renditions of $(find "$work/pictures" -type f | wc -l) pictures" \
  "$work/renditions.deployed" "$work/renditions.here"
compare "what became of pictures" "$work/renditions.deployed.outcomes" \
  "$work/renditions.here.outcomes"
compare "signed links" "$work/links.deployed" "$work/links.here"
[ -s "$work/renditions.here" ] || failed+=("no picture was rendered")
[ ${#failed[@]} -eq 0 ] || die "What is deployed differs: $(join "${failed[@]}")."
verdict="What is deployed does as what was tested."
