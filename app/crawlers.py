"""What search engines ask for: the sitemap of all public pages, and what they should leave alone."""

from collections.abc import Iterator, Sequence
from datetime import UTC

from flask import Blueprint, Response
from markupsafe import escape

from core.addresses import absolute
from core.errors import NotFound
from core.public_pages import PublicPage, all_pages

bp = Blueprint("crawlers", __name__)

PART = 5_000
_XMLNS = "http://www.sitemaps.org/schemas/sitemap/0.9"
_FRESH = "public, max-age=3600"

# Pages that only act, need an account, or show in another order what stands elsewhere.
_LEFT_ALONE = (
    "/account/",
    "/admin/",
    "/inbox",
    "/search",
    "/display",
    "/moderation/report/",
    "/moderation/subjects/",
    "/forum/new",
    "/forum/discuss/",
    "/forum/feeds/",
    "/forum/posts/",
    "/forum/boards/*/new",
    "/forum/threads/*/export",
    "/forum/threads/*/unread",
    "/*?*view=",
    "/*?*filter=",
    "/*?*sort=",
    "/*?*from=",
    "/*?*before=",
)


@bp.get("/robots.txt")
def robots() -> Response:
    """What programmes may read: all public pages, in one order."""
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in _LEFT_ALONE),
        "",
        f"Sitemap: {absolute('/sitemap.xml')}",
    ]
    return _answer(iter(["\n".join(lines) + "\n"]), "text/plain")


@bp.get("/sitemap.xml")
def sitemap() -> Response:
    """The parts of the sitemap."""
    parts = [
        f"/sitemap/{name}-{part}.xml"
        for name, pages in all_pages().items()
        for part in range(-(-pages.last_id() // PART))
    ]
    return _answer(_index(parts), "application/xml")


@bp.get("/sitemap/<name>-<int:part>.xml")
def sitemap_part(name: str, part: int) -> Response:
    """The public pages of rows with neighbouring ids, so that a part never holds too many."""
    pages = all_pages().get(name)
    first = part * PART + 1
    if pages is None or first > pages.last_id():
        raise NotFound
    return _answer(_urls(pages.pages(first, first + PART - 1)), "application/xml")


def _index(parts: Sequence[str]) -> Iterator[str]:
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<sitemapindex xmlns="{_XMLNS}">\n'
    for path in parts:
        yield f"<sitemap><loc>{escape(absolute(path))}</loc></sitemap>\n"
    yield "</sitemapindex>\n"


def _urls(pages: Sequence[PublicPage]) -> Iterator[str]:
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="{_XMLNS}">\n'
    for path, changed_at in pages:
        moment = f"{changed_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        yield f"<url><loc>{escape(absolute(path))}</loc><lastmod>{moment}</lastmod></url>\n"
    yield "</urlset>\n"


def _answer(text: Iterator[str], media_type: str) -> Response:
    # Rows are read by now; only the writing is left, piece by piece. The address of the site is known without them.
    answer = Response(list(text), content_type=f"{media_type}; charset=utf-8")
    answer.headers["Cache-Control"] = _FRESH
    return answer
