"""The outbox: with the change or not at all, at least once, never stuck."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from core import outbox
from core.db import db, transaction
from core.events import Event
from core.outbox import ATTEMPTS, LEASE, OutboxRow, announce, drain, drain_all, waiting


@dataclass(frozen=True, kw_only=True)
class LampLit(Event):
    """Something for these tests to announce."""

    number: int


@pytest.fixture
def heard(monkeypatch):
    """Return the batches that a handler of this test got."""
    batches: list[list[int]] = []
    monkeypatch.setattr(outbox, "_handlers", {})

    @outbox.on(LampLit)
    def note(events) -> None:
        batches.append([event.number for event in events])

    return batches


def rows() -> int:
    return db.session.scalar(select(func.count()).select_from(OutboxRow))


def test_an_event_is_delivered_once_in_order_and_forgotten(app, heard):
    with transaction():
        announce(LampLit(number=1))
        announce(LampLit(number=2))

    assert drain_all() == 2
    assert heard == [[1, 2]]
    assert rows() == 0


def test_an_event_of_a_change_that_failed_is_not_announced(app, heard):
    def fail() -> None:
        with transaction():
            announce(LampLit(number=1))
            db.session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    assert drain_all() == 0


def test_one_bad_event_does_not_hold_up_the_others(app, monkeypatch, clock):
    good: list[int] = []
    monkeypatch.setattr(outbox, "_handlers", {})

    @outbox.on(LampLit)
    def choke(events) -> None:
        if any(event.number == 13 for event in events):
            raise ValueError("thirteen")
        good.extend(event.number for event in events)

    with transaction():
        for number in (12, 13, 14):
            announce(LampLit(number=number))
    drain()

    assert good == [12, 14]
    assert waiting() == (1, 0)
    for _turn in range(ATTEMPTS):
        clock.advance(hours=2)
        drain()
    assert waiting() == (0, 1)
    assert db.session.scalar(select(OutboxRow.error)) == "ValueError: thirteen"


def test_what_a_killed_worker_took_comes_back(app, heard, clock):
    with transaction():
        announce(LampLit(number=1))
    outbox._take(10)  # Taken, then the worker died.

    assert drain() == 0
    clock.advance(seconds=LEASE.total_seconds() + 1)
    assert drain() == 1
    assert heard == [[1]]


def test_the_future_waits(app, heard, clock):
    with transaction():
        announce(LampLit(number=1))
        db.session.flush()
        row = db.session.scalars(select(OutboxRow)).one()
        row.not_before = clock.now + timedelta(hours=1)

    assert drain() == 0
    clock.advance(hours=2)
    assert drain() == 1
