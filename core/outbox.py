"""The outbox: what must follow a change is written beside it, in the same transaction, and done afterwards.

Delivery is at least once. A handler gets a batch of events outside any transaction, reads the rows again as they are
now, opens a transaction of its own where it writes, and gives the same result when it is run twice.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import Index, delete, func, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import utcnow
from core.db import Base, db, lock, transaction
from core.events import Event

log = logging.getLogger(__name__)

E = TypeVar("E", bound=Event)
Handler = Callable[[Sequence[Any]], None]

BATCH = 500
ATTEMPTS = 12
LEASE = timedelta(minutes=10)
"""How long a batch belongs to the worker that took it; after that another may, as when the first was killed."""


class OutboxRow(Base):
    """One event for one handler, waiting to be delivered."""

    __tablename__ = "core_outbox"
    # Serves the worker: what is due, oldest first.
    __table_args__ = (Index(None, "failed_at", "not_before", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    handler: Mapped[str]
    event: Mapped[str]
    payload: Mapped[dict[str, Any]]
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    not_before: Mapped[datetime] = mapped_column(default=utcnow)
    failed_at: Mapped[datetime | None]
    error: Mapped[str | None]


_handlers: dict[str, tuple[type[Event], Handler]] = {}


def on(event: type[E]) -> Callable[[Callable[[Sequence[E]], None]], Callable[[Sequence[E]], None]]:
    """Subscribe a batch handler to an event and everything derived from it."""

    def subscribe(handler: Callable[[Sequence[E]], None]) -> Callable[[Sequence[E]], None]:
        _handlers[f"{handler.__module__}.{handler.__qualname__}"] = (event, handler)
        return handler

    return subscribe


def announce(event: Event) -> None:
    """Write the event down for every handler that listens. Call it inside the transaction of the change."""
    for row in _rows(event):
        db.session.add(OutboxRow(**row))


def announce_all(events: Iterable[Event]) -> None:
    """Write many events down at once, as an import does. Call it inside the transaction of the change."""
    rows = [row for event in events for row in _rows(event)]
    if rows:
        db.session.execute(insert(OutboxRow), rows)


def _rows(event: Event) -> list[dict[str, Any]]:
    payload = event.to_json()
    return [
        {"handler": name, "event": type(event).__name__, "payload": payload}
        for name, (wanted, _handler) in _handlers.items()
        if isinstance(event, wanted)
    ]


def _take(limit: int) -> dict[str, list[tuple[int, Event]]]:
    """Lease the oldest due rows, grouped by handler."""
    now = utcnow()
    taken: dict[str, list[tuple[int, Event]]] = defaultdict(list)
    statement = (
        select(OutboxRow.id, OutboxRow.handler, OutboxRow.event, OutboxRow.payload)
        .where(OutboxRow.failed_at.is_(None), OutboxRow.not_before <= now)
        .order_by(OutboxRow.id)
        .limit(limit)
    )
    with transaction():
        rows = db.session.execute(statement.with_for_update(skip_locked=True)).all()
        for row in rows:
            taken[row.handler].append((row.id, Event.registered[row.event].from_json(row.payload)))
        ids = [row.id for row in rows]
        db.session.execute(update(OutboxRow).where(OutboxRow.id.in_(ids)).values(not_before=now + LEASE))
    return taken


def _settle(ids: Sequence[int]) -> None:
    with transaction():
        db.session.execute(delete(OutboxRow).where(OutboxRow.id.in_(ids)))


def _postpone(row_id: int, error: Exception) -> None:
    """Try again later, each time after twice as long; give up after some hours and keep the row for the reader."""
    with transaction():
        row = db.session.scalars(lock(select(OutboxRow).where(OutboxRow.id == row_id))).one_or_none()
        if row is None:
            return
        row.attempts += 1
        row.error = f"{type(error).__name__}: {error}"[:500]
        row.not_before = utcnow() + timedelta(seconds=min(3600, 2**row.attempts))
        if row.attempts >= ATTEMPTS:
            row.failed_at = utcnow()


def _deliver(name: str, entries: Sequence[tuple[int, Event]]) -> None:
    subscribed = _handlers.get(name)
    if subscribed is None:
        _postpone_all(entries, LookupError(f"no handler {name}"))
        return
    handler = subscribed[1]
    try:
        handler([event for _row, event in entries])
    except Exception as error:
        db.session.rollback()
        if len(entries) > 1:
            # One bad event must not hold up the others.
            for entry in entries:
                _deliver(name, [entry])
            return
        log.exception("Handler %s failed on outbox row %d", name, entries[0][0])
        _postpone(entries[0][0], error)
        return
    _settle([row_id for row_id, _event in entries])


def _postpone_all(entries: Sequence[tuple[int, Event]], error: Exception) -> None:
    for row_id, _event in entries:
        _postpone(row_id, error)


def drain(limit: int = BATCH) -> int:
    """Deliver one batch of what is due and return how many rows were taken."""
    taken = _take(limit)
    for name, entries in taken.items():
        _deliver(name, entries)
    return sum(len(entries) for entries in taken.values())


def drain_all() -> int:
    """Deliver until nothing is due, including what the handlers themselves announce."""
    total = 0
    while done := drain():
        total += done
    return total


def waiting() -> tuple[int, int]:
    """Return how many rows wait and how many were given up."""
    counts = db.session.execute(
        select(OutboxRow.failed_at.is_not(None), func.count()).group_by(OutboxRow.failed_at.is_not(None))
    ).all()
    found = {bool(failed): int(number) for failed, number in counts}
    return found.get(False, 0), found.get(True, 0)
