"""Reads members' own notes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select

from core.db import db
from core.faces import Faces
from core.permissions import Actor
from study.models import Course, Lesson, LessonNote, Module


def list_on(lesson_id: int, reader: Actor) -> Sequence[LessonNote]:
    """Return the reader's notes on a lesson."""
    if reader.id is None:
        return []
    own = select(LessonNote).where(LessonNote.lesson_id == lesson_id, LessonNote.user_id == reader.id)
    return db.session.scalars(own.order_by(LessonNote.id)).all()


@dataclass(kw_only=True)
class NotedLesson:
    """A lesson with the reader's notes on it."""

    id: int
    title: Faces
    course_slug: str
    course_title: Faces
    notes: list[LessonNote] = field(default_factory=list)


def list_own(reader: Actor, course: str = "") -> list[NotedLesson]:
    """Return all notes of a member, of one course or of all, in the order of the courses."""
    rows = db.session.execute(
        select(LessonNote, Lesson.id, Lesson.title, Course.slug, Course.title)
        .join(Lesson, Lesson.id == LessonNote.lesson_id)
        .join(Module, Module.id == Lesson.module_id)
        .join(Course, Course.id == Module.course_id)
        .where(LessonNote.user_id == reader.id, *([Course.slug == course] if course else []))
        .order_by(Course.slug, Module.position, Module.id, Lesson.position, Lesson.id, LessonNote.id)
    )
    found: dict[int, NotedLesson] = {}
    for note, ident, title, slug, course_title in rows:
        line = NotedLesson(id=ident, title=title, course_slug=slug, course_title=course_title)
        found.setdefault(ident, line).notes.append(note)
    return list(found.values())


def count_by_course(reader: Actor) -> Sequence[Any]:
    """Return slug, title and number of notes of the courses a member has notes in."""
    return db.session.execute(
        select(Course.slug, Course.title, func.count().label("notes"))
        .join(Module, Module.course_id == Course.id)
        .join(Lesson, Lesson.module_id == Module.id)
        .join(LessonNote, LessonNote.lesson_id == Lesson.id)
        .where(LessonNote.user_id == reader.id)
        .group_by(Course.id)
        .order_by(Course.slug)
    ).all()
