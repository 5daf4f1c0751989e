"""What was typed in a form that is refused for its size: the fields before its first file."""

from typing import Final

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder, NeedData

READ_MAX: Final = 512 * 1024
"""Bytes of a request too large to be parsed that are looked at: far more than the longest post."""


def fields_before_files() -> list[tuple[str, str]]:
    """Return the whole fields at the beginning of a form that Werkzeug did not begin to read; works once a request."""
    boundary = request.mimetype_params.get("boundary", "")
    if request.mimetype != "multipart/form-data" or not boundary.isascii() or not boundary:
        return []
    decoder = MultipartDecoder(boundary.encode("ascii"), max_parts=200)
    try:
        decoder.receive_data(request.environ["wsgi.input"].read(READ_MAX))
        return _whole_fields(decoder)
    except (ValueError, OSError, RequestEntityTooLarge):
        return []


def _whole_fields(decoder: MultipartDecoder) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    name, content = "", b""
    while not isinstance(event := decoder.next_event(), File | NeedData | Epilogue):
        if isinstance(event, Field):
            name, content = event.name, b""
        elif isinstance(event, Data):
            content += event.data
            if not event.more_data:
                found.append((name, content.decode("utf-8", "replace")))
    return found
