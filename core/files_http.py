"""Sending stored files to browsers so that none of them can act as a page of ours."""

import re
from urllib.parse import quote

from flask import Response, request, send_file
from werkzeug.exceptions import RequestedRangeNotSatisfiable

from core.files import File, path_of
from core.media_types import HTML, PDF, PICTURES, PLAYED, TEXT

INLINE = frozenset({PDF, TEXT, "text/markdown", "text/csv"}) | PICTURES | PLAYED
"""Types a browser may show; everything else is a download."""


_RANGE = re.compile(r"bytes *= *(?:(\d{1,18}) *- *(\d{0,18})|- *(\d{1,18}))", re.IGNORECASE)

PICTURE_SECONDS = 3600
"""How long a browser shows a picture without asking again: on slow links every question costs."""


def opens(file: File) -> bool:
    """Tell whether a browser may show this file itself; anything else it saves."""
    return file.media_type in INLINE


def send(file: File, *, name: str = "", download: bool = False) -> Response:
    """Send a stored file, with Range requests, its own or another name, no sniffing and no rights."""
    name = name or file.original_name
    media_type = TEXT if file.media_type.startswith("text/") and file.media_type != HTML else file.media_type
    _understand_range(file.size)
    try:
        response = send_file(
            path_of(file), mimetype=media_type, conditional=True, etag=file.sha256, max_age=0, last_modified=None
        )
    except RequestedRangeNotSatisfiable:
        return Response(status=416, headers={"Content-Range": f"bytes */{file.size}", "Accept-Ranges": "bytes"})
    inline = opens(file) and not download
    ascii_name = name.encode("ascii", "replace").decode().replace("?", "_").replace('"', "_")
    response.headers["Content-Disposition"] = (
        f"{'inline' if inline else 'attachment'}; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(name, safe='')}"
    )
    response.headers["Content-Security-Policy"] = _policy(file.media_type)
    # Answers vary by cookie, so another session on the same machine asks anew.
    fresh = f"max-age={PICTURE_SECONDS}" if file.media_type in PICTURES | PLAYED else "no-cache"
    response.headers["Cache-Control"] = f"private, {fresh}"
    return response


def _understand_range(size: int) -> None:
    """Leave of the Range header what is one part of bytes, counted from the beginning.

    What cannot be understood, and several parts at once, get the whole file, as RFC 9110 has it; the library would
    refuse them.
    """
    header = request.environ.pop("HTTP_RANGE", "")
    match = _RANGE.fullmatch(header.strip())
    if match is None:
        return
    first, last, suffix = match.groups()
    if suffix:
        request.environ["HTTP_RANGE"] = f"bytes={max(0, size - int(suffix)) if int(suffix) else size}-"
    elif not last or int(last) >= int(first):
        request.environ["HTTP_RANGE"] = f"bytes={first}-{last}"


def _policy(media_type: str) -> str:
    # Neither a PDF viewer nor the page a browser makes round a film works inside a sandbox; both run no scripts of it.
    if media_type == PDF:
        return "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'self'"
    if media_type in PLAYED:
        return "default-src 'none'; style-src 'unsafe-inline'; media-src 'self'; frame-ancestors 'self'"
    return "sandbox; default-src 'none'"
