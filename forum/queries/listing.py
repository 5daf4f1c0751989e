"""The threads of a board, and of all boards, in the orders that an index serves: no list is sorted as a whole."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select, func, not_, select

from accounts.models import User
from core.db import db, named
from core.pages import Page, page_of
from core.permissions import Actor
from forum.enums import ThreadFilter, ThreadKind, ThreadOrder
from forum.models import Board, BoardFloor, Post, Thread, ThreadChoice, ThreadTag
from forum.queries.reading import is_unread
from forum.queries.shown import SHOWN_THREAD, SOLVED
from forum.queries.threads import THREADS_A_PAGE, ThreadRow, listed

EVERYWHERE_MAX = 5
"""Threads pinned everywhere, as many as are shown."""

Statement = Select[*tuple[Any, ...]]


@dataclass(frozen=True, kw_only=True)
class Sieve:
    """Which threads of a board are wanted, and in what order.

    What is narrowed by tag or choice stands with the newest thread first, since that is the order of the rows that
    say who carries what; each filter has the order that is useful for it and served by an index.
    """

    only: ThreadFilter = ThreadFilter.ALL
    order: ThreadOrder = ThreadOrder.ACTIVE
    tag_id: int | None = None
    choices: Mapping[str, int] = field(default_factory=dict)
    """Key of a field → index of the choice."""

    @property
    def is_open(self) -> bool:
        """Tell whether all threads are wanted."""
        return self.only is ThreadFilter.ALL and self.tag_id is None and not self.choices


def _unread(statement: Statement, actor: Actor) -> Statement:
    return statement.where(is_unread(actor), SHOWN_THREAD)  # Nobody needs to catch up with what is hidden.


def _floor(board_id: int, user_id: int) -> ColumnElement[Any]:
    """Return the moment from which threads of a board can be unread at all, once and for all rows.

    It repeats what ``is_unread`` asks of each row: so said, the index of activity is read no further back.
    """
    marked = select(BoardFloor.floor_at).where(BoardFloor.board_id == board_id, BoardFloor.user_id == user_id)
    joined = select(User.created_at).where(User.id == user_id)
    return func.coalesce(marked.correlate(None).scalar_subquery(), joined.correlate(None).scalar_subquery())


def _mine(statement: Statement, actor: Actor) -> Statement:
    mine = select(Post.thread_id).where(Post.author_id == actor.id).distinct().subquery()
    return statement.join(mine, mine.c.thread_id == Thread.id)


def _unanswered(statement: Statement, _actor: Actor) -> Statement:
    return statement.where(Thread.kind == ThreadKind.QUESTION, Thread.reply_count == 0, SHOWN_THREAD)


def _solved(statement: Statement, _actor: Actor) -> Statement:
    # Ordered by the answer, the one that was written last first.
    return statement.add_columns(Thread.accepted_post_id).where(
        Thread.kind == ThreadKind.QUESTION, SOLVED, SHOWN_THREAD
    )


def _unsolved(statement: Statement, _actor: Actor) -> Statement:
    return statement.where(Thread.kind == ThreadKind.QUESTION, not_(SOLVED), SHOWN_THREAD)


def _digest(statement: Statement, _actor: Actor) -> Statement:
    return statement.where(Thread.digest_at.is_not(None), SHOWN_THREAD)


_ALL = {
    ThreadOrder.ACTIVE: [Thread.pinned, Thread.last_posted_at, Thread.id],
    ThreadOrder.NEWEST: [Thread.pinned, Thread.created_at, Thread.id],
}
_NARROWED: dict[ThreadFilter, tuple[Callable[[Statement, Actor], Statement], list[Any]]] = {
    ThreadFilter.UNREAD: (_unread, [Thread.last_posted_at, Thread.id]),
    ThreadFilter.MINE: (_mine, [Thread.last_posted_at, Thread.id]),
    ThreadFilter.UNANSWERED: (_unanswered, [Thread.created_at, Thread.id]),
    ThreadFilter.SOLVED: (_solved, [Thread.accepted_post_id]),
    ThreadFilter.UNSOLVED: (_unsolved, [Thread.last_posted_at, Thread.id]),
    ThreadFilter.DIGEST: (_digest, [Thread.digest_at, Thread.id]),
}
_FOR_MEMBERS = frozenset({ThreadFilter.UNREAD, ThreadFilter.MINE})


def _marks(board_id: int, sieve: Sieve) -> list[tuple[Any, tuple[ColumnElement[bool], ...]]]:
    """Return the column of threads and the conditions for each thing that is marked on threads by rows of its own."""
    marks: list[tuple[Any, tuple[ColumnElement[bool], ...]]] = [
        (
            ThreadChoice.thread_id,
            (ThreadChoice.board_id == board_id, ThreadChoice.key == key, ThreadChoice.choice == choice),
        )
        for key, choice in sieve.choices.items()
    ]
    if sieve.tag_id is not None:
        marks.append((ThreadTag.thread_id, (ThreadTag.tag_id == sieve.tag_id,)))
    return marks


def list_threads(board_id: int, actor: Actor, sieve: Sieve, cursor: str | None) -> Page[ThreadRow]:
    """Return one page of a board's threads; those pinned there first where all are wanted.

    What is pinned everywhere is left out of the whole list, where it stands at the head of every board.

    Raises:
        NotFound: the cursor is none of ours.
    """
    statement, order = listed(actor), _ALL[sieve.order]
    on_board: ColumnElement[bool] = Thread.board_id == board_id
    if sieve.is_open:
        statement = statement.where(Thread.pinned_everywhere.is_(False))
    if sieve.only is ThreadFilter.UNREAD and actor.id is not None:
        statement = statement.where(Thread.last_posted_at > _floor(board_id, actor.id))
    if sieve.only in _NARROWED and (actor.id is not None or sieve.only not in _FOR_MEMBERS):
        narrow, order = _NARROWED[sieve.only]
        statement = narrow(statement, actor)
        if sieve.only is ThreadFilter.MINE:
            # A sum hides the column from the index of the board: a member's own posts are fewer than its threads.
            on_board = Thread.board_id + 0 == board_id
    marks = _marks(board_id, sieve)
    if not marks:
        return page_of(statement.where(on_board), order=order, cursor=cursor, limit=THREADS_A_PAGE)
    (column, conditions), *others = marks
    statement = statement.join(column.class_, column == Thread.id).where(*conditions, Thread.board_id + 0 == board_id)
    for other, limits in others:
        statement = statement.where(Thread.id.in_(select(other).where(*limits)))
    return page_of(statement, order=[column], cursor=cursor, limit=THREADS_A_PAGE, key=lambda row: [row.id])


def _over_boards(actor: Actor) -> Statement:
    return (
        listed(actor)
        .add_columns(Board.title.label("board_title"))
        .join(Board, Board.id == Thread.board_id)
        .where(SHOWN_THREAD)
    )


def list_pinned_everywhere(actor: Actor) -> list[ThreadRow]:
    """Return what stands at the head of every board for this reader, the latest activity first."""
    statement = (
        _over_boards(actor)
        .where(Thread.pinned_everywhere.is_(True))
        .order_by(Thread.last_posted_at.desc())
        .limit(EVERYWHERE_MAX)
    )
    return named(db.session.execute(statement))


def list_digest(actor: Actor, cursor: str | None) -> Page[ThreadRow]:
    """Return one page of the best threads of all boards, those taken in last first.

    Raises:
        NotFound: the cursor is none of ours.
    """
    statement = _over_boards(actor).where(Thread.digest_at.is_not(None))
    return page_of(statement, order=[Thread.digest_at, Thread.id], cursor=cursor, limit=THREADS_A_PAGE)


def list_tagged(tag_id: int, actor: Actor, cursor: str | None) -> Page[ThreadRow]:
    """Return one page of the threads of all boards that carry a tag, the newest thread first.

    Raises:
        NotFound: the cursor is none of ours.
    """
    statement = _over_boards(actor).join(ThreadTag, ThreadTag.thread_id == Thread.id).where(ThreadTag.tag_id == tag_id)
    return page_of(
        statement, order=[ThreadTag.thread_id], cursor=cursor, limit=THREADS_A_PAGE, key=lambda row: [row.id]
    )
