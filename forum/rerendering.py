"""Rendering again what an older version of the renderer made: by command, or by the worker's clock in small batches."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any, Final

from sqlalchemy import ColumnElement, func, select, true, update

from accounts.actors import actor_for
from core.db import db, transaction
from core.events import ContentEvent
from core.markup import RENDER_VERSION, SourceTooLong
from core.outbox import announce_all
from core.permissions import PUBLIC, VISITOR
from core.refs import Ref
from forum.composing import compose
from forum.models import Post, Thread, Translation

BATCH: Final = 50
REST_SECONDS: Final = 3600
"""How long the clock leaves posts alone once all are of the present version: only a new release makes them old."""

OLD: Final = Post.render_version < RENDER_VERSION


@dataclass
class _Progress:
    """How far the clock has come in this process."""

    after_id: int = 0
    rests_until: float = 0.0


_progress = _Progress()


def render_old() -> int:
    """Render the next few old posts again; return how many were looked at. What is called by the clock."""
    if monotonic() < _progress.rests_until:
        return 0
    rows = list_posts(OLD, Post.id > _progress.after_id, limit=BATCH)
    render_posts(rows)
    if rows:
        _progress.after_id = rows[-1].id
    else:
        _progress.after_id, _progress.rests_until = 0, monotonic() + REST_SECONDS
    return len(rows)


def count_posts(*, everything: bool) -> int:
    """Return how many posts there are to render."""
    return db.session.scalar(select(func.count()).select_from(Post).where(true() if everything else OLD)) or 0


def list_posts(*where: ColumnElement[bool], limit: int) -> Sequence[Any]:
    """Return the next posts by id with what rendering needs."""
    return db.session.execute(
        select(
            Post.id,
            Post.thread_id,
            Post.number,
            Post.body,
            Post.html,
            Post.author_id,
            Post.is_translated,
            Thread.audience,
        )
        .join(Thread, Thread.id == Post.thread_id)
        .where(*where)
        .order_by(Post.id)
        .limit(limit)
    ).all()


def render_posts(rows: Sequence[Any]) -> None:
    """Render these posts and their translations and keep the result; the index hears of those that changed.

    Nothing else of a post changes, and no counter. A post that was edited since it was read has rendered itself.
    """
    fresh = [(row, _rendered(row.body, row.author_id, row.audience)) for row in rows]
    translated = _translations([row.id for row in rows if row.is_translated])
    again = [(row, _rendered(row.body, row.author_id, row.audience)) for row in translated]
    if not fresh:
        return
    with transaction():
        for row, values in fresh:
            db.session.execute(update(Post).where(Post.id == row.id, Post.body == row.body).values(**values))
        for row, values in again:
            same = (Translation.id == row.id, Translation.body == row.body)
            db.session.execute(update(Translation).where(*same).values(html=values.get("html", row.html)))
        announce_all(ContentEvent(subject=_ref(row)) for row, values in fresh if values.get("html", "") != row.html)


def render_posts_by_id(ids: Collection[int]) -> None:
    """Render these posts, whatever version they are of."""
    wanted = sorted(ids)
    for start in range(0, len(wanted), BATCH):
        render_posts(list_posts(Post.id.in_(wanted[start : start + BATCH]), limit=BATCH))


def _ref(row: Any) -> Ref:
    return Ref("thread", row.thread_id) if row.number == 1 else Ref("post", row.id)


def _translations(post_ids: Collection[int]) -> Sequence[Any]:
    if not post_ids:
        return []
    return db.session.execute(
        select(Translation.id, Translation.body, Translation.html, Translation.author_id, Thread.audience)
        .join(Post, Post.id == Translation.post_id)
        .join(Thread, Thread.id == Post.thread_id)
        .where(Translation.post_id.in_(post_ids))
    ).all()


def _rendered(body: str, author_id: int, audience: str) -> dict[str, Any]:
    # Whom a post may speak to depends on its author's offices; most posts speak to nobody.
    writer = (actor_for(author_id) if "@" in body else None) or VISITOR
    try:
        draft = compose(body, writer, uploader_id=author_id, audiences={PUBLIC, audience})
    except SourceTooLong:
        return {"render_version": RENDER_VERSION}
    return {"html": draft.html, "language": draft.language, "render_version": RENDER_VERSION}
