"""A port: what features tell search engines of their public pages. ``app/crawlers.py`` makes the sitemap of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, Protocol


class PublicPage(NamedTuple):
    """The path of a page that anybody may read, and when it last changed."""

    path: str
    changed_at: datetime


class PublicPages(Protocol):
    """Public pages of one kind, found by the ids of their rows."""

    name: str

    def last_id(self) -> int:
        """Return the highest id; 0 when there is nothing."""

    def pages(self, first: int, last: int) -> Sequence[PublicPage]:
        """Return the public pages of the rows with these ids, both included, by id."""


_kinds: dict[str, PublicPages] = {}


def register_pages(pages: PublicPages) -> None:
    """Offer the pages of a kind."""
    _kinds[pages.name] = pages


def all_pages() -> dict[str, PublicPages]:
    """Return every kind by its name."""
    return dict(_kinds)
