"""Headers on every answer, and the reading of proxy headers that we trust."""

from flask import Flask, Response, request
from werkzeug.middleware.proxy_fix import ProxyFix

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "media-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "object-src 'none'",
        "frame-src 'self'",
        "frame-ancestors 'none'",
    )
)

YEAR_SECONDS = 365 * 24 * 3600


def _harden(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", POLICY)
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
    if request.is_secure:
        headers["Strict-Transport-Security"] = f"max-age={YEAR_SECONDS}"
    if request.endpoint == "static":
        # Addresses carry a hash of the content, so a copy never goes stale.
        fresh = response.status_code < 400 and (request.args.get("v") or request.path.startswith("/static/dist/"))
        headers["Cache-Control"] = f"public, max-age={YEAR_SECONDS}, immutable" if fresh else "public, max-age=300"
    else:
        headers.setdefault("Cache-Control", "private, no-store" if response.status_code >= 400 else "private, no-cache")
        response.vary.update(("Cookie", "Accept-Language"))
    return response


def init_app(app: Flask, trusted_proxies: int) -> None:
    """Put the headers on every answer, errors included."""
    app.after_request(_harden)
    if trusted_proxies:
        n = trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=n, x_proto=n, x_host=n)  # type: ignore[method-assign]
