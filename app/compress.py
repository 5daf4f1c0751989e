"""Gzip for text answers: most readers sit behind slow links and no proxy can be counted on."""

import gzip

from flask import Flask, Response, request

SMALLEST = 600
LEVEL = 5


def _compress(response: Response) -> Response:
    if (
        response.direct_passthrough
        or response.is_streamed
        or response.status_code in (204, 206, 304)
        or "Content-Encoding" in response.headers
        or not (
            (response.mimetype or "").startswith("text/") or response.mimetype in ("application/json", "image/svg+xml")
        )
    ):
        return response
    response.vary.add("Accept-Encoding")
    if not request.accept_encodings["gzip"]:
        return response
    body = response.get_data()
    if len(body) < SMALLEST:
        return response
    response.set_data(gzip.compress(body, LEVEL, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    return response


def init_app(app: Flask) -> None:
    """Compress what is worth it. Static files are compressed once and kept (``app/assets.py``)."""
    app.after_request(_compress)
