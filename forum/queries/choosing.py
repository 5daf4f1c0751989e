"""Posts of a thread as those see them who bring it into order."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Row, false, or_, select

from accounts.models import User
from core.db import db
from core.errors import NotFound
from forum.models import Post, Thread
from forum.urls import PAGE_SIZE


def list_choosable(thread_id: int, start: int) -> list[Row[Any]]:
    """Return posts to choose from, from a number on and one more than a page holds: id, number, author, html."""
    return list(
        db.session.execute(
            select(Post.id, Post.number, Post.html, User.display_name)
            .join(User, User.id == Post.author_id)
            .where(Post.thread_id == thread_id, Post.number >= max(2, start))
            .order_by(Post.number)
            .limit(PAGE_SIZE + 1)
        )
    )


def list_chosen(thread_id: int, ids: Collection[int], between: tuple[int, int] | None) -> list[int]:
    """Return the ids of the posts of a thread that are named by id or lie in a range of numbers."""
    inside = Post.number.between(*between) if between else false()
    named = Post.id.in_(list(ids)) if ids else false()
    return list(db.session.scalars(select(Post.id).where(Post.thread_id == thread_id, or_(named, inside))))


def get_post_by_number(thread: Thread, number: int) -> Post:
    """Return one post of a thread.

    Raises:
        NotFound: there is none with this number.
    """
    found = db.session.scalars(select(Post).where(Post.thread_id == thread.id, Post.number == number)).one_or_none()
    if found is None:
        raise NotFound
    return found


def list_by_id(ids: Collection[int], limit: int) -> list[Row[Any]]:
    """Return the first of some posts, by number: id, number, html, display_name."""
    return list(
        db.session.execute(
            select(Post.id, Post.number, Post.html, User.display_name)
            .join(User, User.id == Post.author_id)
            .where(Post.id.in_(list(ids)))
            .order_by(Post.number)
            .limit(limit)
        )
    )
