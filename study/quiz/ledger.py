"""Which answer counts, of all that arrived: a pure rule over the events of one question.

An event belongs to a page (its client) and has a number there. Of each page only what it sent last counts; between
pages the answer given later counts, by the server's clock. So the outcome is the same in whatever order events arrive,
and however often.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

THOUGHT_MAX = timedelta(minutes=10)
"""What one answer is counted to have taken at most: who was away longer did something else."""
TOGETHER = timedelta(seconds=1)
"""Answers so near to each other came from one page that was sent whole."""


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


def times_of(events: Iterable[Given], started_at: datetime) -> dict[int, timedelta]:
    """Return how long was spent on each question that was answered, by its position.

    The time since the answer before belongs to the question of the next one. Answers of a page that was sent whole
    share theirs.
    """
    found: dict[int, timedelta] = defaultdict(timedelta)
    before, pages = started_at, list[list[Given]]()
    for event in sorted(events, key=_moment):
        if not pages or event.made_at - pages[-1][0].made_at >= TOGETHER:
            pages.append([])
        pages[-1].append(event)
    for page in pages:
        positions = {event.position for event in page}
        for position in positions:
            spent = max(timedelta(0), page[-1].made_at - before) / len(positions)
            found[position] += min(THOUGHT_MAX, spent)
        before = page[-1].made_at
    return dict(found)
