"""Tables of people and branches."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Identity, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from accounts.enums import Act, BranchKind, LinkPurpose, SignUpState, UserState
from accounts.names import key_of
from core.clock import utcnow
from core.db import Base, Timestamped
from core.faces import Faces
from core.permissions import Role
from core.refs import Ref

__all__ = [
    "AccountRecord",
    "Branch",
    "BranchKind",
    "Grant",
    "Invitation",
    "Link",
    "Membership",
    "Session",
    "SignUp",
    "User",
    "UserState",
]

USERNAME_MAX = 32
NAME_MAX = 80
ABOUT_MAX = 500
SLUG_MAX = 60
REASON_MAX = 1000
AGENT_MAX = 200


def _username_key(context: Any) -> str:
    return key_of(context.get_current_parameters()["username"])


def _email_key(context: Any) -> str | None:
    email = context.get_current_parameters().get("email")
    return key_of(email) if email else None


class Branch(Timestamped, Base):
    """A node of the one tree. ``path`` holds the ids from the root down, ``/1/4/``, so a subtree is a prefix."""

    __tablename__ = "branches"

    # The root is stored with its fixed id 1 (``core.permissions.ROOT``), so PostgreSQL counts from 2.
    id: Mapped[int] = mapped_column(Identity(start=2), primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("branches.id"), index=True)
    path: Mapped[str] = mapped_column(String(500), unique=True)
    slug: Mapped[str] = mapped_column(String(SLUG_MAX), unique=True)
    name: Mapped[Faces]
    kind: Mapped[BranchKind] = mapped_column(default=BranchKind.BRANCH)
    position: Mapped[int] = mapped_column(default=0)


class User(Timestamped, Base):
    """One person. Imported authors have no password; erased ones no personal data.

    Names and addresses are kept as written; the keys beside them say when two are the same.
    """

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(USERNAME_MAX), unique=True)
    username_key: Mapped[str] = mapped_column(String(USERNAME_MAX * 3), unique=True, default=_username_key)
    display_name: Mapped[str] = mapped_column(String(NAME_MAX), index=True)
    email: Mapped[str | None] = mapped_column(String(254))
    email_key: Mapped[str | None] = mapped_column(String(254 * 2), unique=True, default=_email_key)
    new_email: Mapped[str | None] = mapped_column(String(254))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    state: Mapped[UserState] = mapped_column(default=UserState.ACTIVE)
    locale: Mapped[str] = mapped_column(String(12), default="")
    time_zone: Mapped[str] = mapped_column(String(40), default="")
    unread_count: Mapped[int] = mapped_column(default=0)
    about: Mapped[str] = mapped_column(String(ABOUT_MAX), default="")

    @validates("username")
    def _key_username(self, _name: str, value: str) -> str:
        self.username_key = key_of(value)
        return value

    @validates("email")
    def _key_email(self, _name: str, value: str | None) -> str | None:
        self.email_key = key_of(value) if value else None
        return value

    @property
    def ref(self) -> Ref:
        """Name this person to other packages."""
        return Ref("user", self.id)


class Grant(Base):
    """A role that a person holds in a branch and below it."""

    __tablename__ = "grants"
    __table_args__ = (UniqueConstraint("user_id", "role", "branch_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    role: Mapped[Role]
    branch_id: Mapped[int] = mapped_column(ForeignKey("branches.id"), index=True)
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(default=utcnow)

    branch: Mapped[Branch] = relationship(lazy="raise")
    user: Mapped[User] = relationship(lazy="raise", foreign_keys=[user_id])


class Membership(Base):
    """A person belongs to a branch."""

    __tablename__ = "memberships"
    __table_args__ = (UniqueConstraint("user_id", "branch_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    branch_id: Mapped[int] = mapped_column(ForeignKey("branches.id"), index=True)
    joined_at: Mapped[datetime] = mapped_column(default=utcnow)

    branch: Mapped[Branch] = relationship(lazy="raise")
    user: Mapped[User] = relationship(lazy="raise")


class Session(Base):
    """One signed-in browser. The cookie holds the token, the table only its hash."""

    __tablename__ = "sessions"
    __table_args__ = (Index(None, "user_id", "seen_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    seen_at: Mapped[datetime] = mapped_column(default=utcnow)
    expires_at: Mapped[datetime]
    user_agent: Mapped[str] = mapped_column(String(AGENT_MAX), default="")
    ip: Mapped[str] = mapped_column(String(45), default="")


class SignUp(Base):
    """Somebody's wish for an account. The person is made when the address is confirmed.

    So a name is not taken by somebody who never confirms, and asking with a known address looks like any other.
    """

    __tablename__ = "sign_ups"
    # Serves the officers' list: who waits, oldest first.
    __table_args__ = (Index(None, "state", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[SignUpState] = mapped_column(default=SignUpState.UNCONFIRMED)
    username: Mapped[str] = mapped_column(String(USERNAME_MAX))
    display_name: Mapped[str] = mapped_column(String(NAME_MAX))
    email: Mapped[str] = mapped_column(String(254))
    password_hash: Mapped[str] = mapped_column(String(200))
    locale: Mapped[str] = mapped_column(String(12), default="")
    branch_id: Mapped[int] = mapped_column(ForeignKey("branches.id"), index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    reason: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(default=utcnow, index=True)
    confirmed_at: Mapped[datetime | None]

    branch: Mapped[Branch] = relationship(lazy="raise")


class Invitation(Base):
    """An officer asks an address to join a branch."""

    __tablename__ = "invitations"

    id: Mapped[int] = mapped_column(primary_key=True)
    branch_id: Mapped[int] = mapped_column(ForeignKey("branches.id"), index=True)
    email: Mapped[str] = mapped_column(String(254))
    locale: Mapped[str] = mapped_column(String(12), default="")
    invited_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    expires_at: Mapped[datetime]
    accepted_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    accepted_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]

    branch: Mapped[Branch] = relationship(lazy="raise")
    invited_by: Mapped[User] = relationship(lazy="raise", foreign_keys=[invited_by_id])


class Link(Base):
    """The secret part of a link that opens one door once. Only its hash is kept; a newer link ends the older."""

    __tablename__ = "account_links"
    __table_args__ = (Index(None, "purpose", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[LinkPurpose]
    subject_id: Mapped[int]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    expires_at: Mapped[datetime]


class AccountRecord(Base):
    """What staff did to an account, and why. Rows are only ever added."""

    __tablename__ = "account_records"

    id: Mapped[int] = mapped_column(primary_key=True)
    act: Mapped[Act]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("branches.id"), index=True)
    role: Mapped[Role | None]
    reason: Mapped[str] = mapped_column(String(REASON_MAX), default="")
    created_at: Mapped[datetime] = mapped_column(default=utcnow)

    user: Mapped[User] = relationship(lazy="raise", foreign_keys=[user_id])
    actor: Mapped[User | None] = relationship(lazy="raise", foreign_keys=[actor_id])
    branch: Mapped[Branch | None] = relationship(lazy="raise")
