"""What members have begun to write."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Timestamped

PLACE_MAX = 80


class SavedDraft(Timestamped, Base):
    """A text that is not published: for one place of one member, such as ``thread:12``, ``post:45`` or ``board:3``."""

    __tablename__ = "forum_drafts"
    __table_args__ = (UniqueConstraint("user_id", "place"), Index(None, "publish_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    place: Mapped[str] = mapped_column(String(PLACE_MAX))
    content: Mapped[dict[str, Any]]
    """The fields of the form, by name."""
    publish_at: Mapped[datetime | None]
    """When the clock publishes it; None: the member does."""
    problem: Mapped[str] = mapped_column(String(300), default="")
    """Why it could not be published, for its author."""
