"""Notices and how people want to get them."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import utcnow
from core.db import Base
from core.refs import Ref
from notify.enums import MailCopies


class Notification(Base):
    """One line of one person's inbox. The words come from the kind, in the reader's language, when it is shown."""

    __tablename__ = "notify_notifications"
    __table_args__ = (
        # The same event delivered twice makes one notice.
        UniqueConstraint("user_id", "key"),
        # Serves the inbox, newest first.
        Index(None, "user_id", "id"),
        # Serves "unread only" and the count of what is unread.
        Index(
            "ix_notify_notifications_unread",
            "user_id",
            "id",
            sqlite_where=text("read_at IS NULL"),
            postgresql_where=text("read_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    kind: Mapped[str] = mapped_column(String(60))
    subject_kind: Mapped[str] = mapped_column(String(32))
    subject_id: Mapped[int]
    url: Mapped[str] = mapped_column(String(500))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    params: Mapped[dict[str, Any]]
    key: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    read_at: Mapped[datetime | None]
    mailed_at: Mapped[datetime | None]

    @property
    def subject(self) -> Ref:
        """What the notice is about."""
        return Ref(self.subject_kind, self.subject_id)


class Preference(Base):
    """How one person wants to be told; no row means the defaults."""

    __tablename__ = "notify_preferences"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    mail: Mapped[MailCopies] = mapped_column(default=MailCopies.NONE)
