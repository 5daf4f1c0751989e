"""Which answer counts, of all that arrived: a pure rule over the events of one question.

An event belongs to a page (its client) and has a number there. Of each page only what it sent last counts; between
pages the answer given later counts, by the server's clock. So the outcome is the same in whatever order events arrive,
and however often.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Protocol, TypeVar


class Given(Protocol):
    """What the rule needs to know of an event."""

    id: int
    position: int
    client_id: str
    sequence: int
    made_at: datetime


E = TypeVar("E", bound=Given)


def winners(events: Iterable[E]) -> dict[int, E]:
    """Return the event that counts for each question, by its position."""
    last: dict[tuple[int, str], E] = {}
    for event in events:
        page = (event.position, event.client_id)
        if page not in last or event.sequence > last[page].sequence:
            last[page] = event
    found: dict[int, E] = {}
    for event in last.values():
        held = found.get(event.position)
        if held is None or _moment(event) > _moment(held):
            found[event.position] = event
    return found


def _moment(event: Given) -> tuple[datetime, int]:
    return event.made_at, event.id


def made_at(now: datetime, ago_ms: int, started_at: datetime) -> datetime:
    """Return when a change was made by the server's clock, from how long ago the browser says that was."""
    return max(started_at, now - timedelta(milliseconds=max(0, ago_ms)))
