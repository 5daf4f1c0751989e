"""Threads as lists show them, and single ones to work with."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, case, exists, false, literal, not_, select
from sqlalchemy.orm import joinedload

from accounts.models import User
from core.db import db, named
from core.errors import NotFound
from core.pages import Page, page_of
from core.permissions import Actor, readable
from forum.enums import ThreadKind
from forum.errors import Elsewhere
from forum.models import Board, Poll, Receipt, Thread
from forum.permissions import ForumPermission
from forum.queries.levels import NORMAL, loudness
from forum.queries.reading import is_unread, read_everywhere, read_number, unread_count, with_reading
from forum.queries.shown import LISTED_THREAD, SHOWN_THREAD, SOLVED

ThreadRow = Row[Any]
"""id, title, kind, state, pinned, lock_reason, closes_at, has_official_reply, solved, poll_closes_at, ballot_count,
reply_count, last_number, last_posted_at, created_at, digest_at, tags, fields, author_name, read_number, new_count,
unread, to_confirm."""

THREADS_A_PAGE = 20


def listed(actor: Actor) -> Select[*tuple[Any, ...]]:
    """Select what a list shows of the threads this reader may see."""
    statement = (
        select(
            Thread.id,
            # What is hidden does not even leave the database: title and author are empty then.
            case((Thread.hidden_at.is_(None), Thread.title), else_="").label("title"),
            Thread.kind,
            Thread.state,
            Thread.pinned,
            Thread.lock_reason,
            Thread.closes_at,
            Thread.has_official_reply,
            SOLVED.label("solved"),
            Poll.closes_at.label("poll_closes_at"),
            Poll.ballot_count,
            Thread.reply_count,
            Thread.last_number,
            Thread.last_posted_at,
            Thread.created_at,
            Thread.digest_at,
            Thread.tags,
            Thread.fields,
            case((Thread.hidden_at.is_(None), User.display_name), else_="").label("author_name"),
            *(_reading_columns(actor)),
        )
        .join(User, User.id == Thread.author_id)
        .outerjoin(Poll, Poll.thread_id == Thread.id)
        .where(LISTED_THREAD, readable(Thread.audience, actor))
    )
    return with_reading(statement, actor) if actor.id is not None else statement


def _reading_columns(actor: Actor) -> tuple[ColumnElement[Any], ...]:
    if actor.id is None:
        nothing = literal(0).label("read_number"), literal(0).label("new_count")
        return *nothing, false().label("unread"), false().label("to_confirm")
    unread = is_unread(actor)
    confirmed = exists().where(Receipt.thread_id == Thread.id, Receipt.user_id == actor.id)
    to_confirm = (Thread.kind == ThreadKind.ANNOUNCEMENT) & (Thread.author_id != actor.id) & not_(confirmed)
    # What is not new needs no counting.
    return (
        case((unread, read_number(actor.id)), else_=0).label("read_number"),
        case((unread, unread_count(actor.id)), else_=0).label("new_count"),
        unread.label("unread"),
        to_confirm.label("to_confirm"),
    )


def list_new_threads(actor: Actor, *, cursor: str | None, heard: int = NORMAL) -> Page[ThreadRow]:
    """Return one page of the unread threads of all boards, the latest activity first; at least so loud ones.

    Raises:
        NotFound: the cursor is none of ours.
    """
    statement = (
        listed(actor)
        .add_columns(Board.title.label("board_title"))
        .join(Board, Board.id == Thread.board_id)
        .where(SHOWN_THREAD, is_unread(actor), Thread.last_posted_at > read_everywhere(actor))
    )
    if heard:
        statement = statement.where(loudness(actor) >= heard)
    return page_of(statement, order=[Thread.last_posted_at, Thread.id], cursor=cursor, limit=THREADS_A_PAGE)


def next_unread(actor: Actor, but: Collection[int]) -> ThreadRow | None:
    """Return the unread thread that was active last, without those named; None when there is none."""
    statement = (
        listed(actor)
        .where(SHOWN_THREAD, is_unread(actor), Thread.last_posted_at > read_everywhere(actor))
        .where(Thread.id.not_in(sorted(but)))
        .order_by(Thread.last_posted_at.desc(), Thread.id.desc())
        .limit(1)
    )
    return db.session.execute(statement).one_or_none()


def list_latest_threads(actor: Actor, *, limit: int) -> list[ThreadRow]:
    """Return the threads of all boards this reader may see that were active last: teasers for other pages."""
    statement = (
        listed(actor)
        .add_columns(Board.title.label("board_title"))
        .join(Board, Board.id == Thread.board_id)
        .where(SHOWN_THREAD)
        .order_by(Thread.last_posted_at.desc(), Thread.id.desc())
        .limit(limit)
    )
    return named(db.session.execute(statement))


def list_shown_threads(ids: list[int], actor: Actor) -> list[Any]:
    """Return those of these threads this reader may see, in this order: id, title, reply_count."""
    if not ids:
        return []
    statement = select(Thread.id, Thread.title, Thread.reply_count).where(
        Thread.id.in_(ids), SHOWN_THREAD, readable(Thread.audience, actor)
    )
    rows = {row.id: row for row in db.session.execute(statement)}
    return [rows[ident] for ident in ids if ident in rows]


def get_thread(thread_id: int, actor: Actor, *, lock: bool = False) -> Thread:
    """Return one thread to work with, hidden or not, its board and branch loaded; ``lock`` holds it until commit.

    Raises:
        NotFound: there is none, it is not for this reader, or it was removed and this reader sees it no more.
    """
    found = get_thread_or_removed(thread_id, actor, lock=lock)
    # A signpost is deleted for everybody: what leads on from it says so itself.
    removed = found.deleted_at is not None and found.merged_into_id is None
    if removed and not sees_gone(actor, found.author_id, found.board.branch.path):
        raise NotFound
    return found


def get_thread_or_removed(thread_id: int, actor: Actor, *, lock: bool = False) -> Thread:
    """Return one thread as ``get_thread`` does, also when it was removed: for those whose answer must not be lost.

    Raises:
        NotFound: there is none, or it is not for this reader.
    """
    if lock:
        # Held before it is joined: a lock that waits gives the thread as it is then, beside the board that it had.
        db.session.execute(select(Thread.id).where(Thread.id == thread_id).with_for_update())
    statement: Any = (
        select(Thread)
        .where(Thread.id == thread_id)
        .options(joinedload(Thread.board, innerjoin=True).joinedload(Board.branch, innerjoin=True))
    )
    found: Thread | None = db.session.scalars(statement.with_for_update(of=Thread) if lock else statement).one_or_none()
    if found is None or not actor.can_read(found.audience):
        raise NotFound
    return found


def get_thread_to_answer(thread_id: int, actor: Actor) -> Thread:
    """Return the thread that takes an answer, held until commit: the one it was joined to, where that has happened.

    Raises:
        NotFound: there is none, or it is not for this reader.
    """
    thread = get_thread_or_removed(thread_id, actor, lock=True)
    return thread if thread.merged_into_id is None else get_thread_to_answer(thread.merged_into_id, actor)


def get_two_threads(thread_id: int, other_id: int, actor: Actor) -> tuple[Thread, Thread]:
    """Return two threads, both held until commit and locked by id, so that nobody locks them the other way round.

    Raises:
        NotFound: one is missing, or not for this reader.
    """
    found = {one: get_thread(one, actor, lock=True) for one in sorted({thread_id, other_id})}
    return found[thread_id], found[other_id]


def first_unread(thread_id: int, actor: Actor) -> int:
    """Return the number of the first post this reader has not seen; the last one when all are.

    Raises:
        NotFound: there is no such thread, or it is not for this reader.
        Elsewhere: the posts stand in another thread now.
    """
    statement = select(read_number(actor.id or 0), Thread.last_number, Thread.audience, Thread.opening_id).where(
        Thread.id == thread_id
    )
    row = db.session.execute(with_reading(statement, actor)).one_or_none()
    if row is None or not actor.can_read(row.audience):
        raise NotFound
    if row.opening_id is not None:
        raise Elsewhere(row.opening_id)
    read, last = row[0], row.last_number
    return max(1, min(read + 1, last)) if actor.id is not None else 1


def sees_gone(actor: Actor, author_id: int, scope: str) -> bool:
    """Tell whether a reader sees deleted threads and hidden titles: the author and the moderators do."""
    return actor.id is not None and (actor.id == author_id or actor.may(ForumPermission.MODERATE, scope))
