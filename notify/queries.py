"""All reads of the inbox."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import aliased

from accounts.models import User, UserState
from core.db import db
from core.errors import NotFound
from core.pages import Page, page_of
from notify import wording
from notify.enums import MailCopies
from notify.models import Notification, Preference

PAGE = 30
LOOKED_AT = 300
"""Notices among which those of some kinds are looked for."""


@dataclass(frozen=True)
class Notice:
    """One line of the inbox, in the reader's language."""

    id: int
    words: str
    detail: str
    icon: str
    url: str
    created_at: datetime
    is_unread: bool


@dataclass(frozen=True)
class Copy:
    """One notice that is to go out by mail."""

    id: int
    kind: str
    params: Mapping[str, Any]
    url: str
    email: str
    locale: str
    display_name: str
    actor_name: str | None


def list_inbox(user_id: int, cursor: str | None, *, unread_only: bool = False) -> Page[Notice]:
    """Return one page of a person's notices, newest first."""
    statement = _with_actor().where(Notification.user_id == user_id)
    if unread_only:
        statement = statement.where(Notification.read_at.is_(None))
    page = page_of(statement, order=[Notification.id], cursor=cursor, limit=PAGE, key=lambda row: [row[0].id])
    return Page(items=[_notice(*row) for row in page.items], next=page.next, previous=page.previous)


def list_subjects(user_id: int, kinds: Collection[str], limit: int) -> Sequence[Row[Any]]:
    """Return the notices of some kinds among a person's last ones: kind, subject_kind, subject_id, newest first."""
    last = (
        select(Notification.id, Notification.kind, Notification.subject_kind, Notification.subject_id)
        .where(Notification.user_id == user_id)
        .order_by(Notification.id.desc())
        .limit(LOOKED_AT)
        .subquery()
    )
    statement = select(last).where(last.c.kind.in_(sorted(kinds))).order_by(last.c.id.desc()).limit(limit)
    return db.session.execute(statement).all()


def get_notification(notification_id: int, user_id: int) -> Notification:
    """Return one of this person's notices.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    statement = select(Notification).where(Notification.id == notification_id, Notification.user_id == user_id)
    row = db.session.scalars(statement).one_or_none()
    if row is None:
        raise NotFound
    return row


def count_unread(user_id: int) -> int:
    """Count a person's unread notices: the truth behind ``users.unread_count``."""
    statement = select(func.count()).where(Notification.user_id == user_id, Notification.read_at.is_(None))
    return db.session.scalar(statement) or 0


def mail_copies(user_id: int) -> MailCopies:
    """Return whether a person wants copies by mail."""
    return db.session.scalar(select(Preference.mail).where(Preference.user_id == user_id)) or MailCopies.NONE


def list_copies(notification_ids: Sequence[int]) -> Sequence[Copy]:
    """Return those notices that still have to go out by mail."""
    actor = aliased(User)
    statement = (
        select(
            Notification.id,
            Notification.kind,
            Notification.params,
            Notification.url,
            User.email,
            User.locale,
            User.display_name,
            actor.display_name,
        )
        .join(User, User.id == Notification.user_id)
        .join(Preference, Preference.user_id == User.id)
        .outerjoin(actor, actor.id == Notification.actor_id)
        .where(
            Notification.id.in_(notification_ids),
            Notification.mailed_at.is_(None),
            Notification.read_at.is_(None),
            Preference.mail == MailCopies.AT_ONCE,
            User.state == UserState.ACTIVE,
            User.email.is_not(None),
        )
        .order_by(Notification.id)
    )
    return [Copy(*row) for row in db.session.execute(statement)]


def _with_actor() -> Select[Notification, str]:
    return select(Notification, User.display_name).outerjoin(User, User.id == Notification.actor_id)


def _notice(row: Notification, actor_name: str | None) -> Notice:
    return Notice(
        id=row.id,
        words=wording.headline(row.kind, row.params, actor_name),
        detail=wording.detail(row.kind, row.params, actor_name),
        icon=wording.icon(row.kind),
        url=row.url,
        created_at=row.created_at,
        is_unread=row.read_at is None,
    )
