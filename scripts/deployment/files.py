"""What the files of the page are, as browsers are told."""

import mimetypes

# Other than Python's own list has them, which is the machine's.
KINDS = {".webmanifest": "application/manifest+json", ".js": "text/javascript"}

# Kinds of text that do not begin with "text/".
TEXTS = {"image/svg+xml"}


def content_type(path):
    """The media type of a file, with its charset if it is text."""
    kind = KINDS.get(path.suffix) or mimetypes.guess_type(path.name)[0]
    if kind is None:
        return "application/octet-stream"
    is_text = kind.startswith("text/") or kind in TEXTS
    return f"{kind}; charset=utf-8" if is_text else kind
