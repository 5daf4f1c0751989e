"""The progress ledger and what is derived from it."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import utcnow
from core.db import Base
from study.enums import LearningState, ProgressKind


class ProgressEvent(Base):
    """One thing a member did with a lesson. Never changed; all progress is derived from these rows."""

    __tablename__ = "study_progress_events"
    # Serves the rebuilding of one member's lesson, in the order of what happened.
    __table_args__ = (Index(None, "user_id", "lesson_id", "at", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    lesson_id: Mapped[int] = mapped_column(ForeignKey("study_lessons.id", ondelete="CASCADE"), index=True)
    kind: Mapped[ProgressKind]
    at: Mapped[datetime] = mapped_column(default=utcnow)
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)


class LessonProgress(Base):
    """How far a member is with a lesson; derived, can be rebuilt."""

    __tablename__ = "study_lesson_progress"
    # Serves "go on": the lesson a member opened last.
    __table_args__ = (Index(None, "user_id", "opened_at"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    lesson_id: Mapped[int] = mapped_column(
        ForeignKey("study_lessons.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    state: Mapped[LearningState]
    first_opened_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    """When it was opened last."""
    completed_at: Mapped[datetime | None]
    reason: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Why the state is what it is, as data: ``{"code": "quiz_passed", "percent": 80}``."""
