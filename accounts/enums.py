"""Leaf names of people and branches."""

from enum import StrEnum


class UserState(StrEnum):
    """Whether a person may sign in."""

    PENDING = "pending"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    IMPORTED = "imported"
    ERASED = "erased"


class BranchKind(StrEnum):
    """What a node of the tree is called."""

    SITE = "site"
    REGION = "region"
    BRANCH = "branch"


class SignUpMode(StrEnum):
    """How people join the site: the setting ``SIGN_UP``."""

    OPEN = "open"
    INVITATION = "invitation"
    APPROVAL = "approval"


class SignUpState(StrEnum):
    """How far somebody's wish for an account has come."""

    UNCONFIRMED = "unconfirmed"
    WAITING = "waiting"
    DONE = "done"
    DECLINED = "declined"


class LinkPurpose(StrEnum):
    """What a link sent by mail or printed by a command is for. A link for one purpose opens no other door."""

    CONFIRM_SIGN_UP = "confirm_sign_up"
    ACCEPT_INVITATION = "accept_invitation"
    RESET_PASSWORD = "reset_password"  # noqa: S105 -- the name of a purpose
    CONFIRM_EMAIL = "confirm_email"
    SET_UP_PERSON = "set_up_person"
    SET_UP_SITE = "set_up_site"


class Act(StrEnum):
    """What staff did to an account."""

    SUSPENDED = "suspended"
    REACTIVATED = "reactivated"
    GRANTED = "granted"
    REVOKED = "revoked"
    ADMITTED = "admitted"
    ENTERED = "entered"
    LINKED = "linked"
    DECLINED = "declined"
    ERASED = "erased"
