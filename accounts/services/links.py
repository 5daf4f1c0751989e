"""Links that open one door once: random, kept as a hash, ended by use, by age and by a newer one."""

import hashlib
import secrets
from datetime import timedelta

from sqlalchemy import delete, select

from accounts.enums import LinkPurpose
from accounts.errors import LinkUnusable
from accounts.models import Link
from core.clock import utcnow
from core.db import db

LIFETIMES = {
    LinkPurpose.CONFIRM_SIGN_UP: timedelta(hours=24),
    LinkPurpose.ACCEPT_INVITATION: timedelta(days=14),
    LinkPurpose.RESET_PASSWORD: timedelta(hours=1),
    LinkPurpose.CONFIRM_EMAIL: timedelta(hours=24),
    LinkPurpose.SET_UP_PERSON: timedelta(days=7),
    LinkPurpose.SET_UP_SITE: timedelta(hours=24),
}


def issue(purpose: LinkPurpose, subject_id: int) -> str:
    """Return the secret part of a new link; an older one for the same thing works no longer."""
    withdraw(purpose, subject_id)
    token = secrets.token_urlsafe(32)
    db.session.add(
        Link(
            purpose=purpose,
            subject_id=subject_id,
            token_hash=_hash(token),
            expires_at=utcnow() + LIFETIMES[purpose],
        )
    )
    db.session.flush()
    return token


def look_up(token: str, *purposes: LinkPurpose) -> Link:
    """Return the link that a secret belongs to, without using it up.

    Raises:
        LinkUnusable: it is unknown, used, too old, or for another purpose.
    """
    statement = select(Link).where(
        Link.token_hash == _hash(token), Link.purpose.in_(purposes), Link.expires_at > utcnow()
    )
    link = db.session.scalars(statement).one_or_none()
    if link is None:
        raise LinkUnusable
    return link


def redeem(token: str, *purposes: LinkPurpose) -> Link:
    """Use a link up and return what it was for.

    Raises:
        LinkUnusable: it is unknown, used, too old, or for another purpose.
    """
    link = look_up(token, *purposes)
    # Of two who come at the same moment, one deletes the row and the other finds none.
    deleted = db.session.execute(
        delete(Link).where(Link.id == link.id).returning(Link.id), execution_options={"synchronize_session": False}
    ).all()
    db.session.expunge(link)
    if not deleted:
        raise LinkUnusable
    return link


def withdraw(purpose: LinkPurpose, subject_id: int) -> None:
    """End the link for one thing, if there is one."""
    db.session.execute(delete(Link).where(Link.purpose == purpose, Link.subject_id == subject_id))


def withdraw_all_of(user_id: int) -> None:
    """End every link that could change a person's password or address."""
    mine = (LinkPurpose.RESET_PASSWORD, LinkPurpose.CONFIRM_EMAIL, LinkPurpose.SET_UP_PERSON)
    db.session.execute(delete(Link).where(Link.purpose.in_(mine), Link.subject_id == user_id))


def sweep() -> None:
    """Drop links that are too old."""
    db.session.execute(delete(Link).where(Link.expires_at < utcnow()))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
