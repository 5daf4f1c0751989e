"""New and changed lessons of the courses a member takes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select

from core.db import db
from core.news import News
from core.permissions import Actor
from study import urls
from study.models import Course, Enrolment, Lesson, LessonProgress, Module
from study.permissions import readable_courses


def list_lesson_news(actor: Actor, since: datetime, limit: int) -> list[Any]:
    """Return the lessons that came after a member took the course or have changed since they were opened last.

    id, title, course, updated_at and seen_at, which is None for a lesson that was never opened. What was there when
    the member began is no news, opened or not.
    """
    seen_at = func.coalesce(LessonProgress.opened_at, LessonProgress.completed_at)
    statement = (
        select(Lesson.id, Lesson.title, Course.title.label("course"), Lesson.updated_at, seen_at.label("seen_at"))
        .join(Module, Module.id == Lesson.module_id)
        .join(Course, Course.id == Module.course_id)
        .join(Enrolment, Enrolment.course_id == Course.id)
        .outerjoin(LessonProgress, and_(LessonProgress.lesson_id == Lesson.id, LessonProgress.user_id == actor.id))
        .where(
            Enrolment.user_id == actor.id,
            Enrolment.left_at.is_(None),
            readable_courses(actor),
            Lesson.updated_at > since,
            or_(Lesson.updated_at > seen_at, and_(seen_at.is_(None), Lesson.created_at > Enrolment.enrolled_at)),
        )
        .order_by(Lesson.updated_at.desc(), Lesson.id.desc())
        .limit(limit)
    )
    return list(db.session.execute(statement))


class LessonNews:
    """New and changed lessons, for the page that lists what is new to a member."""

    def news(self, actor: Actor, since: datetime, limit: int) -> Sequence[News]:
        """Return the lessons that are new or have changed since a moment, the latest first."""
        return [
            News(row.title, urls.for_lesson(row.id), row.course, row.updated_at, is_new=row.seen_at is None)
            for row in list_lesson_news(actor, since, limit)
        ]
