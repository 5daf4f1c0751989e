"""What is shown to readers: the SQL twins of ``is_shown``."""

from sqlalchemy import and_, exists
from sqlalchemy.orm import aliased

from forum.models import Post, Thread

SHOWN_POST = and_(Post.hidden_at.is_(None), Post.deleted_at.is_(None))
SHOWN_THREAD = and_(Thread.hidden_at.is_(None), Thread.deleted_at.is_(None))
LISTED_THREAD = Thread.deleted_at.is_(None)
"""Threads that can be opened: also those whose opening is hidden, of which title and author stay back."""

accepted = aliased(Post)
IS_ACCEPTED = and_(
    accepted.id == Thread.accepted_post_id,
    accepted.thread_id == Thread.id,
    accepted.hidden_at.is_(None),
    accepted.deleted_at.is_(None),
)
"""The post ``accepted`` answers the thread; a mark on a post that is hidden, deleted or moved away does not count."""
SOLVED = and_(Thread.accepted_post_id.is_not(None), exists().where(IS_ACCEPTED).correlate(Thread))
