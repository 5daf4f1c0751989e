"""What happened to accounts. Handlers make the links and send the mails, so no link is ever stored."""

from dataclasses import dataclass

from core.events import Event


@dataclass(frozen=True, kw_only=True)
class SignUpReceived(Event):
    """Somebody asked for an account; the address is to be confirmed."""

    sign_up_id: int


@dataclass(frozen=True, kw_only=True)
class SignUpRepeated(Event):
    """Somebody asked for an account with the address of a person who has one; the owner is told."""

    user_id: int


@dataclass(frozen=True, kw_only=True)
class ApplicationReceived(Event):
    """A confirmed applicant waits for an officer."""

    sign_up_id: int


@dataclass(frozen=True, kw_only=True)
class ApplicationApproved(Event):
    """An officer admitted an applicant."""

    user_id: int
    branch_id: int


@dataclass(frozen=True, kw_only=True)
class ApplicationDeclined(Event):
    """An officer declined an applicant."""

    sign_up_id: int


@dataclass(frozen=True, kw_only=True)
class InvitationSent(Event):
    """An officer invited an address to a branch."""

    invitation_id: int


@dataclass(frozen=True, kw_only=True)
class PasswordResetAsked(Event):
    """Somebody asked for a new password. ``user_id`` is 0 where nobody has the address: the act costs the same."""

    user_id: int


@dataclass(frozen=True, kw_only=True)
class PasswordChanged(Event):
    """A person's password is new; they are told, in case it was not they."""

    user_id: int


@dataclass(frozen=True, kw_only=True)
class EmailChangeAsked(Event):
    """A person wants mail at another address, which is to be confirmed."""

    user_id: int


@dataclass(frozen=True, kw_only=True)
class EmailChanged(Event):
    """A person's address is new; the old one is told."""

    user_id: int
    old_email: str


@dataclass(frozen=True, kw_only=True)
class UserSuspended(Event):
    """An account was suspended; the record says why."""

    user_id: int
    record_id: int


@dataclass(frozen=True, kw_only=True)
class UserReactivated(Event):
    """A suspended account works again."""

    user_id: int


@dataclass(frozen=True, kw_only=True)
class UserRenamed(Event):
    """A person shows another name; whoever keeps a copy reads it again."""

    user_id: int


@dataclass(frozen=True, kw_only=True)
class UserErased(Event):
    """The personal data of an account is gone; whoever keeps a copy drops it."""

    user_id: int


@dataclass(frozen=True, kw_only=True)
class MembershipChanged(Event):
    """A person joined or left a branch; what goes by where people belong is looked at again."""

    user_id: int


@dataclass(frozen=True, kw_only=True)
class BranchMoved(Event):
    """A branch and all below it hang elsewhere; whoever keeps paths or audiences reads them again."""

    branch_id: int
