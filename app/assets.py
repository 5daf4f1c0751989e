"""Static files with their hash in the address, minified and compressed once a process; scripts as they were built."""

import gzip
import hashlib
import json
import re
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, request, send_file
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

LARGE = "dist/pdfjs-"
"""How the names of parts of large libraries begin; scripts of ours beside them are small."""
LARGE_TYPES = {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".bcmap": "application/octet-stream",
    ".pfb": "application/octet-stream",
    ".ttf": "font/ttf",
}


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


@lru_cache(maxsize=8)
def _libraries(path: Path, _changed: float) -> dict[str, dict[str, Any]]:
    """Return what large libraries were built, by name: the address of each and its weight."""
    found: dict[str, dict[str, Any]] = json.loads(path.read_text("utf-8"))
    return found


def _library(path: Path, name: str) -> dict[str, Any] | None:
    """Return address (``folder``) and weight (``kilobytes``) of a large library; None where it was not built."""
    try:
        return _libraries(path, path.stat().st_mtime).get(name)
    except OSError:
        return None


def _send_large(folder: str, name: str) -> Response:
    """Send a part of a large library from the disk: kept in memory it would weigh on every worker."""
    joined = safe_join(folder, name)
    kind = LARGE_TYPES.get(Path(name).suffix)
    if joined is None or kind is None or not Path(joined).is_file():
        abort(404)
    twin = Path(joined + ".gz")
    is_packed = twin.is_file() and bool(request.accept_encodings["gzip"])
    response = send_file(twin if is_packed else joined, mimetype=kind, conditional=True)
    if twin.is_file():
        response.vary.add("Accept-Encoding")
    if is_packed:
        response.headers["Content-Encoding"] = "gzip"
    return response


def _serve(folder: str, filename: str) -> Response:
    """Serve a static file."""
    if filename.startswith(LARGE):
        return _send_large(folder, filename)
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
        """Serve a static file."""
        return _serve(folder, filename)

    app.add_url_rule("/static/<path:filename>", "static", serve)
    app.jinja_env.globals.update(
        asset=asset, script=script, library=partial(_library, manifest.with_name("libraries.json"))
    )
