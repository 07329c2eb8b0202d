#!/usr/bin/env bash
# Begins a function: writes its files, and says what is left to do.
#
#   ./dev add-function CRATE NAME "METHOD /v1/PATH"
#   ./dev add-function CRATE NAME --queue QUEUE
#   ./dev add-function CRATE NAME --schedule "rate(1 day)"
#
# A route, the worker of a queue, or a job of a schedule: module and binary in functions/CRATE,
# sample event, entry in template.yaml, and of a route its line in tests/src/routes.rs.
#
# Examples:
#   ./dev add-function finding ListCameras "GET /v1/cameras"
#   ./dev add-function media MakePreviews --queue PreviewQueue

# shellcheck source=scripts/dev/lib/common.sh
source "${BASH_SOURCE%/*}/lib/common.sh"

exec python3 "$root/scripts/add_function.py" "$@"
