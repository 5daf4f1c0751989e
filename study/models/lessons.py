"""Modules and lessons: what a course is made of, in order."""

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base, Timestamped
from core.faces import Faces
from core.refs import Ref
from study.enums import LessonKind
from study.models.courses import Course
from study.models.materials import Material

URL_MAX = 2000


class Module(Timestamped, Base):
    """A part of a course; holds lessons."""

    __tablename__ = "study_modules"
    # Serves the course page: the modules of one course in order.
    __table_args__ = (Index(None, "course_id", "position", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("study_courses.id", ondelete="CASCADE"))
    title: Mapped[Faces]
    position: Mapped[int] = mapped_column(default=0)

    course: Mapped[Course] = relationship(lazy="raise")


class Lesson(Timestamped, Base):
    """One sitting of a few minutes: a page, a document, a quiz or a link."""

    __tablename__ = "study_lessons"
    # Serves the course page: the lessons of one module in order.
    __table_args__ = (Index(None, "module_id", "position", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    module_id: Mapped[int] = mapped_column(ForeignKey("study_modules.id", ondelete="CASCADE"))
    kind: Mapped[LessonKind]
    title: Mapped[Faces]
    body: Mapped[Faces] = mapped_column(default=Faces())
    html: Mapped[Faces] = mapped_column(default=Faces())
    render_version: Mapped[int] = mapped_column(default=0)
    minutes: Mapped[int] = mapped_column(default=5)
    position: Mapped[int] = mapped_column(default=0)
    material_id: Mapped[int | None] = mapped_column(ForeignKey("study_materials.id"), index=True)
    quiz_id: Mapped[int | None] = mapped_column(ForeignKey("study_quizzes.id", ondelete="SET NULL"), index=True)
    url: Mapped[str] = mapped_column(String(URL_MAX), default="")

    module: Mapped[Module] = relationship(lazy="raise")
    material: Mapped[Material | None] = relationship(lazy="raise")

    @property
    def ref(self) -> Ref:
        """Return how other rooms point at this lesson."""
        return Ref("lesson", self.id)
