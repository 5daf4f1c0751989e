"""What follows from events about accounts: mails with fresh links, and notices to officers.

A handler may run twice. A second mail then carries a newer link and the older one ends, so nothing can go wrong but a
mail too many. Links exist in the mail alone; the table keeps a hash.
"""

from collections.abc import Sequence

from flask import render_template
from sqlalchemy import select

from accounts import events, queries
from accounts.enums import LinkPurpose, SignUpState, UserState
from accounts.models import AccountRecord, Branch, Grant, SignUp, User
from accounts.permissions import AccountPermission
from accounts.services import links
from core.addresses import absolute
from core.db import db, transaction
from core.errors import NotFound
from core.i18n import _l, in_language
from core.mail import Mail, send
from core.notifications import notice_kind, tell
from core.outbox import on
from core.permissions import role_holds
from core.refs import Ref

notice_kind("accounts.application", _l("%(name)s wants to join your branch"), icon="person")


def _send(to: str | None, language: str, template: str, /, **words: object) -> None:
    """Send the mail of one template, whose first line is the subject, in the recipient's language."""
    if not to:
        return
    with in_language(language):
        text = render_template(f"mail/{template}.txt", **words)
    subject, _, body = text.partition("\n")
    send(Mail(to=to, subject=subject, text=body.strip() + "\n"))


def _link(purpose: LinkPurpose, subject_id: int, path: str) -> str:
    """Make a new link in a transaction of its own and return its address."""
    with transaction():
        token = links.issue(purpose, subject_id)
    return absolute(f"{path}/{token}")


def _person(user_id: int) -> User | None:
    return db.session.get(User, user_id) if user_id else None


@on(events.SignUpReceived)
def mail_confirmation(batch: Sequence[events.SignUpReceived]) -> None:
    """Ask the address whether it wanted an account."""
    for event in batch:
        wish = db.session.get(SignUp, event.sign_up_id)
        if wish is None or wish.state is not SignUpState.UNCONFIRMED:
            continue
        to, language, name = wish.email, wish.locale, wish.display_name
        link = _link(LinkPurpose.CONFIRM_SIGN_UP, event.sign_up_id, "/account/confirm")
        _send(to, language, "confirm_sign_up", name=name, link=link)


@on(events.SignUpRepeated)
def mail_owner_of_address(batch: Sequence[events.SignUpRepeated]) -> None:
    """Tell the owner of an address that somebody signed up with it again."""
    for event in batch:
        if user := _person(event.user_id):
            words = {"name": user.display_name, "username": user.username}
            links_ = {"sign_in": absolute("/account/sign-in"), "reset": absolute("/account/reset")}
            _send(user.email, user.locale, "sign_up_repeated", **words, **links_)


@on(events.ApplicationReceived)
def tell_officers(batch: Sequence[events.ApplicationReceived]) -> None:
    """Put the application into the inbox of those who may admit to the branch."""
    for event in batch:
        with transaction():
            wish = db.session.get(SignUp, event.sign_up_id)
            if wish is None or wish.state is not SignUpState.WAITING:
                continue
            tell(
                _officers_of(wish.branch_id),
                "accounts.application",
                subject=Ref("application", wish.id),
                url="/account/applications",
                key=f"application:{wish.id}",
                name=wish.display_name,
            )


def _officers_of(branch_id: int) -> list[int]:
    """Return who may admit to a branch: those with the office nearest above it."""
    branch = queries.get_branch_by_id(branch_id)
    line = [int(part) for part in branch.path.strip("/").split("/")]
    rows = db.session.execute(
        select(Grant.branch_id, Grant.user_id, Grant.role)
        .join(User, User.id == Grant.user_id)
        .where(Grant.branch_id.in_(line), User.state == UserState.ACTIVE)
    ).all()
    for each in reversed(line):
        found = [row.user_id for row in rows if row.branch_id == each and role_holds(row.role, AccountPermission.ADMIT)]
        if found:
            return found
    return []


@on(events.ApplicationApproved)
def mail_admission(batch: Sequence[events.ApplicationApproved]) -> None:
    """Tell an applicant that they are in."""
    for event in batch:
        user, branch = _person(event.user_id), db.session.get(Branch, event.branch_id)
        if user and branch and user.state is UserState.ACTIVE:
            words = {"name": user.display_name, "username": user.username, "branch": branch.name}
            _send(user.email, user.locale, "admitted", link=absolute("/account/sign-in"), **words)


