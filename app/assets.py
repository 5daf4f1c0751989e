"""Static files with their hash in the address, minified and compressed once a process; scripts as they were built."""

import gzip
import hashlib
import json
import re
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, abort, request
from markupsafe import Markup
from werkzeug.security import safe_join

TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".txt": "text/plain",
}
"""What is served at all; sources and lock files of the build are not."""


def minify_css(text: str) -> str:
    """Return a style sheet without comments and needless white space. Strings of ours hold neither."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r"\s*([{};,>])\s*", r"\1", text)
    return text.replace(": ", ":").replace(";}", "}").strip()


@lru_cache(maxsize=64)
def _content(path: Path, _changed: float) -> tuple[bytes, bytes, str]:
    """Return plain and compressed bytes and a short hash."""
    body = path.read_bytes()
    if path.suffix == ".css":
        body = minify_css(body.decode("utf-8")).encode("utf-8")
    twin = path.with_name(path.name + ".gz")
    packed = twin.read_bytes() if twin.is_file() else gzip.compress(body, 9, mtime=0)
    return body, packed, hashlib.sha256(body).hexdigest()[:10]


def _load(folder: str, name: str) -> tuple[bytes, bytes, str]:
    joined = safe_join(folder, name)
    if joined is None or Path(joined).suffix not in TYPES or not Path(joined).is_file():
        abort(404)
    path = Path(joined)
    return _content(path, path.stat().st_mtime)


@lru_cache(maxsize=8)
def _built(manifest: Path, _changed: float) -> dict[str, Markup]:
    """Return the elements of the scripts that a manifest names."""
    files: dict[str, str] = json.loads(manifest.read_text("utf-8"))
    element = Markup('<script src="/static/dist/{}" defer></script>')
    return {name: element.format(file) for name, file in files.items()}


def init_app(app: Flask) -> None:
    """Serve ``/static/…`` and offer templates ``asset(name)`` and ``script(name)``."""
    folder = str(Path(app.root_path).parent / "static")
    addresses: dict[str, str] = {}

    def asset(name: str) -> str:
        """Return the address of a static file with its hash."""
        if app.debug or name not in addresses:
            addresses[name] = f"/static/{name}?v={_load(folder, name)[2]}"
        return addresses[name]

    manifest = Path(folder) / "dist" / "manifest.json"

    def script(name: str) -> Markup:
        """Return the element that loads a script, or nothing where none was built: pages work without."""
        try:
            return _built(manifest, manifest.stat().st_mtime)[name]
        except (OSError, KeyError):
            return Markup()

    def serve(filename: str) -> Response:
        plain, packed, digest = _load(folder, filename)
        kind = TYPES[Path(filename).suffix]
        response = Response(plain, mimetype=kind)
        if kind.startswith("text/") or kind.endswith("+xml"):
            response.vary.add("Accept-Encoding")
            if request.accept_encodings["gzip"]:
                response.set_data(packed)
                response.headers["Content-Encoding"] = "gzip"
        response.set_etag(digest)
        response.make_conditional(request)
        return response

    app.add_url_rule("/static/<path:filename>", "static", serve)
    app.jinja_env.globals.update(asset=asset, script=script)
