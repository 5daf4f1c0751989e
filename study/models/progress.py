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
    __table_args__ = (
        # Serves the rebuilding of one member's lesson, in the order of what happened.
        Index(None, "user_id", "lesson_id", "at", "id"),
        # Serves a member's own weeks and hours.
        Index(None, "user_id", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    lesson_id: Mapped[int] = mapped_column(ForeignKey("study_lessons.id", ondelete="CASCADE"), index=True)
    kind: Mapped[ProgressKind]
    at: Mapped[datetime] = mapped_column(default=utcnow)
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)


class Sitting(Base):
    """The time a member last spent on a lesson without a break, as far as it was counted: what bounds the next count.

    Rows of yesterday mean nothing and are swept.
    """

    __tablename__ = "study_sittings"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    lesson_id: Mapped[int] = mapped_column(
        ForeignKey("study_lessons.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    seen_at: Mapped[datetime] = mapped_column(index=True)
    """Up to which moment time was counted."""
    seconds: Mapped[int] = mapped_column(default=0)
    """Counted since the sitting began."""


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


class CourseProgress(Base):
    """How far a member is with a course; derived from the lessons begun in it, can be rebuilt.

    A member who has begun no lesson has no row.
    """

    __tablename__ = "study_course_progress"
    # Serves reports, and the adding up of one course for all who take it.
    __table_args__ = (Index(None, "course_id", "user_id"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("study_courses.id", ondelete="CASCADE"), primary_key=True)
    state: Mapped[LearningState]
    done: Mapped[int]
    """Lessons done, of ``total``."""
    total: Mapped[int]
    begun_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    """When any of its lessons was opened last."""
    completed_at: Mapped[datetime | None]
    """When the last lesson was done; only while the course is."""
