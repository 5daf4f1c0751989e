"""Who has read which posts. The rows hold runs of numbers (``forum/runs.py``), so that nothing unread is ever lost."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, select, tuple_, update

from accounts.models import User
from core.clock import utcnow
from core.db import db
from core.permissions import Actor
from core.upserts import upsert
from forum import runs
from forum.models import Board, BoardFloor, ReadPosition, Thread
from forum.queries.reading import list_reached, read_by_floor
from forum.runs import Run

Place = tuple[int, int]
"""(person, thread) of a position, or (thread, number) of a post."""

ROWS_A_STATEMENT = 300


def mark_seen(seen: Mapping[Place, Iterable[Sequence[int]]]) -> None:
    """Count posts as read: (user, thread) → runs of numbers. What is read stays read; a repetition changes nothing."""
    places = sorted(seen)
    for start in range(0, len(places), ROWS_A_STATEMENT):
        some = places[start : start + ROWS_A_STATEMENT]
        make_rows(some)
        changed = []
        for row in locked_rows(some):
            before = runs_of(row)
            after = runs.united([*before, *seen[row.user_id, row.thread_id]])
            if after != before:
                changed.append(values_of(row.user_id, row.thread_id, after))
        store(changed)


def advance_positions(positions: Mapping[Place, int]) -> None:
    """Count everything up to a number as read, (user, thread) → number; never less than before."""
    mark_seen({place: [(1, number)] for place, number in positions.items()})


def read_own(thread_id: int, actor: Actor, number: int) -> None:
    """Count an own post as read; what others wrote before it stays unread."""
    assert actor.id is not None  # noqa: S101 -- who wrote is signed in
    mark_seen({(actor.id, thread_id): [(number, number)]})


def _key() -> Any:
    return tuple_(ReadPosition.user_id, ReadPosition.thread_id)


def make_rows(places: Sequence[Place]) -> None:
    """Make the rows that are missing, each with what its floor counts as read."""
    found = db.session.execute(select(ReadPosition.user_id, ReadPosition.thread_id).where(_key().in_(places)))
    missing = sorted(set(places) - {(row.user_id, row.thread_id) for row in found})
    if not missing:
        return
    floors = (
        select(User.id.label("user_id"), Thread.id.label("thread_id"), read_by_floor(User.id).label("last_number"))
        .select_from(User)
        .join(Thread, tuple_(User.id, Thread.id).in_(missing))
        .outerjoin(BoardFloor, and_(BoardFloor.board_id == Thread.board_id, BoardFloor.user_id == User.id))
    )
    rows = [{**row._mapping, "ahead": [], "read_count": row.last_number} for row in db.session.execute(floors)]
    if rows:
        db.session.execute(upsert(ReadPosition, rows, conflict=["user_id", "thread_id"]))


def locked_rows(places: Sequence[Place]) -> list[Any]:
    """Return the rows as they are, held until commit, in one order for all writers."""
    columns = (ReadPosition.user_id, ReadPosition.thread_id, ReadPosition.last_number, ReadPosition.ahead)
    statement = select(*columns).where(_key().in_(places)).order_by(*columns[:2])
    return list(db.session.execute(statement.with_for_update()))


def runs_of(row: Any) -> list[Run]:
    """Return what a row counts as read."""
    return runs.united([(1, row.last_number), *row.ahead])


def values_of(user_id: int, thread_id: int, seen: Sequence[Run]) -> dict[str, Any]:
    """Return the row that counts these posts as read."""
    reached, ahead = runs.split_off(seen)
    return {
        "user_id": user_id,
        "thread_id": thread_id,
        "last_number": reached,
        "ahead": [list(run) for run in ahead],
        "read_count": reached + runs.count(ahead),
    }


def store(rows: Sequence[dict[str, Any]]) -> None:
    """Write rows that are there anew."""
    if not rows:
        return
    table: Any = ReadPosition.__table__
    statement = (
        update(table)
        .where(table.c.user_id == bindparam("of_user"), table.c.thread_id == bindparam("of_thread"))
        .values({name: bindparam(f"new_{name}") for name in ("last_number", "ahead", "read_count")})
    )
    db.session.connection().execute(
        statement,
        [
            {
                "of_user": row["user_id"],
                "of_thread": row["thread_id"],
                **{f"new_{name}": row[name] for name in ("last_number", "ahead", "read_count")},
            }
            for row in rows
        ],
    )


def _mark_read(board_ids: list[int], actor: Actor, until: datetime) -> None:
    assert actor.id is not None  # noqa: S101 -- who marks is signed in
    values = [{"user_id": actor.id, "board_id": board_id, "floor_at": until} for board_id in sorted(board_ids)]
    if not values:
        return
    db.session.execute(upsert(BoardFloor, values, conflict=["user_id", "board_id"]))
    # Whoever has marked from a later page has seen more: a floor only rises.
    db.session.execute(
        update(BoardFloor)
        .where(BoardFloor.user_id == actor.id, BoardFloor.board_id.in_(board_ids), BoardFloor.floor_at < until)
        .values(floor_at=until)
        .execution_options(synchronize_session=False)
    )
    # A row tells exactly, so it takes the floor along.
    last = select(Thread.last_number).where(Thread.id == ReadPosition.thread_id).scalar_subquery()
    quiet = select(Thread.id).where(Thread.board_id.in_(board_ids), Thread.last_posted_at <= until)
    db.session.execute(
        update(ReadPosition)
        .where(ReadPosition.user_id == actor.id, ReadPosition.thread_id.in_(quiet))
        .values(last_number=last, read_count=last, ahead=[])
        .execution_options(synchronize_session=False)
    )
    grown = list_reached(board_ids, actor, until)
    mark_seen({(actor.id, row.id): [(1, row.number)] for row in grown if row.number})


def mark_board_read(board: Board, actor: Actor, until: datetime | None = None) -> None:
    """Count what was on a board at a moment as read by this person; without one, everything."""
    _mark_read([board.id], actor, _not_ahead(until))


def mark_all_read(board_ids: list[int], actor: Actor, until: datetime | None = None) -> None:
    """Count what was on these boards at a moment as read by this person; without one, everything."""
    _mark_read(board_ids, actor, _not_ahead(until))


def _not_ahead(until: datetime | None) -> datetime:
    """Return the moment, but none that is still to come: that would hide what nobody can have seen."""
    now = utcnow()
    return now if until is None else min(until, now)
