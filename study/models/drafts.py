"""What authors have typed and not saved."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import utcnow
from core.db import Base

PLACE_MAX = 40


class AuthorDraft(Base):
    """The fields of one form as its author left them."""

    __tablename__ = "study_author_drafts"
    __table_args__ = (UniqueConstraint("user_id", "place"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    place: Mapped[str] = mapped_column(String(PLACE_MAX))
    """Which form: ``lesson:12``, ``course:5``, or ``module:3`` for a new lesson of it."""
    content: Mapped[dict[str, Any]] = mapped_column(default=dict)
    updated_at: Mapped[datetime] = mapped_column(default=utcnow)
