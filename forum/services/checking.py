"""Whether posts stand where they say and counters count what is there; and what puts it right."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import select

from core.db import db
from forum import renumbering
from forum.models import Board, Post, Thread
from forum.renumbering import Standing
from forum.services.counters import recount_boards, recount_threads
from forum.services.places import write_standing

_THREAD_COUNTERS = (Thread.reply_count, Thread.last_number, Thread.last_posted_at, Thread.has_official_reply)
_BOARD_COUNTERS = (Board.thread_count, Board.post_count)


class FaultKind(StrEnum):
    """What can be wrong."""

    NUMBERS = "numbers"
    """The posts of a thread are not numbered 1 … n."""
    PARENT = "parent"
    """A post answers none of the earlier posts of its thread."""
    PATH = "path"
    """A path is not what parent and number make it."""
    THREAD_COUNTER = "thread counter"
    BOARD_COUNTER = "board counter"


class Fault(NamedTuple):
    """One thing that is wrong: with a thread, a post of it, or a board."""

    kind: FaultKind
    thread_id: int | None = None
    post_id: int | None = None
    board_id: int | None = None

    def named(self) -> dict[str, str | int]:
        """Return what a report says of it."""
        places = {"thread": self.thread_id, "post": self.post_id, "board": self.board_id}
        return {"kind": self.kind.value, **{name: one for name, one in places.items() if one is not None}}


class OnlyLooked(Exception):
    """Raised to end a transaction that only looked."""


def find_faults(thread_ids: Sequence[int]) -> list[Fault]:
    """Return what is wrong with these threads. Counters are counted anew on the way: roll back, or keep that."""
    found = [fault for thread_id, posts in _standing(thread_ids) for fault in _misplaced(thread_id, posts)]
    changed = _changed(Thread.id, _THREAD_COUNTERS, Thread.id.in_(thread_ids), lambda: recount_threads([*thread_ids]))
    return found + [Fault(FaultKind.THREAD_COUNTER, thread_id=one) for one in changed]


def find_board_faults() -> list[Fault]:
    """Return the boards whose counters are wrong. They are counted anew on the way: roll back, or keep that."""
    changed = _changed(Board.id, _BOARD_COUNTERS, Board.id > 0, recount_boards)
    return [Fault(FaultKind.BOARD_COUNTER, board_id=one) for one in changed]


def _changed(key: Any, counters: Sequence[Any], where: Any, recount: Any) -> list[int]:
    statement = select(key, *counters).where(where).order_by(key)
    before = {row[0]: row[1:] for row in db.session.execute(statement)}
    recount()
    return [row[0] for row in db.session.execute(statement) if row[1:] != before[row[0]]]


def _standing(thread_ids: Sequence[int]) -> Iterator[tuple[int, list[Standing]]]:
    rows = db.session.execute(
        select(Post.thread_id, Post.id, Post.number, Post.parent_id, Post.path)
        .where(Post.thread_id.in_(thread_ids))
        .order_by(Post.thread_id, Post.number)
    )
    for thread_id, posts in groupby(rows, key=lambda row: row.thread_id):
        yield thread_id, [Standing(*post[1:]) for post in posts]


def _misplaced(thread_id: int, posts: Sequence[Standing]) -> Iterator[Fault]:
    if [post.number for post in posts] != list(range(1, len(posts) + 1)):
        yield Fault(FaultKind.NUMBERS, thread_id)
    earlier: dict[int, Standing] = {}
    for post in posts:
        parent = earlier.get(post.parent_id or 0)
        if post.parent_id is not None and parent is None:
            yield Fault(FaultKind.PARENT, thread_id, post.id)
        if post.path != renumbering.place(post.id, post.number, parent).path:
            yield Fault(FaultKind.PATH, thread_id, post.id)
        earlier[post.id] = post


def repair_thread(thread_id: int) -> None:
    """Number a thread's posts anew in their order, build its tree from the parents that are right, and count."""
    for _thread, posts in _standing([thread_id]):
        placed: dict[int, Standing] = {}
        for number, post in enumerate(posts, 1):
            placed[post.id] = renumbering.place(post.id, number, placed.get(post.parent_id or 0))
        write_standing(thread_id, list(placed.values()), posts)
    recount_threads([thread_id])
