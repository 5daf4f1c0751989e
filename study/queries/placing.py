"""Reads where quizzes and materials may stand: the modules of a course, and what stands in none yet."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from core.db import db
from core.faces import Faces
from core.text import detect_language
from study.enums import PLAYED, LessonKind
from study.models import Lesson, Material, Module, Quiz


def list_modules(course_id: int) -> Sequence[Any]:
    """Return id and title of the modules of a course, in order."""
    return db.session.execute(
        select(Module.id, Module.title).where(Module.course_id == course_id).order_by(Module.position, Module.id)
    ).all()


def is_placed(quiz_id: int) -> bool:
    """Tell whether a lesson shows the quiz."""
    return db.session.scalar(select(Lesson.id).where(Lesson.quiz_id == quiz_id).limit(1)) is not None


def wanted_lesson(course_id: int, kind: str, quiz_id: int | None, material_id: int | None) -> dict[str, Any]:
    """Return how the form of a new lesson begins when a quiz or a material of the course is to become one."""
    if kind == LessonKind.QUIZ and quiz_id:
        title = db.session.scalar(select(Quiz.title).where(Quiz.id == quiz_id, Quiz.course_id == course_id))
        if title:
            return {"kind": kind, "quiz_id": quiz_id, "title_zh": title.zh, "title_en": title.en}
    if kind in {LessonKind.DOCUMENT, *PLAYED} and material_id:
        name = db.session.scalar(
            select(Material.title).where(Material.id == material_id, Material.course_id == course_id)
        )
        if name:
            title = Faces.of(name, detect_language(name))
            field = "material_id" if kind == LessonKind.DOCUMENT else "media_id"
            return {"kind": kind, field: material_id, "title_zh": title.zh, "title_en": title.en}
    return {"kind": kind if kind in set(LessonKind) else LessonKind.PAGE.value}
