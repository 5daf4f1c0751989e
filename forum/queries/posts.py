"""Single posts, and where they stand."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload

from core.db import db
from core.errors import NotFound
from core.permissions import Actor
from core.refs import Ref
from forum import paths
from forum.enums import PostView
from forum.errors import PostMoved
from forum.models import Board, Post, PostRevision, Thread
from forum.queries.spans import Span, find_start
from forum.queries.threads import sees_gone
from forum.urls import PAGE_SIZE, page_of

CANDIDATES_MAX = 4
"""How many beginnings of a page are tried for a post deep in a tree."""


def get_post(post_id: int, actor: Actor, *, lock: bool = False) -> Post:
    """Return one post to work with, hidden or not, its thread, board and author loaded.

    With ``lock`` the post and its thread are held until commit.

    Raises:
        NotFound: there is none, or it is not for this reader.
    """
    found = find_post(post_id, lock=lock)
    if found is None or not _may_see(found.thread, actor):
        raise NotFound
    return found


def find_post(post_id: int, *, lock: bool = False) -> Post | None:
    """Return one post whoever asks, as ``get_post`` does: for moderators, who come through their own door."""
    if lock:
        _hold_thread(post_id)
    statement: Any = (
        select(Post)
        .join(Post.thread)  # Written out: a join that is only an option cannot be locked.
        .where(Post.id == post_id)
        .options(
            contains_eager(Post.thread)
            .joinedload(Thread.board, innerjoin=True)
            .joinedload(Board.branch, innerjoin=True),
            joinedload(Post.author, innerjoin=True),
        )
    )
    found: Post | None = db.session.scalars(
        statement.with_for_update(of=(Post, Thread)) if lock else statement
    ).one_or_none()
    return found


def _hold_thread(post_id: int) -> None:
    """Lock a post's thread before the post, as those do who bring many posts into another thread."""
    thread_id = select(Post.thread_id).where(Post.id == post_id)
    held = None
    # The post may go to another thread while this one waits for its lock.
    while (now := db.session.scalar(thread_id)) != held:
        db.session.execute(select(Thread.id).where(Thread.id == now).with_for_update())
        held = now


def _may_see(thread: Thread, actor: Actor) -> bool:
    return actor.can_read(thread.audience) and (
        thread.is_listed or sees_gone(actor, thread.author_id, thread.board.branch.path)
    )


def get_parent(thread: Thread, post_id: int | None, actor: Actor) -> Post | None:
    """Return the post of a thread that is answered; None stands for the thread itself.

    Raises:
        NotFound: there is no such post, or it is not for this reader.
        PostMoved: it stands in another thread.
    """
    if post_id is None:
        return None
    found = db.session.scalars(select(Post).where(Post.id == post_id, Post.thread_id == thread.id)).one_or_none()
    if found is None:
        get_post(post_id, actor)
        raise PostMoved
    return found


def find_sent(actor: Actor, key: str | None) -> Post | None:
    """Return the post that a form with this key has already made."""
    if not key:
        return None
    return db.session.scalars(select(Post).where(Post.author_id == actor.id, Post.client_key == key)).one_or_none()


def opening_ref(thread_id: int) -> Ref:
    """Return what moderators know a thread's opening post by."""
    return Ref("post", db.session.scalars(select(Post.id).where(Post.thread_id == thread_id, Post.number == 1)).one())


def list_replies_after(thread_id: int, number: int, limit: int) -> list[Any]:
    """Return id and number of the next posts of a thread after a number."""
    return list(
        db.session.execute(
            select(Post.id, Post.number)
            .where(Post.thread_id == thread_id, Post.number > number)
            .order_by(Post.number)
            .limit(limit)
        )
    )


def list_revisions(post_id: int, *, below: int, limit: int) -> list[PostRevision]:
    """Return what a post said before its edits, the latest first, from the change before number ``below``."""
    return list(
        db.session.scalars(
            select(PostRevision)
            .where(PostRevision.post_id == post_id, PostRevision.revision < below)
            .order_by(PostRevision.revision.desc())
            .limit(limit)
        )
    )


def get_version(post_id: int, revision: int) -> PostRevision:
    """Return what a post said before its change number ``revision`` + 1.

    Raises:
        NotFound: there is no such version.
    """
    found = db.session.scalars(
        select(PostRevision).where(PostRevision.post_id == post_id, PostRevision.revision == revision)
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a post stands in its thread: on which page of a view, and under which number."""

    thread_id: int
    number: int
    span: Span


def locate(post_id: int, actor: Actor, view: PostView) -> Place:
    """Return the page of a post in a view of its thread.

    Raises:
        NotFound: there is none, or it is not for this reader.
    """
    post = get_post(post_id, actor)
    return Place(thread_id=post.thread_id, number=post.number, span=_span_of(post, view))


def _span_of(post: Post, view: PostView) -> Span:
    if view is PostView.FLAT:
        return Span(page=page_of(post.number))
    if post.number == 1 or post.thread.last_number <= PAGE_SIZE:
        return Span()
    candidates: list[int | None] = [None]
    if view is PostView.TREE:
        # The further up a page begins, the more of the conversation it shows.
        candidates += [number for number in paths.numbers(post.path)[:-1] if number != post.number]
    return Span(start=find_start(post.thread_id, view, post.number, candidates[:CANDIDATES_MAX]))
