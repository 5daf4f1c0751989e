"""Sending stored files to browsers so that none of them can act as a page of ours."""

from urllib.parse import quote

from flask import Response, send_file

from core.files import File, path_of
from core.media_types import HTML, PDF, PICTURES, TEXT

INLINE = frozenset({PDF, TEXT, "text/markdown", "text/csv"}) | PICTURES
"""Types a browser may show; everything else is a download."""


PICTURE_SECONDS = 3600
"""How long a browser shows a picture without asking again: on slow links every question costs."""


def send(file: File, *, name: str = "", download: bool = False) -> Response:
    """Send a stored file, with Range requests, its own or another name, no sniffing and no rights."""
    name = name or file.original_name
    media_type = TEXT if file.media_type.startswith("text/") and file.media_type != HTML else file.media_type
    response = send_file(
        path_of(file), mimetype=media_type, conditional=True, etag=file.sha256, max_age=0, last_modified=None
    )
    inline = file.media_type in INLINE and not download
    ascii_name = name.encode("ascii", "replace").decode().replace("?", "_").replace('"', "_")
    response.headers["Content-Disposition"] = (
        f"{'inline' if inline else 'attachment'}; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(name, safe='')}"
    )
    # A PDF viewer of the browser does not run inside a sandbox; the viewer itself isolates the document.
    policy = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'self'"
    response.headers["Content-Security-Policy"] = policy if file.media_type == PDF else "sandbox; default-src 'none'"
    # Answers vary by cookie, so another session on the same machine asks anew.
    fresh = f"max-age={PICTURE_SECONDS}" if file.media_type in PICTURES else "no-cache"
    response.headers["Cache-Control"] = f"private, {fresh}"
    return response
