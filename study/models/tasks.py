"""Assigned study: a course that an officer asks a branch, or people of it, to study by a day."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Branch, User
from core.clock import utcnow
from core.db import Base
from core.refs import Ref
from study.enums import TaskFor
from study.models.courses import Course

NOTE_MAX = 500
_ONE_FOR_ALL = text("whom = 'everybody' AND withdrawn_at IS NULL")


class Task(Base):
    """One thing an officer asked for. It stands until it is withdrawn, also after its deadline."""

    __tablename__ = "study_tasks"
    __table_args__ = (
        # Whatever races: a branch is asked to study a course once at a time.
        Index(
            "uq_study_tasks_standing",
            "branch_id",
            "course_id",
            unique=True,
            sqlite_where=_ONE_FOR_ALL,
            postgresql_where=_ONE_FOR_ALL,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("study_courses.id", ondelete="CASCADE"), index=True)
    branch_id: Mapped[int] = mapped_column(ForeignKey("branches.id"), index=True)
    """Everybody asked belongs to it or below it; who heads it may change the task."""
    whom: Mapped[TaskFor]
    due_at: Mapped[datetime]
    """The first moment that is too late."""
    note: Mapped[str] = mapped_column(String(NOTE_MAX), default="")
    assigned_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    course: Mapped[Course] = relationship(lazy="raise")
    branch: Mapped[Branch] = relationship(lazy="raise")
    assigned_by: Mapped[User] = relationship(lazy="raise", foreign_keys=[assigned_by_id])

    @property
    def ref(self) -> Ref:
        """Name this task to other packages."""
        return Ref("task", self.id)

    @property
    def stands(self) -> bool:
        """Tell whether people are still asked."""
        return self.withdrawn_at is None


class TaskMember(Base):
    """One person who is asked, with the day that holds for them."""

    __tablename__ = "study_task_members"
    __table_args__ = (
        # Serves what is due to a member.
        Index(None, "user_id", "due_at"),
        # Serves the worker: whom to remind next.
        Index(None, "remind_at"),
    )

    task_id: Mapped[int] = mapped_column(ForeignKey("study_tasks.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    due_at: Mapped[datetime]
    is_extended: Mapped[bool] = mapped_column(default=False)
    """Whether the day is this person's own: it stays when the task gets another one."""
    remind_at: Mapped[datetime | None]
    """When the next reminder is due; None when none is left."""
    asked_at: Mapped[datetime] = mapped_column(default=utcnow)
    ended_at: Mapped[datetime | None]
    """When the person left the branch, and is asked no longer."""

    task: Mapped[Task] = relationship(lazy="raise")
