"""Ports: what has come up for one member, offered by rooms to the page that lists what is new."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from core.faces import Faces
from core.permissions import Actor
from core.refs import Ref


class News(NamedTuple):
    """Something a member has not seen, or not as it is now."""

    title: Faces
    url: str
    place: Faces
    at: datetime
    is_new: bool
    """Else it was there before, but has changed."""


class NewsSource(Protocol):
    """What is new to a member in one room."""

    def news(self, actor: Actor, since: datetime, limit: int) -> Sequence[News]:
        """Return what is new or has changed since a moment, the latest first."""


class NoticesKept(Protocol):
    """What members were told."""

    def told(self, actor: Actor, kinds: Collection[str], limit: int) -> Sequence[tuple[str, Ref]]:
        """Return kind and subject of the latest notices of some kinds that are among a member's last ones."""


_sources: list[NewsSource] = []
_notices: list[NoticesKept] = []


def register_news(source: NewsSource) -> None:
    """Offer what is new in a room to members; once, however many applications a process makes."""
    if type(source) not in map(type, _sources):
        _sources.append(source)


def register_notices(notices: NoticesKept) -> None:
    """Offer what members were told; there is one."""
    _notices[:] = [notices]


def news_for(actor: Actor, since: datetime, limit: int) -> list[News]:
    """Return what is new to a member in all rooms, the latest first."""
    found = [news for source in _sources for news in source.news(actor, since, limit)]
    return sorted(found, key=lambda news: news.at, reverse=True)[:limit]


def told(actor: Actor, kinds: Collection[str], limit: int) -> Sequence[tuple[str, Ref]]:
    """Return kind and subject of the latest notices of some kinds."""
    return _notices[0].told(actor, kinds, limit)
