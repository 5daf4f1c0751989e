"""Counters beside the rows they count, and what rebuilds them."""

from sqlalchemy import ColumnElement, and_, exists, func, select, update

from core.db import db
from forum.models import Board, Post, Thread
from forum.queries.shown import LISTED_THREAD, SHOWN_POST


def count_on_board(board_id: int, *, threads: int = 0, posts: int = 0) -> None:
    """Add to the counters of a board in the database itself, so that no other writer's change is lost."""
    db.session.execute(
        update(Board)
        .where(Board.id == board_id)
        .values(thread_count=Board.thread_count + threads, post_count=Board.post_count + posts)
        .execution_options(synchronize_session=False)
    )


def count_reply(thread: Thread, change: int) -> None:
    """Add to a thread's replies and, where the thread is listed, to its board's posts."""
    thread.reply_count += change
    if thread.is_listed:
        count_on_board(thread.board_id, posts=change)


def note_official_replies(thread: Thread, post: Post) -> None:
    """Look again whether anybody answers in an office, after ``post`` was hidden, deleted or shown again."""
    if post.office is not None:
        db.session.flush()
        thread.has_official_reply = bool(db.session.scalar(select(_official(Post.thread_id == thread.id))))


def _official(of_thread: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(of_thread, Post.number > 1, Post.office.is_not(None), SHOWN_POST)


def recount_threads(ids: list[int]) -> None:
    """Set the counters of these threads from their posts."""
    of_thread = Post.thread_id == Thread.id
    shown = select(func.count()).where(of_thread, Post.number > 1, SHOWN_POST).scalar_subquery()
    last = select(func.coalesce(func.max(Post.number), 0)).where(of_thread).scalar_subquery()
    moment = select(func.max(Post.created_at)).where(of_thread).scalar_subquery()
    db.session.execute(
        update(Thread)
        .where(Thread.id.in_(ids))
        .values(
            reply_count=shown,
            last_number=last,
            last_posted_at=func.coalesce(moment, Thread.created_at),
            has_official_reply=_official(of_thread),
            # Counting is no change of the thread.
            updated_at=Thread.updated_at,
        )
        .execution_options(synchronize_session=False)
    )


def recount_boards() -> None:
    """Set the counters of all boards from their threads and posts."""
    of_board = and_(Thread.board_id == Board.id, LISTED_THREAD)
    threads = select(func.count(Thread.id)).where(of_board).scalar_subquery()
    posts = (
        select(func.count(Post.id)).join(Thread, Thread.id == Post.thread_id).where(of_board, SHOWN_POST)
    ).scalar_subquery()
    db.session.execute(
        update(Board)
        .values(thread_count=threads, post_count=posts, updated_at=Board.updated_at)
        .execution_options(synchronize_session=False)
    )
