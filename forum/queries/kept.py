"""What belongs to one member: bookmarks, own posts and threads; and who reacted to a post."""

from typing import Any

from sqlalchemy import Row, Select, case, select

from accounts.models import User
from core.db import db
from core.pages import Page, page_of
from core.permissions import Actor, readable
from forum.models import Board, Bookmark, Post, Reaction, Thread
from forum.queries.shown import LISTED_THREAD, SHOWN_POST, SHOWN_THREAD

A_PAGE = 20
REACTIONS_MAX = 200


def find_bookmark(post_id: int, actor: Actor) -> Any:
    """Return note and reminder of a post this member keeps, None when it is not kept."""
    mine = (Bookmark.user_id == (actor.id or 0), Bookmark.post_id == post_id)
    return db.session.execute(select(Bookmark.note, Bookmark.remind_at).where(*mine)).one_or_none()


def list_bookmarks(actor: Actor, cursor: str | None) -> Page[Row[Any]]:
    """Return one page of the posts this member keeps, the latest first; of what is gone only the note.

    Raises:
        NotFound: the cursor is none of ours.
    """
    there = SHOWN_POST & SHOWN_THREAD & readable(Thread.audience, actor)
    statement = (
        select(
            Bookmark.created_at,
            Bookmark.post_id,
            Bookmark.note,
            Bookmark.remind_at,
            there.label("there"),
            *(case((there, column)).label(name) for name, column in _SHOWN.items()),
        )
        .join(Post, Post.id == Bookmark.post_id)
        .join(Thread, Thread.id == Post.thread_id)
        .join(User, User.id == Post.author_id)
        .where(Bookmark.user_id == actor.id)
    )
    return page_of(statement, order=[Bookmark.created_at, Bookmark.post_id], cursor=cursor, limit=A_PAGE)


_SHOWN = {"title": Thread.title, "html": Post.html, "number": Post.number, "author_name": User.display_name}


def _of_mine(*columns: Any) -> Select[*tuple[Any, ...]]:
    return select(*columns, Thread.title, Thread.reply_count, Board.title.label("board_title")).join(
        Board, Board.id == Thread.board_id
    )


def list_own_posts(actor: Actor, cursor: str | None) -> Page[Row[Any]]:
    """Return one page of what this member wrote, the latest first, hidden and deleted posts marked.

    Raises:
        NotFound: the cursor is none of ours.
    """
    columns = (Post.id, Post.number, Post.html, Post.created_at, Post.hidden_at, Post.deleted_at, Post.support_count)
    statement = (
        _of_mine(*columns)
        .join(Post, Post.thread_id == Thread.id)
        .where(Post.author_id == actor.id, LISTED_THREAD, readable(Thread.audience, actor))
        .where((Thread.hidden_at.is_(None)) | (Thread.author_id == actor.id))
    )
    return page_of(statement, order=[Post.id], cursor=cursor, limit=A_PAGE)


def list_own_threads(actor: Actor, cursor: str | None) -> Page[Row[Any]]:
    """Return one page of the threads this member started, the latest first.

    Raises:
        NotFound: the cursor is none of ours.
    """
    statement = _of_mine(Thread.id, Thread.created_at, Thread.last_posted_at).where(
        Thread.author_id == actor.id, LISTED_THREAD, readable(Thread.audience, actor)
    )
    return page_of(statement, order=[Thread.id], cursor=cursor, limit=A_PAGE)


def list_reactions(post_id: int) -> list[Row[Any]]:
    """Return who reacted to a post, the latest first, as many as are named: kind, username, display_name, state."""
    statement = (
        select(Reaction.kind, User.username, User.display_name, User.state)
        .join(User, User.id == Reaction.user_id)
        .where(Reaction.post_id == post_id)
        .order_by(Reaction.created_at.desc(), Reaction.user_id)
        .limit(REACTIONS_MAX)
    )
    return list(db.session.execute(statement))
