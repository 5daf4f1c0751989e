"""Programmes: courses that are taken together, in an order."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Branch
from core.db import Base, Timestamped
from core.faces import Faces
from study.models.courses import SLUG_MAX


class Programme(Timestamped, Base):
    """An ordered set of courses with a page of its own."""

    __tablename__ = "study_programmes"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(SLUG_MAX), unique=True)
    title: Mapped[Faces]
    summary: Mapped[Faces] = mapped_column(default=Faces())
    audience: Mapped[str] = mapped_column(String(64), index=True)
    branch_id: Mapped[int] = mapped_column(ForeignKey("branches.id"), index=True)
    in_order: Mapped[bool] = mapped_column(default=False)
    """Whether a course can be taken only when the one before it is finished."""
    published_at: Mapped[datetime | None]
    """When it came into the catalogue; none while only its authors see it."""
    created_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)

    branch: Mapped[Branch] = relationship(lazy="raise")


class ProgrammeCourse(Base):
    """A course stands in a programme."""

    __tablename__ = "study_programme_courses"
    # Serves the page of a programme: its courses in order.
    __table_args__ = (Index(None, "programme_id", "position"),)

    programme_id: Mapped[int] = mapped_column(ForeignKey("study_programmes.id", ondelete="CASCADE"), primary_key=True)
    course_id: Mapped[int] = mapped_column(
        ForeignKey("study_courses.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    position: Mapped[int] = mapped_column(default=0)


class Edition(Base):
    """A course is the new edition of another: newcomers are led to it, those under way stay where they are."""

    __tablename__ = "study_editions"

    course_id: Mapped[int] = mapped_column(ForeignKey("study_courses.id", ondelete="CASCADE"), primary_key=True)
    of_course_id: Mapped[int] = mapped_column(ForeignKey("study_courses.id", ondelete="CASCADE"), unique=True)
