"""Meetings and who comes."""

from datetime import timedelta

from core.clock import utcnow
from core.db import db
from study.enums import LessonKind
from study.models import Meeting, Seat
from tests.factories.study import CourseFactory, EnrolmentFactory, LessonFactory

CODE = "135790"


def meeting_lesson(course=None, *, begins_in: float = 24, minutes: int = 60, **more):
    """Return a meeting that begins so many hours from now, of an hour."""
    lesson = LessonFactory(module__course=course or CourseFactory(), kind=LessonKind.MEETING, minutes=minutes)
    known = {"starts_at": utcnow() + timedelta(hours=begins_in), "place": "东湖活动室", "code": CODE}
    db.session.add(Meeting(lesson_id=lesson.id, **{**known, **more}))
    db.session.commit()
    return lesson


def seat(lesson, user, **more) -> Seat:
    """Return the seat of somebody who takes the course."""
    EnrolmentFactory(user=user, course=lesson.module.course)
    row = Seat(lesson_id=lesson.id, user_id=user.id, **{"signed_up_at": utcnow(), **more})
    db.session.add(row)
    db.session.commit()
    return row
