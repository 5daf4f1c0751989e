"""What was removed: the bin of moderators, and what members miss of their own."""

from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, false, or_, select
from sqlalchemy.orm import aliased

from accounts.models import Branch, User
from core.db import db
from core.faces import Faces
from core.pages import Page, page_of
from core.permissions import Actor, readable
from forum.models import Board, Post, Thread
from forum.permissions import ForumPermission

REMOVED_A_PAGE = 20

Removed = Row[Any]
"""post_id, number, html, language, author_id, hidden_at, deleted_at, deleted_by_id, deleted_reason, id, title,
reply_count, board_title, author_name, by_name."""

_by = aliased(User)
_GONE = ("deleted_at", "deleted_by_id", "deleted_reason")
_IN_BIN = and_(Thread.deleted_at.is_not(None), Thread.merged_into_id.is_(None))
"""Threads that were removed; a signpost is none of them."""


def _within(actor: Actor) -> ColumnElement[bool]:
    """Return the condition that a board lies where this person moderates."""
    scopes = actor.scopes(ForumPermission.MODERATE)
    return or_(false(), *(Branch.path.startswith(path, autoescape=True) for path in scopes))


def list_moderated_boards(actor: Actor) -> list[tuple[str, Faces]]:
    """Return address and title of the boards where this person moderates."""
    statement = (
        select(Board.slug, Board.title)
        .join(Branch, Branch.id == Board.branch_id)
        .where(_within(actor), readable(Board.audience, actor))
        .order_by(Branch.path, Board.position, Board.id)
    )
    return [(row.slug, row.title) for row in db.session.execute(statement)]


def _removed(model: Any, actor: Actor, board: str) -> Select[*tuple[Any, ...]]:
    statement = (
        select(
            Post.id.label("post_id"),
            Post.number,
            Post.html,
            Post.language,
            Post.author_id,
            Post.hidden_at,
            model.deleted_at,
            model.deleted_by_id,
            model.deleted_reason,
            model.id,
            Thread.title,
            Thread.reply_count,
            Board.title.label("board_title"),
            User.display_name.label("author_name"),
            _by.display_name.label("by_name"),
        )
        .join(Thread, Thread.id == Post.thread_id)
        .join(Board, Board.id == Thread.board_id)
        .join(Branch, Branch.id == Board.branch_id)
        .join(User, User.id == Post.author_id)
        .outerjoin(_by, _by.id == model.deleted_by_id)
        .where(model.deleted_at.is_not(None), readable(Thread.audience, actor), _within(actor))
    )
    return statement.where(Board.slug == board) if board else statement


def list_removed_threads(actor: Actor, *, board: str = "", cursor: str | None) -> Page[Removed]:
    """Return one page of the threads that were removed where this person moderates, the latest first.

    Raises:
        NotFound: the cursor is none of ours.
    """
    statement = _removed(Thread, actor, board).where(Post.number == 1, _IN_BIN)
    return page_of(statement, order=[Thread.deleted_at, Thread.id], cursor=cursor, limit=REMOVED_A_PAGE)


def list_removed_posts(actor: Actor, *, board: str = "", cursor: str | None) -> Page[Removed]:
    """Return one page of the posts that were removed where this person moderates, the latest first.

    An opening post that its author deleted with the thread is in the list of threads.

    Raises:
        NotFound: the cursor is none of ours.
    """
    with_thread = and_(Post.number == 1, _IN_BIN)
    statement = _removed(Post, actor, board).where(~with_thread)
    return page_of(statement, order=[Post.deleted_at, Post.id], cursor=cursor, limit=REMOVED_A_PAGE)


def list_own_removed(actor: Actor, cursor: str | None) -> Page[Row[Any]]:
    """Return one page of what this member wrote that is deleted, by whomever, the latest written first.

    Of a thread that is gone there is its opening post, which brings it back.

    Raises:
        NotFound: the cursor is none of ours.
    """
    with_thread = and_(Post.number == 1, _IN_BIN)
    statement = (
        select(
            Post.id,
            Post.number,
            Post.html,
            Post.author_id,
            *(case((with_thread, getattr(Thread, name)), else_=getattr(Post, name)).label(name) for name in _GONE),
            Thread.title,
            Board.title.label("board_title"),
        )
        .join(Thread, Thread.id == Post.thread_id)
        .join(Board, Board.id == Thread.board_id)
        .where(
            Post.author_id == actor.id,
            or_(and_(Post.deleted_at.is_not(None), Thread.deleted_at.is_(None)), with_thread),
            # A hidden title stays its author's and the moderators'.
            or_(Thread.hidden_at.is_(None), Thread.author_id == actor.id),
            readable(Thread.audience, actor),
        )
    )
    return page_of(statement, order=[Post.id], cursor=cursor, limit=REMOVED_A_PAGE)
