"""Courses as things that threads hang on."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from core.db import AnySelect, db
from core.permissions import Actor
from core.subjects import DiscussionSubject, Subject, Telling
from study import urls
from study.models import Course
from study.permissions import may_read_course, reading_audience
from study.subjects.words import PARTED, course_columns, course_told, parted, subject_of


class CourseSubject(DiscussionSubject):
    """Courses as things that threads hang on."""

    kind = "course"

    def telling(self) -> Telling:
        """Return itself: words tell of a course."""
        return self

    def find(self, subject_id: int, actor: Actor) -> Subject | None:
        """Return the course if the reader may see it."""
        return self.named([subject_id], actor).get(subject_id)

    def wording(self, subject_id: Any, sought: Any = None) -> AnySelect:
        """Return a statement for the words of a course, which has no passages."""
        return select(parted(course_columns())).where(Course.id == subject_id)

    def told(self, words: str, actor: Actor, mark: str = "") -> Subject | None:
        """Return the course if the reader may see it."""
        course = course_told(words.split(PARTED))
        if not may_read_course(actor, course):
            return None
        return subject_of(self.kind, course.id, course.title.pick(), urls.for_course(course.slug), course)

    def named(self, ids: Iterable[int], actor: Actor) -> dict[int, Subject]:
        """Return those of the courses that the reader may see."""
        return {
            course.id: subject_of(self.kind, course.id, course.title.pick(), urls.for_course(course.slug), course)
            for course in self._rows(ids)
            if may_read_course(actor, course)
        }

    def audiences(self, ids: Iterable[int]) -> dict[int, str]:
        """Return who may see each of these courses now."""
        return {course.id: reading_audience(course) for course in self._rows(ids)}

    def _rows(self, ids: Iterable[int]) -> Iterable[Course]:
        return db.session.scalars(select(Course).where(Course.id.in_(list(ids))))
