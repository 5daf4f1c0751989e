"""Reads who takes a lesson that a teacher confirms by hand."""

from enum import StrEnum
from typing import Any

from sqlalchemy import and_, select

from accounts.models import User, UserState
from core.pages import Page, page_of
from study.models import Enrolment, Lesson, LessonProgress

LEARNERS = 50


class Shown(StrEnum):
    """Whom the list holds."""

    ALL = "all"
    WAITING = "waiting"
    DONE = "done"


def page_of_learners(lesson: Lesson, cursor: str | None, shown: Shown = Shown.ALL) -> Page[Any]:
    """Return those who take the course of a lesson, with how far each is in it, by name."""
    own = and_(LessonProgress.user_id == User.id, LessonProgress.lesson_id == lesson.id)
    statement = (
        select(User.id, User.username, User.display_name, LessonProgress.completed_at, LessonProgress.reason)
        .join(Enrolment, Enrolment.user_id == User.id)
        .outerjoin(LessonProgress, own)
        .where(
            Enrolment.course_id == lesson.module.course_id,
            Enrolment.left_at.is_(None),
            User.state == UserState.ACTIVE,
        )
    )
    if shown is not Shown.ALL:
        confirmed = LessonProgress.completed_at.is_not(None)
        statement = statement.where(confirmed if shown is Shown.DONE else ~confirmed)
    return page_of(statement, order=[User.username, User.id], cursor=cursor, limit=LEARNERS, descending=False)
