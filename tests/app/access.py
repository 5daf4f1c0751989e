"""Access rows of the site's own pages."""

from tests.access import Row

EVERYBODY = dict(visitor=200, member=200, instructor=200, moderator=200, officer=200, administrator=200)


def furnish(world) -> None:
    """Nothing is needed."""


ROWS = [
    Row("home.show", "GET", lambda w: "/", **EVERYBODY),
    Row(
        "admin.show",
        "GET",
        lambda w: "/admin/",
        visitor=302,
        member=404,
        instructor=404,
        moderator=404,
        officer=404,
        administrator=200,
    ),
    Row("help.show_keys", "GET", lambda w: "/help/keys", **EVERYBODY),
    Row("crawlers.robots", "GET", lambda w: "/robots.txt", **EVERYBODY),
    Row("crawlers.sitemap", "GET", lambda w: "/sitemap.xml", **EVERYBODY),
    Row("crawlers.sitemap_part", "GET", lambda w: f"/sitemap/boards-{w.board.id // 5001}.xml", **EVERYBODY),
    Row(
        "crawlers.sitemap_part",
        "GET",
        lambda w: "/sitemap/secrets-0.xml",
        note="unknown kind",
        **dict.fromkeys(EVERYBODY, 404),
    ),
    Row("health.alive", "GET", lambda w: "/healthz", **EVERYBODY),
    Row("health.ready", "GET", lambda w: "/readyz", **EVERYBODY),
    Row("static", "GET", lambda w: "/static/css/xuetan.css", **EVERYBODY),
    Row(
        "display.choose",
        "POST",
        lambda w: "/display",
        data=lambda w: {"theme": "dark"},
        **dict.fromkeys(EVERYBODY, 303),
    ),
]
