"""Entering people by command or from a list: no mail, no confirmation; staff vouch for them."""

from accounts import names, queries
from accounts.enums import Act
from accounts.errors import EmailTaken, UsernameTaken
from accounts.events import MembershipChanged
from accounts.models import AccountRecord, Membership, User
from accounts.permissions import AccountPermission
from accounts.roster import RosterLine, role_named
from accounts.services.joining import insert_user
from accounts.services.people import give_role
from core.db import db
from core.outbox import announce
from core.permissions import Actor, Role, require


def enter_person(
    username: str,
    *,
    role: Role,
    branch_slug: str,
    display_name: str = "",
    email: str = "",
    password_hash: str | None = None,
    actor: Actor | None = None,
) -> User:
    """Make an account that is active at once. Without a password it needs a set-up link.

    Args:
        username: may be one that people cannot choose for themselves.
        role: held at the branch and below it; ``MEMBER`` is the membership alone.
        branch_slug: which they belong to.
        display_name: the user name, where it is empty.
        email: may be empty.
        password_hash: None while no password is chosen.
        actor: who enters them; None is the command line of the machine itself.

    Raises:
        Denied: the branch is not in the actor's scope, or the role is more than the actor holds.
        UsernameInvalid, UsernameTaken, EmailInvalid, EmailTaken, NameMissing: what is wrong.
        NotFound: there is no such branch.
    """
    name, branch = names.username(username), queries.get_branch(branch_slug)
    if actor is not None:
        require(actor, AccountPermission.ADMIT, branch.path)
    if queries.is_username_taken(name):
        raise UsernameTaken
    address = names.email(email) if email else None
    if address and queries.find_by_email(address):
        raise EmailTaken
    user = insert_user(
        User(
            username=name,
            display_name=names.display_name(display_name or name),
            email=address,
            password_hash=password_hash,
        )
    )
    db.session.add(Membership(user_id=user.id, branch_id=branch.id))
    announce(MembershipChanged(user_id=user.id))
    if actor is not None:
        db.session.add(AccountRecord(act=Act.ENTERED, user_id=user.id, actor_id=actor.id, branch_id=branch.id))
    if role is not Role.MEMBER:
        give_role(user, role, branch, actor)
    db.session.flush()
    return user


def enter_line(line: RosterLine) -> User | None:
    """Enter one line of a list; None where the same person is there already.

    Raises:
        DomainError: what is wrong with the line.
    """
    role, username = role_named(line.get("role")), names.username(line.username)
    branch = queries.get_branch(line.get("branch") or queries.get_branch_by_id(1).slug)
    known = queries.find_by_login(username)
    if known is not None:
        if known.email_key != (names.key_of(line.get("email")) or None):
            raise UsernameTaken
        return None
    return enter_person(
        username, role=role, branch_slug=branch.slug, display_name=line.get("display_name"), email=line.get("email")
    )
