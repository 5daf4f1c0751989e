"""Hostile text in every free column: no page shows it unescaped, evaluates it or falls over."""

import pytest
from sqlalchemy import Enum, String, Text, cast, literal, update

from accounts.web import SESSION_COOKIE
from core.db import Base, FacesType, db, transaction
from core.faces import Faces
from tests.access import World
from tests.conftest import undone
from tests.test_access import ROLES, ROWS, world

__all__ = ["world"]

CANARY = "\"'><img src=x onerror=1>{{7*7}}${7*7}"
TRUSTED = frozenset(
    {"html", "body_html", "path", "slug", "handler", "event", "audience", "language", "locale", "time_zone"}
)
SHOWN = (
    "title",
    "name",
    "about",
    "words",
    "reason",
    "summary",
    "text",
    "note",
    "quote",
    "error",
    "email",
    "agent",
    "comment",
)


def _free(column) -> bool:
    """Tell whether people fill this column with words of their own."""
    if column.name in TRUSTED or column.unique or column.foreign_keys or column.primary_key:
        return False
    if isinstance(column.type, FacesType):
        return "html" not in column.name
    if isinstance(column.type, Enum) or not isinstance(column.type, (String, Text)):
        return False
    if column.type.length is not None and column.type.length < len(CANARY) + 8:
        return False
    return any(part in column.name for part in SHOWN)


def _told_apart(table):
    """The canary with the row's number behind it: names are often unique."""
    if "id" not in table.columns:
        return CANARY
    return literal(CANARY).concat(cast(table.columns["id"], String))


def poison() -> int:
    """Write the canary into every free column of every row; return the number of columns."""
    found = 0
    with transaction():
        for table in Base.metadata.sorted_tables:
            columns = [column for column in table.columns if _free(column)]
            for column in columns:
                value = Faces(CANARY, CANARY) if isinstance(column.type, FacesType) else _told_apart(table)
                db.session.execute(update(table).values({column: value}))
                found += 1
    return found


@pytest.mark.parametrize("role", ROLES)
def test_no_page_shows_hostile_text_raw(site, world: World, role):
    browser = site.test_client()
    if role != "visitor":
        browser.set_cookie(SESSION_COOKIE, world.sessions[role], domain="localhost")
    seen = 0
    with undone():
        assert poison() > 15
        for row in ROWS:
            if row.method != "GET":
                continue
            answer = browser.get(row.url(world), buffered=True)
            assert answer.status_code < 500, row.endpoint
            if answer.mimetype == "text/html":
                assert "<img src=x" not in answer.text, row.endpoint
                seen += "&lt;img src=x" in answer.text
    assert seen > 1
