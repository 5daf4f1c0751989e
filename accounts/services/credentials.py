"""Passwords and addresses of people: proving, resetting, changing.

``prove`` and ``check_password`` hash, so they are called before the transaction, never inside it.
"""

from dataclasses import dataclass

from accounts import names, passwords, queries
from accounts.enums import LinkPurpose, UserState
from accounts.errors import (
    AccountSuspended,
    AccountWaiting,
    LinkUnusable,
    PasswordWrong,
    SignInRefused,
    TooManyMails,
    TooManyTries,
)
from accounts.events import EmailChangeAsked, EmailChanged, PasswordChanged, PasswordResetAsked, SignUpReceived
from accounts.models import User
from accounts.services import links, sessions
from accounts.services.joining import UNCONFIRMED_FOR
from core import limits
from core.clock import utcnow
from core.db import db
from core.limits import Limit
from core.outbox import announce
from core.permissions import Actor

WRONG_FOR_ACCOUNT = Limit(name="wrong-password-account", amount=20, seconds=900)
"""Shared by every door that asks for this account's password. Sessions that live already are not touched."""

WRONG_FROM_ADDRESS = Limit(name="wrong-password-address", amount=60, seconds=900)
"""Three people of one office may forget theirs at once; a machine that tries names one by one may not go on."""

MAILS_TO_ADDRESS = Limit(name="mails-to", amount=5, seconds=3600)
MAILS_FROM_ADDRESS = Limit(name="mails-from", amount=60, seconds=3600)


@dataclass(frozen=True, kw_only=True)
class Proof:
    """Somebody knew a person's password. ``new_hash`` is given where the stored one is outdated."""

    user_id: int
    locale: str
    new_hash: str | None


def _try_password(key: object, password: str, stored: str | None, ip: str) -> bool:
    """Check a password and count the try before it is known to be wrong, so that many at once count too."""
    within = limits.is_open(WRONG_FROM_ADDRESS, ip) and limits.count(WRONG_FOR_ACCOUNT, key)
    if not within:
        raise TooManyTries(minutes=WRONG_FOR_ACCOUNT.minutes)
    right = passwords.is_right(password[: passwords.LENGTH_MAX + 1], stored)
    if right:
        limits.forget(WRONG_FOR_ACCOUNT, key)
    else:
        limits.count(WRONG_FROM_ADDRESS, ip)
    return right


def prove(name: str, password: str, ip: str) -> Proof:
    """Return whose user name (or address) and password these are.

    Raises:
        SignInRefused: name or password is wrong; the same words and the same time for both.
        TooManyTries: too many were wrong lately, for this account or from this address.
        AccountWaiting, AccountSuspended: they are right, but the person may not sign in.
    """
    user = queries.find_by_login(name)
    key = user.id if user else names.key_of(name[: names.EMAIL_MAX])
    if not _try_password(key, password, user.password_hash if user else None, ip) or user is None:
        raise SignInRefused
    if user.state is UserState.PENDING:
        raise AccountWaiting
    if user.state is UserState.SUSPENDED:
        raise AccountSuspended
    stored = user.password_hash or ""
    outdated = passwords.hash_password(password) if passwords.is_outdated(stored) else None
    return Proof(user_id=user.id, locale=user.locale, new_hash=outdated)


def check_password(actor: Actor, password: str, ip: str) -> None:
    """Ask a signed-in person for the password again.

    Raises:
        PasswordWrong: it is another.
        TooManyTries: too many were wrong lately.
    """
    user = queries.get_user(actor.id or 0)
    if not _try_password(user.id, password, user.password_hash, ip):
        raise PasswordWrong


def renew_hash(proof: Proof) -> None:
    """Store the hash that today's settings gave, where the old one was outdated."""
    if proof.new_hash:
        queries.get_user(proof.user_id, locked=True).password_hash = proof.new_hash


def count_mail(email: str, ip: str) -> bool:
    """Count one mail that a stranger asks for, and tell whether the address may still get it.

    Raises:
        TooManyMails: the client asked too often; whether an address exists plays no part.
    """
    if not limits.count(MAILS_FROM_ADDRESS, ip):
        raise TooManyMails
    return limits.count(MAILS_TO_ADDRESS, names.key_of(email))


def ask_reset(name: str) -> None:
    """Have a link for a new password sent to the owner of a user name or address, if there is one who may use it.

    An address that waits to be confirmed gets the confirming mail again instead: it has no password to forget yet.
    """
    user = queries.find_by_login(name)
    wish = queries.find_unconfirmed(name, since=utcnow() - UNCONFIRMED_FOR)
    if user is None and wish is not None:
        announce(SignUpReceived(sign_up_id=wish.id))
        return
    able = user is not None and user.email and user.state in (UserState.ACTIVE, UserState.PENDING)
    announce(PasswordResetAsked(user_id=user.id if user and able else 0))


def person_of_reset(token: str) -> User:
    """Return whose password a link may set.

    Raises:
        LinkUnusable: it was used, replaced, or is too old.
    """
    link = links.look_up(token, LinkPurpose.RESET_PASSWORD)
    return queries.get_user(link.subject_id)


def reset_password(token: str, new_hash: str) -> None:
    """Set a new password by a mailed link; ends all sessions and all other links of the person.

    Raises:
        LinkUnusable: it was used, replaced, or is too old.
    """
    link = links.redeem(token, LinkPurpose.RESET_PASSWORD)
    user = queries.get_user(link.subject_id, locked=True)
    if user.state not in (UserState.ACTIVE, UserState.PENDING):
        raise LinkUnusable
    _set_password(user, new_hash)
    limits.forget(WRONG_FOR_ACCOUNT, user.id)


def change_password(actor: Actor, new_hash: str) -> None:
    """Set a new password for oneself; ends all other sessions. The old one was asked for with ``check_password``."""
    user = queries.get_user(actor.id or 0, locked=True)
    _set_password(user, new_hash, keep_session=actor.session_id)


def _set_password(user: User, new_hash: str, keep_session: int | None = None) -> None:
    user.password_hash = new_hash
    sessions.end_sessions(user.id, besides=keep_session)
    links.withdraw_all_of(user.id)
    db.session.flush()
    announce(PasswordChanged(user_id=user.id))


def ask_email_change(actor: Actor, email: str) -> None:
    """Have a confirming link sent to a new address. The answer does not tell whether somebody has it already."""
    user = queries.get_user(actor.id or 0, locked=True)
    user.new_email = names.email(email)
    links.withdraw(LinkPurpose.CONFIRM_EMAIL, user.id)
    db.session.flush()
    announce(EmailChangeAsked(user_id=user.id))


def confirm_email(token: str) -> None:
    """Take a new address over; the old one is told and other links to it work no longer.

    Raises:
        LinkUnusable: the link was used or is too old, or the address has gone to somebody else.
    """
    link = links.redeem(token, LinkPurpose.CONFIRM_EMAIL)
    user = queries.get_user(link.subject_id, locked=True)
    if user.state is not UserState.ACTIVE or not user.new_email or queries.find_by_email(user.new_email):
        raise LinkUnusable
    old, user.email, user.new_email = user.email, user.new_email, None
    links.withdraw_all_of(user.id)
    db.session.flush()
    announce(EmailChanged(user_id=user.id, old_email=old or ""))
