"""How far the members of every branch are, counted ahead: what reports read instead of a row for every member."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base


class Counting(Base):
    """Whether the counts of a course are up to date. Written by the worker only, so nobody waits for it."""

    __tablename__ = "study_countings"

    course_id: Mapped[int] = mapped_column(ForeignKey("study_courses.id", ondelete="CASCADE"), primary_key=True)
    changed: Mapped[int] = mapped_column(default=1)
    """How often something changed that is counted."""
    counted: Mapped[int] = mapped_column(default=0)
    """``changed`` as it was when it was counted last."""
    counted_at: Mapped[datetime | None]
    recount_at: Mapped[datetime | None]
    """When the next deadline passes, which changes the counts though nobody does anything."""


class BranchCount(Base):
    """How far those are who take a course and belong to a branch or below it; each is counted once."""

    __tablename__ = "study_branch_counts"
    # Serves the writing of one course anew.
    __table_args__ = (Index(None, "course_id"),)

    branch_id: Mapped[int] = mapped_column(ForeignKey("branches.id", ondelete="CASCADE"), primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("study_courses.id", ondelete="CASCADE"), primary_key=True)
    not_begun: Mapped[int] = mapped_column(default=0)
    under_way: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    overdue: Mapped[int] = mapped_column(default=0)
    """Not done though the day is past; counted neither as not begun nor as under way."""


class BranchWeek(Base):
    """How many of a branch or below it began and finished a course in one week."""

    __tablename__ = "study_branch_weeks"
    __table_args__ = (Index(None, "course_id"),)

    branch_id: Mapped[int] = mapped_column(ForeignKey("branches.id", ondelete="CASCADE"), primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("study_courses.id", ondelete="CASCADE"), primary_key=True)
    week: Mapped[date] = mapped_column(primary_key=True)
    """Its Monday where the site is."""
    begun: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
