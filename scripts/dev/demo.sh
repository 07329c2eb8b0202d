#!/usr/bin/env bash
# Sends a folder of pictures through the whole system, and says what became of each.
#
#   ./dev demo FOLDER [--album NAME] [--exit] [--port 8080] [--data FOLDER] [--release]
#   ./dev demo FOLDER [--album NAME] --address URL
#
# It signs up, makes an album, uploads every picture and waits: on the system that runs, or on
# one that it starts, or by the public API of one that runs elsewhere.
#
#   --album NAME    title of the album (Demo)
#   --exit          stops the system afterwards, if it was started for this
#   --port, --data  of the system, as for ./dev run
#
# Examples:
#   ./dev demo ~/Pictures/2024 --album "Summer"
#   ./dev demo photos --exit
#   ./dev demo photos --address https://photos.example.com

# shellcheck source=scripts/dev/lib/common.sh
source "${BASH_SOURCE%/*}/lib/common.sh"

local_command demo "$@"
