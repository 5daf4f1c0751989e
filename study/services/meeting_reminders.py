"""Reminds those who have a seat at a meeting, a day and an hour before it begins."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import contains_eager

from accounts.readers import readers_among
from core.clock import utcnow
from core.db import db
from core.notifications import Moment, tell
from core.upserts import upsert
from study import urls
from study.enums import CourseState, LessonKind
from study.models import Course, Enrolment, Lesson, Meeting, MeetingReminder, Module, Seat
from study.notices import MEETING_SOON
from study.permissions import reading_audience

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
MEETINGS_A_TURN: Final = 50


def remind_some() -> int:
    """Remind those who have a seat at meetings that begin soon, and return how many meetings were due.

    That it was done and the notice are one transaction. A meeting that moves has a beginning of its own again, so its
    people are reminded anew; a worker that was away sends the latest reminder only. Who signed up after a reminder
    hears of the next one.
    """
    now = utcnow()
    due = db.session.execute(
        select(Meeting, Lesson, MeetingReminder)
        .join(Lesson, Lesson.id == Meeting.lesson_id)
        .join(Lesson.module)
        .join(Module.course)
        .outerjoin(MeetingReminder, MeetingReminder.lesson_id == Meeting.lesson_id)
        .options(contains_eager(Lesson.module).contains_eager(Module.course))
        .where(
            Meeting.starts_at > now,
            Meeting.starts_at <= now + DAY,
            Lesson.kind == LessonKind.MEETING,
            Course.state == CourseState.PUBLISHED,
            _not_told(now),
        )
        .order_by(Meeting.starts_at, Meeting.lesson_id)
        .limit(MEETINGS_A_TURN)
        .with_for_update(skip_locked=True, of=Meeting)
    ).all()
    for meeting, lesson, _told in due:
        _remind(meeting, lesson, now)
    db.session.flush()
    return len(due)


def _not_told(now: datetime) -> ColumnElement[bool]:
    """A reminder is due: none was sent for this beginning, or only the one a day before and the hour has come."""
    other = or_(MeetingReminder.lesson_id.is_(None), MeetingReminder.starts_at != Meeting.starts_at)
    return or_(other, and_(Meeting.starts_at <= now + HOUR, MeetingReminder.is_last.is_(False)))


def _remind(meeting: Meeting, lesson: Lesson, now: datetime) -> None:
    starts_at = meeting.starts_at
    assert starts_at is not None  # noqa: S101 -- the query asks for meetings that begin
    is_last = starts_at <= now + HOUR
    values = {"lesson_id": lesson.id, "starts_at": starts_at, "is_last": is_last}
    db.session.execute(upsert(MeetingReminder, values, ["lesson_id"], ["starts_at", "is_last"]))
    course = lesson.module.course
    # Who signs up within the day knows; the hour before is for everybody.
    signed_up_by = now if is_last else starts_at - DAY
    people = db.session.scalars(
        select(Seat.user_id)
        .join(Enrolment, and_(Enrolment.user_id == Seat.user_id, Enrolment.course_id == course.id))
        .where(
            Seat.lesson_id == lesson.id,
            Seat.signed_up_at <= signed_up_by,
            Seat.is_waiting.is_(False),
            Seat.attended_at.is_(None),
            Enrolment.left_at.is_(None),
        )
    ).all()
    tell(
        readers_among(people, reading_audience(course)) if people else (),
        MEETING_SOON.code,
        subject=lesson.ref,
        url=f"{urls.for_lesson(lesson.id)}#meeting",
        key=f"{MEETING_SOON.code}:{lesson.id}:{starts_at.isoformat()}:{'hour' if is_last else 'day'}",
        title=lesson.title,
        begins=Moment(starts_at),
        place=meeting.place,
    )
