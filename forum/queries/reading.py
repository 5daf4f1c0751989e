"""What a member has not read yet, and whom a post concerns."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, and_, case, false, func, or_, select
from sqlalchemy.orm import aliased

from accounts.models import Branch, Membership, User, UserState
from core.db import db
from core.permissions import Actor, readable
from forum.models import Board, BoardFloor, Post, ReadPosition, Thread
from forum.queries.levels import is_heard
from forum.queries.shown import SHOWN_THREAD

_reader = aliased(User)

UNREAD_MAX: Final = 100
"""Unread threads of a board that are counted; so many, or more."""

LOOKED_AT: Final = 100
"""Posts after a floor, by time, among which the first by number is looked for.

Numbers go with time, so the first would do; an import that was repeated may have put a few older posts behind.
"""


def with_reading(statement: Select[*tuple[Any, ...]], actor: Actor) -> Select[*tuple[Any, ...]]:
    """Join what this reader has read to a statement over threads."""
    mine, floor = actor.id or 0, BoardFloor
    return statement.outerjoin(
        ReadPosition, and_(ReadPosition.thread_id == Thread.id, ReadPosition.user_id == mine)
    ).outerjoin(floor, and_(floor.board_id == Thread.board_id, floor.user_id == mine))


def floor_of(user_id: Any) -> ColumnElement[Any]:
    """Return the moment before which a person counts a thread's posts as read; needs ``BoardFloor`` joined."""
    # A name of its own: where the person is a column of users, the same name would mean everybody.
    joined = select(_reader.created_at).where(_reader.id == user_id).correlate(User).scalar_subquery()
    return func.coalesce(BoardFloor.floor_at, joined)


def read_by_floor(user_id: Any) -> ColumnElement[int]:
    """Return up to which number a thread is read by its floor alone."""
    return _reached(floor_of(user_id))


def _reached(moment: Any) -> ColumnElement[int]:
    """Return the number of the last post of a thread before the first one that is newer than a moment."""
    newer = (
        select(Post.number)
        .where(Post.thread_id == Thread.id, Post.created_at > moment)
        .order_by(Post.created_at, Post.number)
        .limit(LOOKED_AT)
        .correlate(Thread, BoardFloor)
        .subquery()
    )
    first = select(func.min(newer.c.number)).correlate(Thread, BoardFloor).scalar_subquery()
    found: ColumnElement[int] = func.coalesce(first - 1, Thread.last_number)
    return found


def read_number(user_id: Any) -> ColumnElement[int]:
    """Return up to which number everything is read; needs ``with_reading``."""
    return case((ReadPosition.user_id.is_not(None), ReadPosition.last_number), else_=read_by_floor(user_id))


def unread_count(user_id: Any) -> ColumnElement[int]:
    """Return how many posts of a thread are unread; needs ``with_reading``."""
    read = case((ReadPosition.user_id.is_not(None), ReadPosition.read_count), else_=read_by_floor(user_id))
    return case((Thread.last_number > read, Thread.last_number - read), else_=0)


def has_unread(actor: Actor) -> ColumnElement[bool]:
    """Return the condition that a thread has posts this reader has not seen; needs ``with_reading``.

    What was written before the reader joined, or before a board was marked as read, counts as read.
    """
    return and_(
        Thread.last_posted_at > floor_of(actor.id or 0),
        Thread.last_number > func.coalesce(ReadPosition.read_count, 0),
    )


def is_unread(actor: Actor) -> ColumnElement[bool]:
    """Return the condition that a thread is among the unread: it has something new and is not muted."""
    return and_(has_unread(actor), is_heard(actor))


def list_reached(board_ids: Collection[int], actor: Actor, until: datetime) -> list[Row[Any]]:
    """Return of the threads that this person has begun and that have grown since a moment: id, number reached then."""
    statement = (
        select(Thread.id, _reached(until).label("number"))
        .join(ReadPosition, and_(ReadPosition.thread_id == Thread.id, ReadPosition.user_id == actor.id))
        .where(Thread.board_id.in_(board_ids), Thread.last_posted_at > until)
    )
    return list(db.session.execute(statement))


def read_everywhere(actor: Actor) -> ColumnElement[Any]:
    """Return the moment up to which this reader has read all boards, or nothing where no board has anything newer.

    Only later threads can be unread. It repeats what ``has_unread`` asks of each: so said, the index of activity is
    read no further back, and who is up to date need not have every thread of the site looked at.
    """
    newest = select(func.max(Thread.last_posted_at)).where(Thread.board_id == Board.id)
    floor = floor_of(actor.id or 0)
    moment = (
        select(func.min(floor))
        .select_from(Board)
        .outerjoin(BoardFloor, and_(BoardFloor.board_id == Board.id, BoardFloor.user_id == (actor.id or 0)))
        .where(newest.correlate(Board).scalar_subquery() > floor)
    )
    return moment.correlate(None).scalar_subquery()


def unread_by_board(actor: Actor) -> dict[int, int]:
    """Return board id → number of unread threads, counted up to ``UNREAD_MAX``: who is behind needs no exact number."""
    if actor.id is None:
        return {}
    unread = (
        select(Thread.id)
        .outerjoin(ReadPosition, and_(ReadPosition.thread_id == Thread.id, ReadPosition.user_id == actor.id))
        .where(Thread.board_id == Board.id, SHOWN_THREAD, readable(Thread.audience, actor), is_unread(actor))
        .order_by(Thread.last_posted_at.desc())
        .limit(UNREAD_MAX)
        .correlate(Board, BoardFloor)
        .subquery()
    )
    number = select(func.count(unread.c.id)).correlate(Board, BoardFloor).scalar_subquery()
    statement = select(Board.id, number).outerjoin(
        BoardFloor, and_(BoardFloor.board_id == Board.id, BoardFloor.user_id == actor.id)
    )
    return {row[0]: row[1] for row in db.session.execute(statement) if row[1]}


def last_numbers(thread_ids: Collection[int], actor: Actor) -> dict[int, int]:
    """Return thread → number of its last post, of those threads that this reader may see."""
    statement = select(Thread.id, Thread.last_number).where(
        Thread.id.in_(sorted(thread_ids)), readable(Thread.audience, actor)
    )
    return {row.id: row.last_number for row in db.session.execute(statement)}


def list_branch_members(branch_ids: Collection[int]) -> list[int]:
    """Return the ids of the active members of branches and those below."""
    if not branch_ids:
        return []
    paths = db.session.scalars(select(Branch.path).where(Branch.id.in_(branch_ids))).all()
    return list(
        db.session.scalars(
            select(Membership.user_id)
            .join(Branch, Branch.id == Membership.branch_id)
            .join(User, User.id == Membership.user_id)
            .where(
                or_(false(), *(Branch.path.startswith(path, autoescape=True) for path in paths)),
                User.state == UserState.ACTIVE,
            )
            .distinct()
        )
    )
