"""Reads about people and their sessions."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from accounts.enums import UserState
from accounts.models import Branch, Grant, Membership, Session, User
from accounts.names import key_of
from core.clock import utcnow
from core.db import db, lock
from core.errors import NotFound
from core.permissions import Role
from core.text import normalise

SHOWN = (UserState.ACTIVE, UserState.SUSPENDED, UserState.IMPORTED)
ROOT_ID = 1


def find_by_login(name: str) -> User | None:
    """Return the person of a user name or an e-mail address as typed."""
    key = key_of(normalise(name.strip()[:254]))
    column = User.email_key if "@" in key else User.username_key
    return db.session.scalars(select(User).where(column == key)).one_or_none()


def find_by_email(email: str) -> User | None:
    """Return the person who has an address."""
    return db.session.scalars(select(User).where(User.email_key == key_of(email))).one_or_none()


def is_username_taken(username: str, *, besides: int = 0) -> bool:
    """Tell whether somebody has this user name or one that looks the same."""
    return bool(db.session.scalar(select(User.id).where(User.username_key == key_of(username), User.id != besides)))


def get_user(user_id: int, *, locked: bool = False) -> User:
    """Return a person.

    Raises:
        NotFound: nobody has this id.
    """
    statement = select(User).where(User.id == user_id)
    user: User | None = db.session.scalars(lock(statement) if locked else statement).one_or_none()
    if user is None:
        raise NotFound
    return user


def get_member(username: str) -> User:
    """Return a person whose page others may open.

    Raises:
        NotFound: there is none, or the account is erased or not yet admitted.
    """
    user = db.session.scalars(select(User).where(User.username_key == key_of(normalise(username[:200])))).one_or_none()
    if user is None or user.state not in SHOWN:
        raise NotFound
    return user


def list_memberships(user_id: int) -> Sequence[Membership]:
    """Return the branches a person belongs to, oldest membership first."""
    statement = (
        select(Membership)
        .where(Membership.user_id == user_id)
        .options(joinedload(Membership.branch))
        .order_by(Membership.id)
    )
    return db.session.scalars(statement).all()


def list_grants(user_id: int) -> Sequence[Grant]:
    """Return the offices a person holds."""
    statement = select(Grant).where(Grant.user_id == user_id).options(joinedload(Grant.branch)).order_by(Grant.id)
    return db.session.scalars(statement).all()


def list_sessions(user_id: int) -> Sequence[Session]:
    """Return where a person is signed in, last seen first."""
    statement = (
        select(Session)
        .where(Session.user_id == user_id, Session.expires_at > utcnow())
        .order_by(Session.seen_at.desc(), Session.id.desc())
    )
    return db.session.scalars(statement).all()


def has_people() -> bool:
    """Tell whether anybody has an account."""
    return db.session.scalar(select(User.id).limit(1)) is not None


def has_administrator() -> bool:
    """Tell whether anybody at all administers the site."""
    return count_administrators() > 0


def lock_administrators() -> None:
    """Hold the grants of all who administer the whole site until commit."""
    statement = select(Grant.id).where(Grant.role == Role.ADMINISTRATOR, Grant.branch_id == ROOT_ID).order_by(Grant.id)
    db.session.execute(lock(statement)).all()


def count_administrators() -> int:
    """Count the active people who administer the whole site."""
    statement = (
        select(func.count(func.distinct(Grant.user_id)))
        .join(Branch, Branch.id == Grant.branch_id)
        .join(User, User.id == Grant.user_id)
        .where(Grant.role == Role.ADMINISTRATOR, Branch.parent_id.is_(None), User.state == UserState.ACTIVE)
    )
    return db.session.scalar(statement) or 0
