"""When a module or a lesson opens."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base


class Gate(Base):
    """What must be so before a module or a lesson opens; everything named must hold."""

    __tablename__ = "study_gates"

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("study_courses.id", ondelete="CASCADE"), index=True)
    module_id: Mapped[int | None] = mapped_column(ForeignKey("study_modules.id", ondelete="CASCADE"), unique=True)
    lesson_id: Mapped[int | None] = mapped_column(ForeignKey("study_lessons.id", ondelete="CASCADE"), unique=True)
    opens_at: Mapped[datetime | None] = mapped_column(index=True)
    after_lesson_id: Mapped[int | None] = mapped_column(ForeignKey("study_lessons.id", ondelete="SET NULL"), index=True)
    quiz_lesson_id: Mapped[int | None] = mapped_column(ForeignKey("study_lessons.id", ondelete="SET NULL"), index=True)
    quiz_percent: Mapped[int] = mapped_column(default=0)
    after_course_id: Mapped[int | None] = mapped_column(ForeignKey("study_courses.id", ondelete="SET NULL"), index=True)
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("branches.id"), index=True)
    is_personal: Mapped[bool] = mapped_column(default=False)
    """Whether it opens for some readers and not for others; then search finds what lies behind it for those alone."""
    is_told: Mapped[bool] = mapped_column(default=True)
    """Whether those who keep copies know that the day has come."""
