"""Posts that members keep, and being reminded of them."""

import logging
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update

from accounts.readers import readers_among
from core.clock import utcnow
from core.db import db
from core.notifications import tell
from core.permissions import Actor
from core.refs import Ref
from core.upserts import upsert
from forum import notices, urls
from forum.models import Bookmark, Post, Thread
from forum.queries.shown import SHOWN_POST, SHOWN_THREAD

log = logging.getLogger(__name__)

REMINDERS_A_TURN = 200


def keep_post(post: Post, actor: Actor, *, note: str, remind_at: datetime | None) -> None:
    """Keep a post, or change the note and the reminder of one that is kept."""
    values = {"user_id": actor.id, "post_id": post.id, "note": note, "remind_at": remind_at, "created_at": utcnow()}
    db.session.execute(upsert(Bookmark, values, conflict=["user_id", "post_id"], update=["note", "remind_at"]))


def let_go(post_id: int, actor: Actor) -> None:
    """Keep a post no longer, also one that cannot be read any more."""
    db.session.execute(delete(Bookmark).where(Bookmark.user_id == actor.id, Bookmark.post_id == post_id))


def remind_some() -> int:
    """Tell the owners of the bookmarks whose moment has come, each once, and return how many were due.

    The moment is taken away and the notice announced in one transaction, so that neither happens alone. Of a post
    that cannot be read any more nobody is reminded.
    """
    due = list(
        db.session.execute(
            select(Bookmark.user_id, Bookmark.post_id, Bookmark.note, Bookmark.remind_at)
            .where(Bookmark.remind_at <= utcnow())
            .order_by(Bookmark.remind_at)
            .limit(REMINDERS_A_TURN)
            .with_for_update(skip_locked=True)
        )
    )
    shown = _shown({row.post_id for row in due})
    for row in due:
        post = shown.get(row.post_id)
        if post is not None and readers_among([row.user_id], post.audience):
            _remind(row, post)
        db.session.execute(
            update(Bookmark)
            .where(Bookmark.user_id == row.user_id, Bookmark.post_id == row.post_id)
            .values(remind_at=None)
            .execution_options(synchronize_session=False)
        )
    return len(due)


def _shown(post_ids: set[int]) -> dict[int, Any]:
    statement = (
        select(Post.id, Thread.title, Thread.audience)
        .join(Thread, Thread.id == Post.thread_id)
        .where(Post.id.in_(post_ids), SHOWN_POST, SHOWN_THREAD)
    )
    return {row.id: row for row in db.session.execute(statement)}


def _remind(row: Any, post: Any) -> None:
    tell(
        [row.user_id],
        (notices.REMINDER_WITH_NOTE if row.note else notices.REMINDER).code,
        subject=Ref("post", row.post_id),
        url=urls.for_post(row.post_id),
        key=f"forum.bookmark:{row.post_id}:{row.remind_at.isoformat()}",
        title=post.title,
        note=row.note,
    )
