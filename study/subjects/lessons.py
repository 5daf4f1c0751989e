"""Lessons as things that threads hang on."""

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy import Row, case, exists, literal, or_, select

from core.db import AnySelect, db
from core.passages import find_marked
from core.permissions import Actor
from core.subjects import DiscussionSubject, Subject, Telling
from study import urls
from study.enums import LessonKind
from study.models import Course, Gate, Lesson, Module
from study.passages import numbered_passages, page_passages, passages_of
from study.permissions import may_read_course, reading_audience
from study.queries.lessons import find_lock
from study.queries.readings import all_parts, list_pages_shown, parts_with
from study.release_wording import keys
from study.subjects.words import PARTED, course_columns, course_told, parted, read_faces, subject_of

_WHOLE, _PARTS = 3, 5
"""Where the words of a lesson say that it shows no document, so that nothing was left out, and where they hold one."""


class LessonSubject(DiscussionSubject):
    """Lessons as things that threads hang on."""

    kind = "lesson"

    def telling(self) -> Telling:
        """Return itself: words tell of a lesson."""
        return self

    def find(self, subject_id: int, actor: Actor) -> Subject | None:
        """Return the lesson with its passages if the reader may see it."""
        words = db.session.scalar(_of_lesson(subject_id, Lesson.html, all_parts()))
        told = words.split(PARTED) if words is not None else []
        subject = self._told(told, actor) if told else None
        if subject is None or subject.keys or told[_WHOLE] or told[_PARTS] != "[]":
            return subject
        pages = page_passages(list_pages_shown(subject_id))
        return replace(subject, passages=[*subject.passages, *pages])

    def wording(self, subject_id: Any, sought: Any = None) -> AnySelect:
        """Return a statement for the words of a lesson; of its document it takes what may hold the quotation."""
        if sought is None:
            return _of_lesson(subject_id, literal("{}"), literal("[]"))
        return _of_lesson(subject_id, Lesson.html, parts_with(sought))

    def told(self, words: str, actor: Actor, mark: str = "") -> Subject | None:
        """Return the lesson if the reader may see it, with its passages or with what opens it."""
        told = words.split(PARTED)
        subject = self._told(told, actor)
        if not mark or subject is None or subject.keys or told[_WHOLE] or find_marked(subject.passages, mark):
            return subject
        # A document that says something else today: only now all of it has to be looked at.
        return self.find(subject.ref.id, actor)

    def _told(self, told: list[str], actor: Actor) -> Subject | None:
        ident, can_lock, title, _whole, html, parts, *course_words = told
        course = course_told(course_words)
        if not may_read_course(actor, course):
            return None
        subject = subject_of(self.kind, int(ident), read_faces(title).pick(), urls.for_lesson(int(ident)), course)
        # Whoever may not open the lesson yet quotes nothing out of it. Lessons without a rule ask no further question.
        if can_lock and (locked := find_lock(int(ident), actor)):
            return replace(subject, keys=keys(locked.lock.bars, locked.outline))
        found = [*passages_of(read_faces(html)), *numbered_passages(sorted(json.loads(parts)))]
        return replace(subject, passages=found)

    def named(self, ids: Iterable[int], actor: Actor) -> dict[int, Subject]:
        """Return those of the lessons that the reader may see."""
        return {
            row.id: subject_of(self.kind, row.id, row.title.pick(), urls.for_lesson(row.id), row.Course)
            for row in self._rows(ids)
            if may_read_course(actor, row.Course)
        }

    def audiences(self, ids: Iterable[int]) -> dict[int, str]:
        """Return who may see each of these lessons now."""
        return {row.id: reading_audience(row.Course) for row in self._rows(ids)}

    def _rows(self, ids: Iterable[int]) -> Iterable[Row[Any]]:
        return db.session.execute(
            select(Lesson.id, Lesson.title, Course)
            .join(Module, Module.id == Lesson.module_id)
            .join(Course, Course.id == Module.course_id)
            .where(Lesson.id.in_(list(ids)))
        )


def _of_lesson(subject_id: Any, html: Any, parts: Any) -> AnySelect:
    gated = exists().where(or_(Gate.lesson_id == Lesson.id, Gate.module_id == Lesson.module_id))
    can_lock = case((or_(Course.in_order, gated), "1"), else_="")
    is_whole = case((Lesson.kind == LessonKind.DOCUMENT, ""), else_="1")
    return (
        select(parted([Lesson.id, can_lock, Lesson.title, is_whole, html, parts, *course_columns()]))
        .join(Module, Module.id == Lesson.module_id)
        .join(Course, Course.id == Module.course_id)
        .where(Lesson.id == subject_id)
    )
