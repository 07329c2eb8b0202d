# shellcheck shell=bash
# A client of the API at `origin`, with the session `token`. Only commands that ask the API source
# this.

password=correct-horse-9-battery

# Calls the API, as the session's user if there is one, and prints its answer.
call() {
  local options=(--silent --show-error --noproxy '*')
  [ -z "${token:-}" ] || options+=(--header "Authorization: Bearer $token")
  curl "${options[@]}" "$@"
}

get() { call "$origin$1"; }
post() { call --json "$2" "$origin$1"; }

sign_up() {
  token='' post /v1/users "{\"name\": \"Ana\", \"email\": \"$1\", \"password\": \"$password\"}" |
    jq --exit-status .id >/dev/null
}

# Prints the token of a new session.
log_in() {
  token='' post /v1/sessions "{\"name\": \"test\", \"email\": \"$1\", \"password\": \"$password\"}" |
    jq --exit-status --raw-output .token
}

# Sends a PNG to a new album, and prints the album's id when the photo is ready.
send_photo() {
  local file=$1 album announced sha256 headers=()
  sha256=$(sha256sum "$file" | cut -d ' ' -f 1)
  album=$(post /v1/albums '{"title": "Sent"}' | jq --exit-status --raw-output .id) || return 1
  announced=$(jq --null-input --arg sha256 "$sha256" --argjson size "$(stat -c %s "$file")" \
    '{name: "one.png", content_type: "image/png", multipart: false, $size, $sha256}')
  announced=$(post "/v1/albums/$album/photos" "$announced")
  # With exactly the headers that were signed, but those that curl makes itself.
  mapfile -t headers < <(jq --raw-output '.upload.headers | to_entries[]
    | select(.key | ascii_downcase | IN("host", "content-length") | not)
    | "--header", "\(.key): \(.value)"' <<<"$announced")
  curl --silent --show-error --fail --noproxy '*' "${headers[@]}" --upload-file "$file" \
    "$(jq --raw-output .upload.url <<<"$announced")" >&2 || return 1
  until_ready "/v1/photos/$(jq --raw-output .photo.id <<<"$announced")" || return 1
  echo "$album"
}

# Waits until a photo is ready, a minute at the longest.
until_ready() {
  local waited=0
  until get "$1" | jq --exit-status '.status == "ready"' >/dev/null; do
    [ "$waited" -lt 300 ] || return 1
    sleep 0.2
    waited=$((waited + 1))
  done
}

# Prints the picture of the first link in an answer, by the signature that comes with it.
picture_in() {
  local link signature
  link=$(jq --raw-output '[.. | .url? | strings][0] // empty' "$1")
  signature=$(jq --raw-output '[.. | .query? | strings][0] // empty' "$1")
  case $link in /*) link=$origin$link ;; esac
  curl --silent --show-error --fail --noproxy '*' "$link?$signature"
}
