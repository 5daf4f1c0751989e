"""Rules of taking posts away and bringing them back: whose act it was, and for how long authors may undo theirs."""

from datetime import datetime, timedelta
from typing import Any, Final

from core.clock import utcnow
from core.i18n import _
from forum.models import Post, Thread

OWN_FOR: Final = timedelta(days=7)
"""How long authors may bring back what they have deleted."""


def is_own(deleted_by_id: int | None, author_id: int) -> bool:
    """Tell whether what is deleted was deleted by its author; old rows do not say who it was: nobody else could."""
    return deleted_by_id in (None, author_id)


def is_in_time(deleted_at: datetime) -> bool:
    """Tell whether the author may still bring it back."""
    return utcnow() - deleted_at <= OWN_FOR


def may_bring_back(row: Any, actor_id: int | None, *, moderates: bool) -> bool:
    """Tell whether a deleted post or thread is this person's to bring back: the author's first, then the moderators'.

    Nobody brings back what a moderator took from themselves.
    """
    own = is_own(row.deleted_by_id, row.author_id)
    if row.author_id == actor_id:
        return own and is_in_time(row.deleted_at)
    return moderates and not (own and is_in_time(row.deleted_at))


def removed_words(post: Any) -> str:
    """Return what stands in the place of a deleted post."""
    if removed_by(post) == "moderator":
        return _("#%(number)s was removed by a moderator", number=post.number)
    return _("#%(number)s was deleted by its author", number=post.number)


def removed_by(row: Any) -> str:
    """Return who took a post or thread away: ``author``, ``moderator``, or nothing where it stands."""
    if row.deleted_at is None:
        return ""
    return "author" if is_own(row.deleted_by_id, row.author_id) else "moderator"


def removed_part(post: Post) -> Thread | Post:
    """Return what is gone, or would be, with this post: an opening post goes with its thread."""
    return post.thread if post.number == 1 and post.thread.deleted_at is not None else post
