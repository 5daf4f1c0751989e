"""Pins, the digest, and the day on which a thread closes."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select

from core.clock import utcnow
from core.db import db
from core.permissions import Actor, require
from forum.enums import ThreadState
from forum.errors import AlreadyLocked, DayPast, SetByModerator
from forum.models import Thread
from forum.permissions import ForumPermission
from forum.services.moderating import require_moderator, tell_log
from forum.services.posts import require_reply

DUE_BATCH = 200


@dataclass(frozen=True, kw_only=True)
class Pin:
    """Where a thread is pinned: on its board or at the head of every board, until a moment or until taken off."""

    everywhere: bool = False
    until: datetime | None = None


def pin_thread(thread: Thread, actor: Actor, pin: Pin | None) -> None:
    """Put a thread at the head of its board or of all boards, or, without a pin, back in its place.

    Raises:
        Denied: the person does not moderate here; what is pinned everywhere concerns the moderators of the site.
        DayPast: the pin would have ended already.
    """
    require_moderator(thread, actor)
    wanted = pin or Pin()
    if thread.pinned_everywhere or wanted.everywhere:
        require(actor, ForumPermission.MODERATE)
    _require_future(wanted.until)
    values = (pin is not None, wanted.everywhere, wanted.until)
    if (thread.pinned, thread.pinned_everywhere, thread.pinned_until) == values:
        return
    thread.pinned, thread.pinned_everywhere, thread.pinned_until = values
    db.session.flush()
    tell_log(thread, actor, "pin" if pin else "unpin", "")


def mark_digest(thread: Thread, actor: Actor, *, digest: bool) -> None:
    """Take a thread into the digest of the best ones, or out of it.

    Raises:
        Denied: the person does not moderate here.
    """
    require_moderator(thread, actor)
    if (thread.digest_at is not None) is digest:
        return
    thread.digest_at = utcnow() if digest else None
    db.session.flush()
    tell_log(thread, actor, "digest" if digest else "undigest", "")


def may_time(thread: Thread, actor: Actor) -> bool:
    """Tell whether a person may say when a thread closes: its moderators, and its author unless one of them has."""
    if actor.may(ForumPermission.MODERATE, thread.board.branch.path):
        return True
    return actor.id == thread.author_id and thread.closes_by_id in {None, actor.id}


def set_timer(thread: Thread, actor: Actor, closes_at: datetime | None) -> None:
    """Have the clock close a thread, or take that back with None.

    Raises:
        Denied, SetByModerator: the person is neither a moderator here nor the author, or a moderator has set it.
        AlreadyLocked: the thread is closed.
        DayPast: the moment is over.
        BoardArchived, ThreadHidden: nothing changes any more, for its author.
    """
    if actor.id != thread.author_id:
        require_moderator(thread, actor)
    elif not may_time(thread, actor):
        raise SetByModerator
    if thread.state is not ThreadState.OPEN:
        raise AlreadyLocked
    if not actor.may(ForumPermission.MODERATE, thread.board.branch.path):
        require_reply(thread, actor)
    _require_future(closes_at)
    if thread.closes_at == closes_at:
        return
    thread.closes_at, thread.closes_by_id = closes_at, actor.id if closes_at else None
    db.session.flush()
    if actor.id != thread.author_id:
        tell_log(thread, actor, "timer" if closes_at else "untimer", "")


def _require_future(moment: datetime | None) -> None:
    if moment is not None and moment <= utcnow():
        raise DayPast


def _due_pin() -> ColumnElement[bool]:
    return Thread.pinned_until <= utcnow()


def _due_close() -> ColumnElement[bool]:
    return (Thread.state == ThreadState.OPEN) & (Thread.closes_at <= utcnow())


def _list_due(condition: ColumnElement[bool], after: int) -> list[int]:
    due = select(Thread.id).where(condition, Thread.id > after).order_by(Thread.id).limit(DUE_BATCH)
    return list(db.session.scalars(due))


def _locked(thread_id: int, condition: ColumnElement[bool]) -> Thread | None:
    """Hold a thread if it is due still: another worker, or a person, may have been faster."""
    return db.session.scalars(select(Thread).where(Thread.id == thread_id, condition).with_for_update()).one_or_none()


def list_due_pins(after: int = 0) -> list[int]:
    """Return the ids of the threads whose pin is over, by id."""
    return _list_due(_due_pin(), after)


def end_pin(thread_id: int) -> bool:
    """Take a pin off that is over; tell whether there was one. That it would end was said when it was set."""
    thread = _locked(thread_id, _due_pin())
    if thread is None:
        return False
    thread.pinned, thread.pinned_everywhere, thread.pinned_until = False, False, None
    db.session.flush()
    return True


def list_due_threads(after: int = 0) -> list[int]:
    """Return the ids of the open threads whose closing moment has come, by id."""
    return _list_due(_due_close(), after)


def close_thread(thread_id: int) -> bool:
    """Close a thread whose moment has come; tell whether it was due. The moment stays: it says why it is closed."""
    thread = _locked(thread_id, _due_close())
    if thread is None:
        return False
    thread.state, thread.lock_reason = ThreadState.LOCKED, ""
    db.session.flush()
    return True
