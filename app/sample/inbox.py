"""Brings the inboxes into the state in which people who look in every few days would have left them."""

from datetime import datetime, timedelta

from sqlalchemy import select, update

from core.db import db, transaction
from forum.models import Post
from notify.models import Notification
from notify.services import recount

LAST_LOOK = timedelta(days=4)
"""What came in since is unread."""


def settle_inboxes(now: datetime) -> None:
    """Date every notice of a post by that post, and mark the older ones as read."""
    written = select(Post.created_at).where(Post.id == Notification.subject_id).scalar_subquery()
    with transaction():
        for statement in (
            update(Notification)
            .where(Notification.kind.startswith("forum."), Notification.subject_kind == "post")
            .values(created_at=written),
            update(Notification)
            .where(Notification.created_at < now - LAST_LOOK)
            .values(read_at=Notification.created_at),
        ):
            db.session.execute(statement.execution_options(synchronize_session=False))
        recount()