@on(events.ApplicationDeclined)
def mail_refusal(batch: Sequence[events.ApplicationDeclined]) -> None:
    """Tell an applicant the reason, then drop what they sent."""
    for event in batch:
        wish = db.session.get(SignUp, event.sign_up_id)
        if wish is None or wish.state is not SignUpState.DECLINED:
            continue
        branch = queries.get_branch_by_id(wish.branch_id)
        words = {"name": wish.display_name, "branch": branch.name, "reason": wish.reason}
        _send(wish.email, wish.locale, "declined", **words)
        with transaction():
            gone = db.session.get(SignUp, event.sign_up_id)
            if gone is not None:
                db.session.delete(gone)


@on(events.InvitationSent)
def mail_invitation(batch: Sequence[events.InvitationSent]) -> None:
    """Send an invitation with its link."""
    for event in batch:
        try:
            invitation = queries.get_open_invitation(event.invitation_id)
        except NotFound:
            continue
        inviter = _person(invitation.invited_by_id)
        words = {"branch": invitation.branch.name, "inviter": inviter.display_name if inviter else ""}
        to, language = invitation.email, invitation.locale
        link = _link(LinkPurpose.ACCEPT_INVITATION, event.invitation_id, "/account/invitations")
        _send(to, language, "invitation", link=link, **words)


@on(events.PasswordResetAsked)
def mail_reset(batch: Sequence[events.PasswordResetAsked]) -> None:
    """Send a link for a new password; one mail where several asked at once."""
    for user_id in sorted({event.user_id for event in batch}):
        user = _person(user_id)
        if user is None or not user.email or user.state not in (UserState.ACTIVE, UserState.PENDING):
            continue
        to, language, words = user.email, user.locale, {"name": user.display_name, "username": user.username}
        link = _link(LinkPurpose.RESET_PASSWORD, user_id, "/account/reset")
        _send(to, language, "reset", link=link, **words)


@on(events.PasswordChanged)
def mail_password_changed(batch: Sequence[events.PasswordChanged]) -> None:
    """Tell a person that the password is new, in case it was not they."""
    for user_id in sorted({event.user_id for event in batch}):
        if user := _person(user_id):
            reset = absolute("/account/reset")
            _send(user.email, user.locale, "password_changed", name=user.display_name, reset=reset)


@on(events.EmailChangeAsked)
def mail_new_address(batch: Sequence[events.EmailChangeAsked]) -> None:
    """Ask a new address whether it belongs to the person; one that is somebody's already gets nothing."""
    for user_id in sorted({event.user_id for event in batch}):
        user = _person(user_id)
        if user is None or not user.new_email or queries.find_by_email(user.new_email):
            continue
        to, language, name = user.new_email, user.locale, user.display_name
        link = _link(LinkPurpose.CONFIRM_EMAIL, user_id, "/account/email")
        _send(to, language, "confirm_email", name=name, link=link)


@on(events.EmailChanged)
def mail_old_address(batch: Sequence[events.EmailChanged]) -> None:
    """Tell the old address that mail goes elsewhere now."""
    for event in batch:
        if user := _person(event.user_id):
            _send(event.old_email, user.locale, "email_changed", name=user.display_name)


@on(events.UserSuspended)
def mail_suspension(batch: Sequence[events.UserSuspended]) -> None:
    """Tell a person that the account is suspended, and why."""
    for event in batch:
        user, record = _person(event.user_id), db.session.get(AccountRecord, event.record_id)
        if user and record and user.state is UserState.SUSPENDED:
            _send(user.email, user.locale, "suspended", name=user.display_name, reason=record.reason)


@on(events.UserReactivated)
def mail_reactivation(batch: Sequence[events.UserReactivated]) -> None:
    """Tell a person that the account works again."""
    for event in batch:
        user = _person(event.user_id)
        if user and user.state is UserState.ACTIVE:
            link = absolute("/account/sign-in")
            _send(user.email, user.locale, "reactivated", name=user.display_name, link=link)
