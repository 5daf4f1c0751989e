"""Reads about applications and invitations."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from accounts.enums import SignUpState
from accounts.models import Branch, Invitation, SignUp
from accounts.names import key_of
from accounts.permissions import AccountPermission
from core.clock import utcnow
from core.db import db
from core.errors import NotFound
from core.permissions import Actor
from core.text import normalise


def _in_scope(actor: Actor, permission: AccountPermission, statement: Select[SignUp]) -> Select[SignUp]:
    paths = [Branch.path.startswith(path, autoescape=True) for path in actor.scopes(permission)]
    return statement.where(or_(*paths)) if paths else statement.where(Branch.id.is_(None))


def list_applications(actor: Actor) -> Sequence[SignUp]:
    """Return who waits to be admitted by this officer, oldest first."""
    statement = (
        select(SignUp)
        .join(SignUp.branch)
        .options(contains_eager(SignUp.branch))
        .where(SignUp.state == SignUpState.WAITING)
        .order_by(SignUp.id)
        .limit(200)
    )
    return db.session.scalars(_in_scope(actor, AccountPermission.ADMIT, statement)).all()


def find_unconfirmed(email: str, *, since: datetime) -> SignUp | None:
    """Return the newest wish for an account whose address, as typed, waits to be confirmed."""
    typed = normalise(email.strip()[:254])
    # SQLite folds only the letters a to z; addresses with others are found as they were written.
    same = or_(func.lower(SignUp.email) == key_of(typed), SignUp.email == typed)
    statement = (
        select(SignUp)
        .where(SignUp.state == SignUpState.UNCONFIRMED, SignUp.created_at > since, same)
        .order_by(SignUp.id.desc())
        .limit(1)
    )
    return db.session.scalars(statement).one_or_none()


def get_application(application_id: int, actor: Actor) -> SignUp:
    """Return a confirmed wish for an account within this officer's scope, locked.

    Raises:
        NotFound: there is none, or it is for others to decide.
    """
    statement = (
        select(SignUp)
        .join(SignUp.branch)
        .options(contains_eager(SignUp.branch))
        .where(SignUp.id == application_id, SignUp.state != SignUpState.UNCONFIRMED)
        .with_for_update(of=SignUp)
    )
    found = db.session.scalars(_in_scope(actor, AccountPermission.ADMIT, statement)).one_or_none()
    if found is None:
        raise NotFound
    return found


def list_invitations(branch: Branch) -> Sequence[Invitation]:
    """Return the open invitations to a branch, newest first."""
    statement = (
        select(Invitation)
        .options(joinedload(Invitation.invited_by))
        .where(
            Invitation.branch_id == branch.id,
            Invitation.accepted_at.is_(None),
            Invitation.withdrawn_at.is_(None),
            Invitation.expires_at > utcnow(),
        )
        .order_by(Invitation.id.desc())
        .limit(200)
    )
    return db.session.scalars(statement).all()


def get_open_invitation(invitation_id: int, *, locked: bool = False) -> Invitation:
    """Return an invitation that can still be accepted, with its branch.

    Raises:
        NotFound: it was accepted, withdrawn, or is too old.
    """
    statement = (
        select(Invitation)
        .join(Invitation.branch)
        .options(contains_eager(Invitation.branch))
        .where(
            Invitation.id == invitation_id,
            Invitation.accepted_at.is_(None),
            Invitation.withdrawn_at.is_(None),
            Invitation.expires_at > utcnow(),
        )
    )
    statement = statement.with_for_update(of=Invitation) if locked else statement
    found = db.session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound
    return found
