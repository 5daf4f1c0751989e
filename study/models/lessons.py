"""Modules and lessons: what a course is made of, in order."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.clock import utcnow
from core.db import Base, Timestamped
from core.faces import Faces
from core.refs import Ref
from study.enums import CompletionRule, LessonKind
from study.models.courses import Course
from study.models.materials import Material
from study.rules import FITTING, Rule, rule_in_force, usual_number

URL_MAX = 2000
MINUTES = 5
"""What a lesson takes when nobody says."""


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


def _usual_completion(context: Any) -> CompletionRule:
    return FITTING[LessonKind(context.get_current_parameters()["kind"])][0]


def _usual_number(context: Any) -> int:
    chosen = context.get_current_parameters()
    rule = chosen.get("completion") or FITTING[LessonKind(chosen["kind"])][0]
    return usual_number(CompletionRule(rule), chosen.get("minutes") or MINUTES)


class Lesson(Timestamped, Base):
    """One sitting of a few minutes: a page, a document, a film, a quiz or a link."""

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
    minutes: Mapped[int] = mapped_column(default=MINUTES)
    position: Mapped[int] = mapped_column(default=0)
    material_id: Mapped[int | None] = mapped_column(ForeignKey("study_materials.id"), index=True)
    quiz_id: Mapped[int | None] = mapped_column(ForeignKey("study_quizzes.id", ondelete="SET NULL"), index=True)
    url: Mapped[str] = mapped_column(String(URL_MAX), default="")
    completion: Mapped[CompletionRule] = mapped_column(default=_usual_completion)
    completion_number: Mapped[int] = mapped_column(default=_usual_number)
    """Minutes at least to read, or percent at least to watch."""
    text_changed_at: Mapped[datetime] = mapped_column(default=utcnow)
    """When what it says changed last, be it the text or the document; a new name or rule changes nothing of that."""

    module: Mapped[Module] = relationship(lazy="raise")
    material: Mapped[Material | None] = relationship(lazy="raise")

    @property
    def rule(self) -> Rule:
        """Return what completes this lesson."""
        return rule_in_force(self.kind, self.quiz_id, Rule(self.completion, self.completion_number))

    @property
    def ref(self) -> Ref:
        """Return how other rooms point at this lesson."""
        return Ref("lesson", self.id)
