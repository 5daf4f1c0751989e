"""Work that members hand in: what is asked, each time it was handed in, and its files."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import User
from core.db import Base, Timestamped
from core.files import File
from study.enums import WorkState
from study.models.lessons import Lesson

BODY_MAX = 50_000
COMMENT_MAX = 10_000
PASS_PERCENT = 60


class WorkBrief(Base):
    """What an author asks for; the words are those of the lesson."""

    __tablename__ = "study_work_briefs"

    lesson_id: Mapped[int] = mapped_column(ForeignKey("study_lessons.id", ondelete="CASCADE"), primary_key=True)
    due_at: Mapped[datetime | None]
    """The first moment that is late."""
    rubric: Mapped[list[Any]] = mapped_column(default=list)
    """``[points, title]`` each; without any the whole is marked."""
    pass_percent: Mapped[int] = mapped_column(default=PASS_PERCENT)
    may_repeat: Mapped[bool] = mapped_column(default=True)
    """Whether what was not passed may be handed in again."""


class Work(Timestamped, Base):
    """What one member hands in, once; handed in again it is another row."""

    __tablename__ = "study_works"
    __table_args__ = (
        UniqueConstraint("lesson_id", "user_id", "number"),
        # Serves the list of those who mark: what waits, the oldest first.
        Index("ix_study_works_waiting", "lesson_id", "state", "handed_in_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    lesson_id: Mapped[int] = mapped_column(ForeignKey("study_lessons.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    number: Mapped[int]
    state: Mapped[WorkState] = mapped_column(default=WorkState.DRAFT)
    body: Mapped[str] = mapped_column(Text, default="")
    handed_in_at: Mapped[datetime | None]
    is_late: Mapped[bool] = mapped_column(default=False)
    marks: Mapped[list[Any]] = mapped_column(default=list)
    """``[points, most, title]`` each, as the criteria were when it was marked."""
    comment: Mapped[str] = mapped_column(Text, default="")
    percent: Mapped[int] = mapped_column(default=0)
    passed: Mapped[bool] = mapped_column(default=False)
    marked_at: Mapped[datetime | None]
    marked_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)

    lesson: Mapped[Lesson] = relationship(lazy="raise")
    user: Mapped[User] = relationship(lazy="raise", foreign_keys=[user_id])
    marked_by: Mapped[User | None] = relationship(lazy="raise", foreign_keys=[marked_by_id])
    files: Mapped[list["WorkFile"]] = relationship(lazy="raise", order_by="WorkFile.id", passive_deletes=True)

    @property
    def stamp(self) -> str:
        """What is another whenever it is handed in or marked again: the last digits of both moments."""
        moments = (self.handed_in_at, self.marked_at)
        # Short, so that error pages do not take it for a text that somebody typed.
        return " ".join(f"{int(one.timestamp() * 1_000_000) % 2**32:x}" if one else "-" for one in moments)


class WorkFile(Base):
    """A file of a piece of work."""

    __tablename__ = "study_work_files"

    id: Mapped[int] = mapped_column(primary_key=True)
    work_id: Mapped[int] = mapped_column(ForeignKey("study_works.id", ondelete="CASCADE"), index=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("core_files.id"), index=True)

    file: Mapped[File] = relationship(lazy="raise")
