"""What is given out as files: whole threads, and all posts of one member, read a few at a time."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import literal, select
from sqlalchemy.orm import aliased

from accounts.models import Branch, User
from core.db import db
from core.errors import NotFound
from core.permissions import Actor
from forum.models import Board, Post, Thread
from forum.queries.polls import PollView, find_poll
from forum.queries.threads import sees_gone

BATCH = 200
_DATES = (Thread.created_at, Thread.last_number)


def get_thread_to_export(thread_id: int, actor: Actor) -> Any:
    """Return id, title, board_title, created_at and last_number; the title is empty where the reader may not see it.

    Of a thread that was joined to another it is the other.

    Raises:
        NotFound: there is no such thread, or it is not for this reader.
    """
    found = db.session.execute(
        select(
            Thread.id,
            Thread.title,
            Thread.audience,
            Thread.author_id,
            Thread.created_at,
            Thread.last_number,
            Thread.hidden_at,
            Thread.deleted_at,
            Thread.merged_into_id,
            Thread.kind,
            Thread.state,
            Board.archived,
            Board.title.label("board_title"),
            Branch.path.label("scope"),
        )
        .join(Board, Board.id == Thread.board_id)
        .join(Branch, Branch.id == Board.branch_id)
        .where(Thread.id == thread_id)
    ).one_or_none()
    if found is None or not actor.can_read(found.audience):
        raise NotFound
    if found.merged_into_id is not None:
        return get_thread_to_export(found.merged_into_id, actor)
    gone = found.hidden_at is not None or found.deleted_at is not None
    if gone and not sees_gone(actor, found.author_id, found.scope):
        if found.deleted_at is not None:
            raise NotFound
        return _without_title(thread_id)
    return found


def find_poll_to_export(thread: Any, actor: Actor) -> PollView | None:
    """Return the poll of a thread that is exported, as this reader sees it now; None where there is none to show."""
    return find_poll(thread, actor, archived=thread.archived) if thread.title else None


def _without_title(thread_id: int) -> Any:
    return db.session.execute(
        select(Thread.id, literal("").label("title"), *_DATES, Board.title.label("board_title"))
        .join(Board, Board.id == Thread.board_id)
        .where(Thread.id == thread_id)
    ).one()


def each_post(thread_id: int) -> Iterator[Any]:
    """Yield the posts of a thread by number; the texts of those that are not shown stay in the database."""
    parent, last = aliased(Post), 0
    while True:
        rows = db.session.execute(
            select(
                Post.number,
                Post.body,
                Post.created_at,
                Post.hidden_at,
                Post.hidden_reason,
                Post.deleted_at,
                Post.deleted_by_id,
                Post.deleted_reason,
                Post.author_id,
                parent.number.label("parent_number"),
                User.display_name.label("author_name"),
                User.state,
            )
            .join(User, User.id == Post.author_id)
            .outerjoin(parent, parent.id == Post.parent_id)
            .where(Post.thread_id == thread_id, Post.number > last)
            .order_by(Post.number)
            .limit(BATCH)
        ).all()
        if not rows:
            return
        yield from rows
        last = rows[-1].number


def each_own_post(user_id: int) -> Iterator[Any]:
    """Yield everything a member wrote, thread by thread; what was taken back or hidden is the member's still."""
    thread, number = 0, 0
    while True:
        rows = db.session.execute(
            select(
                Post.id,
                Post.number,
                Post.body,
                Post.created_at,
                Post.edited_at,
                Post.hidden_at,
                Post.hidden_reason,
                Post.deleted_at,
                Post.deleted_by_id,
                Post.deleted_reason,
                Post.author_id,
                Post.thread_id,
                Thread.title,
                Thread.hidden_at.label("thread_hidden_at"),
                Thread.author_id.label("opened_by"),
                Board.title.label("board_title"),
                Thread.audience,
            )
            .join(Thread, Thread.id == Post.thread_id)
            .join(Board, Board.id == Thread.board_id)
            .where(
                Post.author_id == user_id,
                (Post.thread_id > thread) | ((Post.thread_id == thread) & (Post.number > number)),
            )
            .order_by(Post.thread_id, Post.number)
            .limit(BATCH)
        ).all()
        if not rows:
            return
        yield from rows
        thread, number = rows[-1].thread_id, rows[-1].number
