"""What staff read about the people they look after."""

from collections.abc import Sequence

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import joinedload

from accounts.enums import UserState
from accounts.models import AccountRecord, Branch, Membership, User
from accounts.names import key_of
from accounts.permissions import AccountPermission
from core.db import db, lock
from core.errors import NotFound
from core.pages import Page, page_of
from core.permissions import Actor
from core.text import normalise


def _people(actor: Actor, permission: AccountPermission) -> Select[User]:
    """Select the people within the scopes of a right: members of those branches, or everybody from the root."""
    scopes = actor.scopes(permission)
    statement = select(User).where(User.state != UserState.ERASED)
    if not scopes:
        return statement.where(User.id.is_(None))
    if any(scope.count("/") == 2 for scope in scopes):
        return statement
    inside = or_(*(Branch.path.startswith(scope, autoescape=True) for scope in scopes))
    members = select(Membership.user_id).join(Branch, Branch.id == Membership.branch_id).where(inside)
    return statement.where(User.id.in_(members))


def search_people(actor: Actor, text: str = "", state: str = "", cursor: str | None = None) -> Page[User]:
    """Return a page of the people this officer looks after, newest first, by a part of name or address."""
    statement = _people(actor, AccountPermission.GRANT)
    if part := normalise(text[:100]).strip():
        key = key_of(part)
        statement = statement.where(
            or_(
                User.username_key.contains(key, autoescape=True),
                User.display_name.contains(part, autoescape=True),
                and_(User.email_key.is_not(None), User.email_key.contains(key, autoescape=True)),
            )
        )
    if state in set(UserState):
        statement = statement.where(User.state == UserState(state))
    return page_of(statement, order=[User.id], cursor=cursor, limit=50)


def get_person(user_id: int, actor: Actor, *, locked: bool = False) -> User:
    """Return a person within this officer's scope.

    Raises:
        NotFound: there is none, or others look after them.
    """
    statement = _people(actor, AccountPermission.GRANT).where(User.id == user_id)
    user: User | None = db.session.scalars(lock(statement) if locked else statement).one_or_none()
    if user is None:
        raise NotFound
    return user


def list_records(user_id: int) -> Sequence[AccountRecord]:
    """Return what staff did to an account, newest first."""
    statement = (
        select(AccountRecord)
        .where(AccountRecord.user_id == user_id)
        .options(joinedload(AccountRecord.actor), joinedload(AccountRecord.branch))
        .order_by(AccountRecord.id.desc())
        .limit(100)
    )
    return db.session.scalars(statement).all()
