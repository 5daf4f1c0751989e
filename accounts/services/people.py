"""What happens to people: settings, suspension, roles, membership, leaving."""

from sqlalchemy import delete, update

from accounts import names, queries
from accounts.enums import Act, UserState
from accounts.errors import AlreadyMember, GrantsTooMuch, LastAdministrator, NotYourself
from accounts.events import MembershipChanged, UserErased, UserReactivated, UserRenamed, UserSuspended
from accounts.models import AccountRecord, Branch, Grant, Invitation, Membership, SignUp, User
from accounts.permissions import AccountPermission, grantable_roles
from accounts.services import links, sessions
from core.db import db
from core.errors import Conflict, NotFound
from core.outbox import announce
from core.permissions import Actor, Role, require

ERASED_NAME = "已注销成员 Deleted member"


def change_settings(actor: Actor, *, display_name: str, about: str, locale: str, time_zone: str) -> None:
    """Change how a person is shown and spoken to.

    Raises:
        NameMissing, NameTooLong: the display name cannot be used.
    """
    user = queries.get_user(actor.id or 0, locked=True)
    name = names.display_name(display_name)
    renamed = name != user.display_name
    user.display_name, user.about, user.locale, user.time_zone = name, about, locale, time_zone
    db.session.flush()
    if renamed:
        announce(UserRenamed(user_id=user.id))


def suspend(user: User, actor: Actor, reason: str) -> None:
    """Keep a person out; their sessions end at once. They are told the reason by mail.

    Raises:
        Denied: the actor may not suspend people.
        NotYourself: the actor is this person.
        Conflict: the account is not active.
    """
    require(actor, AccountPermission.SUSPEND)
    if user.id == actor.id:
        raise NotYourself
    if user.state is not UserState.ACTIVE:
        raise Conflict
    user.state = UserState.SUSPENDED
    sessions.end_sessions(user.id)
    links.withdraw_all_of(user.id)
    record = AccountRecord(act=Act.SUSPENDED, user_id=user.id, actor_id=actor.id, reason=reason)
    db.session.add(record)
    db.session.flush()
    announce(UserSuspended(user_id=user.id, record_id=record.id))


def reactivate(user: User, actor: Actor, reason: str) -> None:
    """Let a suspended person in again.

    Raises:
        Denied: the actor may not.
        Conflict: the account is not suspended.
    """
    require(actor, AccountPermission.SUSPEND)
    if user.state is not UserState.SUSPENDED:
        raise Conflict
    user.state = UserState.ACTIVE
    db.session.add(AccountRecord(act=Act.REACTIVATED, user_id=user.id, actor_id=actor.id, reason=reason))
    db.session.flush()
    announce(UserReactivated(user_id=user.id))


def give_role(user: User, role: Role, branch: Branch, actor: Actor | None) -> None:
    """Give a person a role at a branch and below it; nothing happens where they hold it there already.

    Args:
        user: an active person.
        role: any but ``member``: that is a membership.
        branch: from which it holds downwards.
        actor: who gives it; None is the command line of the machine itself.

    Raises:
        GrantsTooMuch: the actor does not hold this role there.
        Conflict: the account is not active.
    """
    if actor is not None and role not in grantable_roles(actor, branch.path):
        raise GrantsTooMuch
    if user.state is not UserState.ACTIVE:
        raise Conflict
    if any(held.role is role and held.branch_id == branch.id for held in queries.list_grants(user.id)):
        return
    actor_id = actor.id if actor else None
    db.session.add(Grant(user_id=user.id, role=role, branch_id=branch.id, granted_by_id=actor_id))
    db.session.add(AccountRecord(act=Act.GRANTED, user_id=user.id, actor_id=actor_id, branch_id=branch.id, role=role))
    db.session.flush()


def take_role(user: User, grant_id: int, actor: Actor) -> None:
    """Take a role away; sessions go on with fewer rights from the next request.

    Raises:
        NotFound: the person holds no such role.
        GrantsTooMuch: the actor does not hold this role there.
        LastAdministrator: nobody would administer the site.
    """
    held = next((one for one in queries.list_grants(user.id) if one.id == grant_id), None)
    if held is None:
        raise NotFound
    if held.role not in grantable_roles(actor, held.branch.path):
        raise GrantsTooMuch
    if held.role is Role.ADMINISTRATOR and held.branch.parent_id is None:
        _keep_one_administrator()
    db.session.add(
        AccountRecord(act=Act.REVOKED, user_id=user.id, actor_id=actor.id, branch_id=held.branch_id, role=held.role)
    )
    db.session.delete(held)
    db.session.flush()


def join_branch(user: User, branch: Branch, actor: Actor | None) -> None:
    """Enter a person into a branch.

    Raises:
        Denied: the branch is not in the actor's scope.
        AlreadyMember: they belong to it.
    """
    if actor is not None:
        require(actor, AccountPermission.ADMIT, branch.path)
    if any(one.branch_id == branch.id for one in queries.list_memberships(user.id)):
        raise AlreadyMember
    db.session.add(Membership(user_id=user.id, branch_id=branch.id))
    db.session.flush()
    announce(MembershipChanged(user_id=user.id))


def leave_branch(user: User, membership_id: int, actor: Actor) -> None:
    """Strike a person off a branch.

    Raises:
        NotFound: there is no such membership.
        Denied: the branch is not in the actor's scope.
    """
    found = next((one for one in queries.list_memberships(user.id) if one.id == membership_id), None)
    if found is None:
        raise NotFound
    require(actor, AccountPermission.ADMIT, found.branch.path)
    db.session.delete(found)
    db.session.flush()
    announce(MembershipChanged(user_id=user.id))


def erase(user_id: int, actor: Actor) -> None:
    """Erase everything personal about a person. What they wrote stays, under the name “deleted member”.

    Raises:
        Denied: it is somebody else, and the actor may not suspend people.
        LastAdministrator: nobody would administer the site.
    """
    if user_id != actor.id:
        require(actor, AccountPermission.SUSPEND)
    user = queries.get_user(user_id, locked=True)
    held = queries.list_grants(user_id)
    if any(one.role is Role.ADMINISTRATOR and one.branch.parent_id is None for one in held):
        _keep_one_administrator()
    db.session.execute(update(SignUp).where(SignUp.user_id == user_id).values(user_id=None, email="", display_name=""))
    if user.email:
        db.session.execute(delete(SignUp).where(SignUp.email == user.email))
        db.session.execute(update(Invitation).where(Invitation.accepted_by_id == user_id).values(email=""))
    for table in (Grant, Membership):
        db.session.execute(delete(table).where(table.user_id == user_id))
    sessions.end_sessions(user_id)
    links.withdraw_all_of(user_id)
    _blank(user)
    db.session.add(AccountRecord(act=Act.ERASED, user_id=user_id, actor_id=actor.id))
    db.session.flush()
    announce(UserErased(user_id=user_id))


def _blank(user: User) -> None:
    user.username, user.display_name = f"deleted-{user.id}", ERASED_NAME
    user.email = user.new_email = user.password_hash = None
    user.about = user.locale = user.time_zone = ""
    user.unread_count = 0
    user.state = UserState.ERASED


def _keep_one_administrator() -> None:
    # Held until commit, so that two administrators who leave at the same moment are counted one after the other.
    queries.lock_administrators()
    if queries.count_administrators() <= 1:
        raise LastAdministrator
