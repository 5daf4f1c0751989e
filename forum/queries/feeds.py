"""What feeds hold: a few rows each, the newest first."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, or_, select

from accounts.actors import actor_for, token_hash
from accounts.models import User
from core.db import db
from core.errors import NotFound
from core.permissions import Actor, readable
from forum.models import Board, FeedToken, Post, Thread
from forum.queries.shown import SHOWN_POST, SHOWN_THREAD

ENTRIES = 30

EntryRow = Row[Any]
"""id, number, thread_id, title, html, language, created_at, edited_at, author_name, username, state, board_title."""


def _entries(actor: Actor, *where: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Post.id,
            Post.number,
            Post.thread_id,
            Thread.title,
            Post.html,
            Post.language,
            Post.created_at,
            Post.edited_at,
            User.display_name.label("author_name"),
            User.username,
            User.state,
            Board.title.label("board_title"),
        )
        .join(Thread, Thread.id == Post.thread_id)
        .join(Board, Board.id == Thread.board_id)
        .join(User, User.id == Post.author_id)
        .where(SHOWN_POST, SHOWN_THREAD, readable(Thread.audience, actor), *where)
        .limit(ENTRIES)
    )


def list_new_openings(actor: Actor, board_id: int | None = None) -> Sequence[EntryRow]:
    """Return the opening posts of the newest threads, of one board or of all."""
    statement = _entries(actor, Post.number == 1).order_by(Thread.id.desc())
    if board_id is not None:
        statement = statement.where(Thread.board_id == board_id)
    return db.session.execute(statement).all()


def list_newest_posts(thread_id: int, actor: Actor) -> Sequence[EntryRow]:
    """Return the newest posts of a thread."""
    statement = _entries(actor, Post.thread_id == thread_id).order_by(Post.number.desc())
    return db.session.execute(statement).all()


def get_feed_thread(thread_id: int, actor: Actor) -> Any:
    """Return id, title and created_at of a thread, or of the one it was joined to.

    Raises:
        NotFound: there is none that this reader may see.
    """
    found = db.session.execute(
        select(Thread.id, Thread.title, Thread.created_at, Thread.merged_into_id).where(
            Thread.id == thread_id,
            or_(SHOWN_THREAD, Thread.merged_into_id.is_not(None)),
            readable(Thread.audience, actor),
        )
    ).one_or_none()
    if found is not None and found.merged_into_id is not None:
        return get_feed_thread(found.merged_into_id, actor)
    if found is None:
        raise NotFound
    return found


def get_feed_reader(token: str) -> Actor:
    """Return whose feeds a token opens.

    Raises:
        NotFound: nobody's, or those of a person who may not be signed in.
    """
    user_id = db.session.scalar(select(FeedToken.user_id).where(FeedToken.token_hash == token_hash(token)))
    actor = None if user_id is None else actor_for(user_id)
    if actor is None:
        raise NotFound
    return actor


def find_feed_token(user_id: int) -> FeedToken | None:
    """Return what is kept of a member's token, if there is one."""
    return db.session.get(FeedToken, user_id)
