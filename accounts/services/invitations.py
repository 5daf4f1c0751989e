"""Inviting people to a branch, and accepting."""

from datetime import timedelta

from accounts import names, queries
from accounts.enums import LinkPurpose, UserState
from accounts.errors import AlreadyMember, LinkUnusable
from accounts.events import InvitationSent
from accounts.models import Branch, Invitation, User
from accounts.permissions import AccountPermission
from accounts.services import links
from accounts.services.joining import Wish, join, make_user
from core.clock import utcnow
from core.db import db
from core.errors import NotFound
from core.outbox import announce
from core.permissions import Actor, require

INVITED_FOR = timedelta(days=14)


def invite(branch: Branch, email: str, actor: Actor, locale: str) -> Invitation:
    """Ask an address to join a branch.

    Raises:
        Denied: the branch is not in this officer's scope.
        EmailInvalid: not an address.
        AlreadyMember: its owner belongs to the branch.
    """
    require(actor, AccountPermission.INVITE, branch.path)
    address = names.email(email)
    owner = queries.find_by_email(address)
    if owner is not None and any(one.branch_id == branch.id for one in queries.list_memberships(owner.id)):
        raise AlreadyMember
    invitation = Invitation(
        branch_id=branch.id,
        email=address,
        locale=locale,
        invited_by_id=actor.id,
        expires_at=utcnow() + INVITED_FOR,
    )
    db.session.add(invitation)
    db.session.flush()
    announce(InvitationSent(invitation_id=invitation.id))
    return invitation


def withdraw_invitation(branch: Branch, invitation_id: int, actor: Actor) -> None:
    """Take an invitation back.

    Raises:
        Denied: the branch is not in this officer's scope.
        NotFound: the branch has no such open invitation.
    """
    require(actor, AccountPermission.INVITE, branch.path)
    invitation = queries.get_open_invitation(invitation_id, locked=True)
    if invitation.branch_id != branch.id:
        raise NotFound
    invitation.withdrawn_at = utcnow()
    links.withdraw(LinkPurpose.ACCEPT_INVITATION, invitation.id)


def look_at_invitation(token: str) -> tuple[Invitation, bool]:
    """Return the invitation of a link with its branch, and whether the invited address has an account.

    Raises:
        LinkUnusable: the link was used or is too old.
    """
    link = links.look_up(token, LinkPurpose.ACCEPT_INVITATION)
    try:
        invitation = queries.get_open_invitation(link.subject_id)
    except NotFound as gone:
        raise LinkUnusable from gone
    return invitation, queries.find_by_email(invitation.email) is not None


def accept_as_new(token: str, wish: Wish) -> User:
    """Make the account of an invited person; the link proves the address.

    Raises:
        LinkUnusable: the link was used or is too old, or the address has an account by now.
        UsernameTaken, UsernameInvalid, UsernameReserved, NameMissing: what is wrong; the link still works.
    """
    invitation = _redeem_invitation(token)
    if queries.find_by_email(invitation.email):
        raise LinkUnusable
    user = make_user(Wish(**{**vars(wish), "email": invitation.email}), UserState.ACTIVE)
    _accept(invitation, user)
    return user


def accept_as_member(token: str, actor: Actor) -> None:
    """Let a signed-in person join the branch they are invited to.

    Raises:
        LinkUnusable: the link was used or is too old.
    """
    invitation = _redeem_invitation(token)
    _accept(invitation, queries.get_user(actor.id or 0, locked=True))


def _redeem_invitation(token: str) -> Invitation:
    link = links.redeem(token, LinkPurpose.ACCEPT_INVITATION)
    try:
        return queries.get_open_invitation(link.subject_id, locked=True)
    except NotFound as gone:
        raise LinkUnusable from gone


def _accept(invitation: Invitation, user: User) -> None:
    invitation.accepted_at, invitation.accepted_by_id = utcnow(), user.id
    join(user, invitation.branch_id)
    db.session.flush()
