"""Announcements: confirming that one has read them, and reminding those who have not."""

from datetime import timedelta

from core.clock import utcnow
from core.db import db
from core.errors import Denied
from core.outbox import announce
from core.permissions import Actor, require
from core.upserts import upsert
from forum.enums import ThreadKind
from forum.errors import NothingToConfirm, PostGone, RemindedLately
from forum.events import ReadersReminded
from forum.models import Receipt, Thread
from forum.permissions import ForumPermission

REMIND_AFTER = timedelta(days=1)


def _require_announcement(thread: Thread) -> None:
    if thread.kind is not ThreadKind.ANNOUNCEMENT:
        raise NothingToConfirm
    if not thread.is_shown:
        raise PostGone


def confirm_announcement(thread: Thread, actor: Actor) -> None:
    """Note that a reader has read an announcement. Doing it again keeps the first moment; its author need not.

    Raises:
        Denied: a visitor confirms nothing.
        NothingToConfirm: the thread is no announcement.
        PostGone: it was hidden or deleted meanwhile.
    """
    if actor.id is None:
        raise Denied
    _require_announcement(thread)
    if actor.id == thread.author_id:
        return
    values = {"thread_id": thread.id, "user_id": actor.id, "confirmed_at": utcnow()}
    db.session.execute(upsert(Receipt, values, conflict=["thread_id", "user_id"]))


def may_remind(author_id: int, scope: str, actor: Actor) -> bool:
    """Tell whether a person may remind the readers: who announced it, while they may announce."""
    return actor.id == author_id and actor.may(ForumPermission.ANNOUNCE, scope)


def remind_readers(thread: Thread, actor: Actor) -> None:
    """Have those who have not confirmed reminded, at most once a day. The caller holds the thread's row lock.

    Raises:
        Denied: somebody else announced it, or the right has ended.
        NothingToConfirm, PostGone: as ``confirm_announcement``.
        RemindedLately: it has not been a day since the last time.
    """
    require(actor, ForumPermission.ANNOUNCE, thread.board.branch.path)
    if actor.id != thread.author_id:
        raise Denied
    _require_announcement(thread)
    now = utcnow()
    if thread.reminded_at is not None and now - thread.reminded_at < REMIND_AFTER:
        raise RemindedLately
    thread.reminded_at = now
    db.session.flush()
    announce(ReadersReminded(thread_id=thread.id, turn=int(now.timestamp())))
