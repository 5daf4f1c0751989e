"""Courses and the categories they are listed under."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Branch
from core.db import Base, Timestamped
from core.faces import Faces
from core.refs import Ref
from study.enums import CourseState, Level

SLUG_MAX = 80


class Category(Base):
    """A heading of the catalogue."""

    __tablename__ = "study_categories"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(SLUG_MAX), unique=True)
    name: Mapped[Faces]


class Course(Timestamped, Base):
    """A course: its front page, who may read it and which branch answers for it."""

    __tablename__ = "study_courses"
    # Serves the catalogue: what is published and may be read.
    __table_args__ = (Index(None, "state", "audience"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(SLUG_MAX), unique=True)
    title: Mapped[Faces]
    summary: Mapped[Faces] = mapped_column(default=Faces())
    body: Mapped[Faces] = mapped_column(default=Faces())
    html: Mapped[Faces] = mapped_column(default=Faces())
    outcomes: Mapped[Faces] = mapped_column(default=Faces())
    """What one can do afterwards, a line each."""
    level: Mapped[Level | None]
    state: Mapped[CourseState] = mapped_column(default=CourseState.DRAFT)
    audience: Mapped[str] = mapped_column(String(64))
    branch_id: Mapped[int] = mapped_column(ForeignKey("branches.id"), index=True)
    category_id: Mapped[int | None] = mapped_column(ForeignKey("study_categories.id"), index=True)
    in_order: Mapped[bool] = mapped_column(default=False)
    """Whether a lesson opens only when the one before it is complete."""
    published_at: Mapped[datetime | None]
    created_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)

    branch: Mapped[Branch] = relationship(lazy="raise")
    category: Mapped[Category | None] = relationship(lazy="raise")

    @property
    def ref(self) -> Ref:
        """Return how other rooms point at this course."""
        return Ref("course", self.id)

    @property
    def is_published(self) -> bool:
        """Tell whether readers may see it at all."""
        return self.state is CourseState.PUBLISHED
