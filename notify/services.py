"""All writes of the inbox. Each call expects an open transaction."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import func, select, update

from accounts.models import User
from core.clock import utcnow
from core.db import db
from core.notifications import PeopleTold
from core.outbox import announce
from core.upserts import upsert
from notify.enums import MailCopies
from notify.events import NoticesKept
from notify.models import Notification, Preference

ROWS_A_STATEMENT = 500
"""SQLite takes some 32,000 values a statement; a row here has ten."""


def keep(events: Iterable[PeopleTold]) -> list[int]:
    """Write notices into inboxes, raise the unread counts, and return the ids of the new ones.

    Safe to repeat: a notice that is there already is neither written nor counted again.
    """
    rows = [row for event in events for row in _rows(event)]
    new: list[tuple[int, int]] = []
    for start in range(0, len(rows), ROWS_A_STATEMENT):
        statement = upsert(Notification, rows[start : start + ROWS_A_STATEMENT], ["user_id", "key"])
        found = db.session.execute(statement.returning(Notification.id, Notification.user_id))
        new += [(row.id, row.user_id) for row in found]
    _raise_counts(Counter(user_id for _id, user_id in new))
    ids = [notification_id for notification_id, _user in new]
    for start in range(0, len(ids), ROWS_A_STATEMENT):
        announce(NoticesKept(notification_ids=tuple(ids[start : start + ROWS_A_STATEMENT])))
    return ids


def mark_read(user_id: int, ids: Sequence[int]) -> int:
    """Mark some of a person's notices as read and return how many were unread."""
    return _mark(user_id, Notification.id.in_(ids))


def mark_all_read(user_id: int) -> int:
    """Mark everything in a person's inbox as read and return how many were unread."""
    return _mark(user_id)


def set_mail_copies(user_id: int, mail: MailCopies) -> None:
    """Keep whether a person wants copies by mail."""
    db.session.execute(upsert(Preference, {"user_id": user_id, "mail": mail}, ["user_id"], ["mail"]))


def mark_mailed(notification_id: int) -> None:
    """Note that the copy of a notice has left."""
    statement = update(Notification).where(Notification.id == notification_id).values(mailed_at=utcnow())
    db.session.execute(statement)


def recount() -> int:
    """Count everybody's unread notices anew and return how many people were counted."""
    unread = (
        select(func.count())
        .where(Notification.user_id == User.id, Notification.read_at.is_(None))
        .correlate(User)
        .scalar_subquery()
    )
    result: Any = db.session.execute(update(User).values(unread_count=unread), execution_options=_UNSYNCED)
    return int(result.rowcount)


_UNSYNCED = {"synchronize_session": False}


def _rows(event: PeopleTold) -> list[dict[str, Any]]:
    return [
        {
            "user_id": user_id,
            "kind": event.kind,
            "subject_kind": event.subject.kind,
            "subject_id": event.subject.id,
            "url": event.url,
            "actor_id": event.actor_id,
            "params": event.params,
            "key": event.key,
            "created_at": utcnow(),
        }
        for user_id in event.recipient_ids
    ]


def _raise_counts(new: Counter[int]) -> None:
    """Add to the unread counts; people in order of id, so that two workers never wait for each other in a circle."""
    for user_id, number in sorted(new.items()):
        _change_count(user_id, number)


def _change_count(user_id: int, by: int) -> None:
    statement = update(User).where(User.id == user_id).values(unread_count=User.unread_count + by)
    db.session.execute(statement, execution_options=_UNSYNCED)


def _mark(user_id: int, *which: Any) -> int:
    statement = (
        update(Notification)
        .where(Notification.user_id == user_id, Notification.read_at.is_(None), *which)
        .values(read_at=utcnow())
        .returning(Notification.id)
    )
    done = len(db.session.execute(statement, execution_options=_UNSYNCED).all())
    if done:
        _change_count(user_id, -done)
    return done
