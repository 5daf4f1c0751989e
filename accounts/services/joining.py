"""Joining the site: asking, confirming, being admitted, being invited, being set up."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from accounts import names, queries
from accounts.enums import Act, LinkPurpose, SignUpMode, SignUpState, UserState
from accounts.errors import (
    AlreadyDecided,
    EmailTaken,
    LinkUnusable,
    SignUpClosed,
    UsernameTaken,
)
from accounts.events import (
    ApplicationApproved,
    ApplicationDeclined,
    ApplicationReceived,
    MembershipChanged,
    SignUpReceived,
    SignUpRepeated,
)
from accounts.models import AccountRecord, Membership, SignUp, User
from accounts.permissions import AccountPermission
from accounts.services import links
from core.clock import utcnow
from core.db import db
from core.outbox import announce
from core.permissions import Actor, Role, require

UNCONFIRMED_FOR = timedelta(days=2)
INVITED_FOR = timedelta(days=14)


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What somebody typed to get an account; the password is hashed already."""

    username: str
    display_name: str
    email: str
    password_hash: str
    locale: str


def ask_account(wish: Wish, branch_id: int, mode: SignUpMode, *, mail: bool = True) -> None:
    """Take somebody's wish for an account and have the address confirmed.

    Where the address has an account, its owner is told instead; the answer and the work are the same. Without ``mail``
    the address has had enough of them lately and gets none.

    Raises:
        SignUpClosed: people join by invitation only.
        UsernameInvalid, UsernameReserved, UsernameTaken, EmailInvalid, NameMissing: what is wrong.
        NotFound: there is no such branch to join.
    """
    if mode is SignUpMode.INVITATION:
        raise SignUpClosed
    username = free_username(wish.username)
    branch = queries.get_branch_by_id(branch_id)
    owner = queries.find_by_email(names.email(wish.email))
    _sweep()
    if not mail:
        return
    if owner is not None:
        announce(SignUpRepeated(user_id=owner.id))
        return
    sign_up = SignUp(
        username=username,
        display_name=names.display_name(wish.display_name),
        email=names.email(wish.email),
        password_hash=wish.password_hash,
        locale=wish.locale,
        branch_id=branch.id,
    )
    db.session.add(sign_up)
    db.session.flush()
    announce(SignUpReceived(sign_up_id=sign_up.id))


def confirm_account(token: str, mode: SignUpMode, username: str = "") -> User:
    """Make the account of a confirmed address; with approval it waits for an officer.

    Args:
        token: from the mailed link.
        mode: how people join the site.
        username: another one, where the first choice was taken in the meantime.

    Raises:
        LinkUnusable: the link was used or is too old, or the address has an account by now.
        UsernameTaken: somebody else has the name by now; the link still works.
    """
    link = links.redeem(token, LinkPurpose.CONFIRM_SIGN_UP)
    sign_up = db.session.get(SignUp, link.subject_id, with_for_update=True)
    if sign_up is None or sign_up.state is not SignUpState.UNCONFIRMED or queries.find_by_email(sign_up.email):
        raise LinkUnusable
    waits = mode is not SignUpMode.OPEN
    user = make_user(
        Wish(
            username=username or sign_up.username,
            display_name=sign_up.display_name,
            email=sign_up.email,
            password_hash=sign_up.password_hash,
            locale=sign_up.locale,
        ),
        UserState.PENDING if waits else UserState.ACTIVE,
    )
    if not waits:
        join(user, sign_up.branch_id)
        db.session.delete(sign_up)  # Everything in it is with the person now.
        return user
    sign_up.state, sign_up.user_id, sign_up.confirmed_at = SignUpState.WAITING, user.id, utcnow()
    sign_up.username, sign_up.password_hash = user.username, ""
    db.session.flush()
    announce(ApplicationReceived(sign_up_id=sign_up.id))
    return user


def approve(application: SignUp, actor: Actor) -> None:
    """Admit an applicant to the branch.

    Raises:
        Denied: the branch is not in this officer's scope.
        AlreadyDecided: somebody was faster.
    """
    require(actor, AccountPermission.ADMIT, application.branch.path)
    if application.state is not SignUpState.WAITING or application.user_id is None:
        raise AlreadyDecided
    user = queries.get_user(application.user_id, locked=True)
    user.state = UserState.ACTIVE
    join(user, application.branch_id)
    application.state = SignUpState.DONE
    note(Act.ADMITTED, user, actor, application.branch_id)
    db.session.flush()
    announce(ApplicationApproved(user_id=user.id, branch_id=application.branch_id))


def decline(application: SignUp, actor: Actor, reason: str) -> None:
    """Turn an applicant down; the reason is mailed, then what they sent is dropped.

    Raises:
        Denied: the branch is not in this officer's scope.
        AlreadyDecided: somebody was faster.
    """
    require(actor, AccountPermission.ADMIT, application.branch.path)
    if application.state is not SignUpState.WAITING or application.user_id is None:
        raise AlreadyDecided
    user = queries.get_user(application.user_id, locked=True)
    application.state, application.reason, application.user_id = SignUpState.DECLINED, reason, None
    db.session.flush()
    links.withdraw_all_of(user.id)
    db.session.delete(user)  # Nobody can refer to somebody who never was a member.
    db.session.flush()
    announce(ApplicationDeclined(sign_up_id=application.id))


def free_username(text: str, *, reserved_allowed: bool = False) -> str:
    """Return a user name in its stored form, if nobody has it.

    Raises:
        UsernameInvalid, UsernameReserved, UsernameTaken: it cannot be used.
    """
    username = names.username(text) if reserved_allowed else names.free_username(text)
    if queries.is_username_taken(username):
        raise UsernameTaken
    return username


def make_user(wish: Wish, state: UserState, *, reserved_allowed: bool = False) -> User:
    """Store a new person as they wished to be.

    Raises:
        UsernameInvalid, UsernameReserved, UsernameTaken, EmailInvalid, EmailTaken, NameMissing: what is wrong.
    """
    user = User(
        username=free_username(wish.username, reserved_allowed=reserved_allowed),
        display_name=names.display_name(wish.display_name),
        email=names.email(wish.email) if wish.email else None,
        password_hash=wish.password_hash,
        locale=wish.locale,
        state=state,
    )
    return insert_user(user)


def insert_user(user: User) -> User:
    """Store a new person.

    Raises:
        UsernameTaken, EmailTaken: somebody was faster by a moment.
    """
    try:
        with db.session.begin_nested():
            db.session.add(user)
    except IntegrityError as clash:
        raise (EmailTaken if "email" in str(clash.orig) else UsernameTaken) from clash
    return user


def join(user: User, branch_id: int) -> None:
    """Enter a person into a branch, if they do not belong to it already."""
    if all(one.branch_id != branch_id for one in queries.list_memberships(user.id)):
        db.session.add(Membership(user_id=user.id, branch_id=branch_id))
        announce(MembershipChanged(user_id=user.id))


def note(act: Act, user: User, actor: Actor | None, branch_id: int, role: Role | None = None) -> None:
    """Write down what staff did to an account."""
    actor_id = actor.id if actor else None
    db.session.add(AccountRecord(act=act, user_id=user.id, actor_id=actor_id, branch_id=branch_id, role=role))


def _sweep() -> None:
    """Drop what nobody confirmed in time."""
    old = utcnow() - UNCONFIRMED_FOR
    db.session.execute(delete(SignUp).where(SignUp.state == SignUpState.UNCONFIRMED, SignUp.created_at < old))
    links.sweep()
