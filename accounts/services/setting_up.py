"""Accounts that staff or the first start begin and their owners finish."""

from collections.abc import Sequence

from accounts import names, queries
from accounts.enums import Act, BranchKind, LinkPurpose, UserState
from accounts.errors import EmailTaken, LinkUnusable, UsernameTaken
from accounts.models import AccountRecord, Branch, Grant, User
from accounts.permissions import AccountPermission, grantable_roles
from accounts.services import links, sessions
from accounts.services.joining import Wish, join, make_user, note
from core.addresses import absolute
from core.db import count_on, db
from core.errors import Denied
from core.faces import Faces
from core.permissions import Actor, Role


def first_administrator_link() -> str | None:
    """Return the address of the page on which the first administrator sets the account up, or None when there is one.

    The root branch is made where it is missing. A newer link ends the older.
    """
    if queries.has_administrator():
        return None
    ensure_root()
    return absolute(f"/account/set-up/{links.issue(LinkPurpose.SET_UP_SITE, 0)}")


def ensure_root() -> Branch:
    """Return the root branch, made where it is missing."""
    root = db.session.get(Branch, 1)
    if root is None:
        root = Branch(id=1, path="/1/", slug="site", name=Faces("学坛", "Xuetan"), kind=BranchKind.SITE)
        db.session.add(root)
        db.session.flush()
        count_on(Branch)  # Its id was given by hand, since its path holds it.
    return root


def set_up_link(user: User) -> str:
    """Return the address of the page on which a person whom staff entered chooses a password, used once."""
    return absolute(f"/account/set-up/{links.issue(LinkPurpose.SET_UP_PERSON, user.id)}")


def may_make_link(user: User, grants: Sequence[Grant], actor: Actor) -> bool:
    """Tell whether an actor may open somebody's account to whoever holds a link.

    A link makes its holder that person, so it is made only by those who look after accounts, and by officers for people
    who have no address for mails and hold nothing that the officer does not hold.
    """
    if user.id == actor.id or user.state is not UserState.ACTIVE:
        return False
    if actor.may(AccountPermission.SUSPEND):
        return True
    within = all(held.role in grantable_roles(actor, held.branch.path) for held in grants)
    return actor.may_anywhere(AccountPermission.GRANT) and not user.email and within


def make_link(user: User, actor: Actor) -> str:
    """Return a one-time address at which somebody sets a new password, for staff to hand over.

    Raises:
        Denied: the actor may not open this account to others.
    """
    if not may_make_link(user, queries.list_grants(user.id), actor):
        raise Denied
    db.session.add(AccountRecord(act=Act.LINKED, user_id=user.id, actor_id=actor.id))
    return set_up_link(user)


def look_at_set_up(token: str) -> tuple[bool, User | None]:
    """Return whether a set-up link is for the first administrator, else for whom.

    Raises:
        LinkUnusable: the link was used or is too old.
    """
    link = links.look_up(token, LinkPurpose.SET_UP_PERSON, LinkPurpose.SET_UP_SITE)
    first = link.purpose is LinkPurpose.SET_UP_SITE
    return first, None if first else queries.get_user(link.subject_id)


def set_up(token: str, wish: Wish) -> User:
    """Finish an account that a command or an officer began, or make the first administrator's.

    Raises:
        LinkUnusable: the link was used or is too old.
        UsernameTaken, UsernameInvalid, EmailTaken: what is wrong; the link still works.
    """
    link = links.redeem(token, LinkPurpose.SET_UP_PERSON, LinkPurpose.SET_UP_SITE)
    if link.purpose is LinkPurpose.SET_UP_SITE:
        return _make_first_administrator(wish)
    user = queries.get_user(link.subject_id, locked=True)
    if user.state is not UserState.ACTIVE:
        raise LinkUnusable
    if queries.is_username_taken(wish.username, besides=user.id):
        raise UsernameTaken
    user.username, user.display_name = names.username(wish.username), names.display_name(wish.display_name)
    user.password_hash = wish.password_hash
    sessions.end_sessions(user.id)
    links.withdraw_all_of(user.id)
    if wish.email and not user.email:
        if queries.find_by_email(wish.email):
            raise EmailTaken
        user.email = names.email(wish.email)
    db.session.flush()
    return user


def _make_first_administrator(wish: Wish) -> User:
    if queries.has_administrator():
        raise LinkUnusable
    root = ensure_root()
    user = make_user(wish, UserState.ACTIVE, reserved_allowed=True)
    join(user, root.id)
    db.session.add(Grant(user_id=user.id, role=Role.ADMINISTRATOR, branch_id=root.id))
    note(Act.GRANTED, user, None, root.id, Role.ADMINISTRATOR)
    db.session.flush()
    return user
