"""One's own notes in one's own search: nobody else's finds them."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import func, select

from core.db import AnySelect, db
from core.documents import Document
from core.permissions import user_audience
from core.text import detect_language
from study import urls
from study.models import Course, Lesson, LessonNote, Module


class NoteSource:
    """The notes of all members, each for its author alone."""

    kind = "note"

    def count(self) -> int:
        """Return how many there are."""
        return db.session.scalar(select(func.count()).select_from(LessonNote)) or 0

    def documents(self, after_id: int, limit: int) -> Sequence[Document]:
        """Return the next notes by id."""
        rows = db.session.execute(_rows().where(LessonNote.id > after_id).order_by(LessonNote.id).limit(limit))
        return [_document(*row) for row in rows]

    def get(self, ids: Iterable[int]) -> Sequence[Document]:
        """Return these notes."""
        return [_document(*row) for row in db.session.execute(_rows().where(LessonNote.id.in_(list(ids))))]


def _rows() -> AnySelect:
    return (
        select(LessonNote, Lesson.title, Course.slug, Course.title)
        .join(Lesson, Lesson.id == LessonNote.lesson_id)
        .join(Module, Module.id == Lesson.module_id)
        .join(Course, Course.id == Module.course_id)
    )


def _document(*row: Any) -> Document:
    note, title, slug, course_title = row
    text = "\n".join(part for part in (note.body, note.quote) if part)
    return Document(
        ref=note.ref,
        title=title.all(),
        text=text,
        audience=user_audience(note.user_id),
        language=detect_language(text),
        url=urls.for_note(note.lesson_id, note.mark),
        created_at=note.created_at,
        updated_at=note.updated_at,
        course=slug,
        place=course_title,
    )
