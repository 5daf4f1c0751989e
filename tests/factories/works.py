"""Assignments and what is handed in for them."""

from core.clock import utcnow
from core.db import db
from study.enums import LessonKind, WorkState
from study.models import Work, WorkBrief
from tests.factories.study import CourseFactory, EnrolmentFactory, LessonFactory

RUBRIC = [[40, "Facts are right"], [60, "Written clearly"]]


def assignment(course=None, **brief):
    """Return a lesson that asks for work, accepted from 60 %."""
    lesson = LessonFactory(module__course=course or CourseFactory(), kind=LessonKind.ASSIGNMENT)
    db.session.add(WorkBrief(lesson_id=lesson.id, **{"rubric": RUBRIC, **brief}))
    db.session.commit()
    return lesson


def handed_in(lesson, user, **more) -> Work:
    """Return work that waits to be marked, of somebody who takes the course."""
    EnrolmentFactory(user=user, course=lesson.module.course)
    known = {"number": 1, "state": WorkState.HANDED_IN, "body": "My minutes.", "handed_in_at": utcnow()}
    work = Work(lesson_id=lesson.id, user_id=user.id, **{**known, **more})
    db.session.add(work)
    db.session.commit()
    return work
