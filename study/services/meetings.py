"""Writes meetings: seats, the waiting list, and who was there."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from accounts.queries.people import find_by_login
from core.clock import utcnow
from core.db import db
from core.notifications import tell
from core.permissions import Actor
from core.upserts import upsert
from study import urls
from study.enums import LessonKind, ProgressKind
from study.errors import CodeClosed, CodeWrong, MeetingOver, NobodyInCourse, NotEnrolled
from study.meetings import new_code, read_code
from study.models import Lesson, Meeting, Seat
from study.notices import MEETING_MOVED, SEAT_FREE
from study.permissions import StudyPermission, require_in_course
from study.queries.meetings import count_seats, get_meeting, times_of
from study.services.progress import is_enrolled, record


@dataclass(frozen=True, kw_only=True)
class MeetingContent:
    """What an author decides about a meeting."""

    starts_at: datetime | None = None
    place: str = ""
    link: str = ""
    seats: int = 0


def set_meeting(lesson: Lesson, content: MeetingContent | None) -> None:
    """Keep when and where; those who signed up hear of a change, and new seats go to those who wait."""
    if lesson.kind is not LessonKind.MEETING or content is None:
        return
    row = get_meeting(lesson, hold=True)
    before = (row.starts_at, row.place, row.link)
    if row not in db.session:
        row.code = new_code()
        db.session.add(row)
    row.starts_at, row.place, row.link, row.seats = content.starts_at, content.place, content.link, content.seats
    db.session.flush()
    if before != (row.starts_at, row.place, row.link):
        _tell(lesson, _signed_up(lesson.id), MEETING_MOVED.code, str(utcnow().timestamp()))
    _seat_waiting(lesson, row)


def _signed_up(lesson_id: int) -> list[int]:
    wanted = select(Seat.user_id).where(Seat.lesson_id == lesson_id, Seat.signed_up_at.is_not(None))
    return list(db.session.scalars(wanted))


def _tell(lesson: Lesson, people: Collection[int], kind: str, key: str) -> None:
    url = f"{urls.for_lesson(lesson.id)}#meeting"
    tell(people, kind, subject=lesson.ref, url=url, key=f"{kind}:{lesson.id}:{key}", title=lesson.title)


def _seat_waiting(lesson: Lesson, meeting: Meeting) -> None:
    """Give free seats to those who wait, first come first served. The meeting's row is held."""
    waiting = (
        select(Seat)
        .where(Seat.lesson_id == lesson.id, Seat.is_waiting, Seat.signed_up_at.is_not(None))
        .order_by(Seat.signed_up_at, Seat.user_id)
    )
    if meeting.seats:
        waiting = waiting.limit(max(meeting.seats - count_seats(lesson.id).get(False, 0), 0))
    for seat in db.session.scalars(waiting).all():
        seat.is_waiting = False
        _tell(lesson, [seat.user_id], SEAT_FREE.code, f"{seat.user_id}:{utcnow().timestamp()}")
    db.session.flush()


def _seat(lesson_id: int, user_id: int) -> Seat:
    """Return the row of a member, made if missing."""
    key = {"lesson_id": lesson_id, "user_id": user_id}
    db.session.execute(upsert(Seat, {**key, "is_waiting": False}, conflict=["lesson_id", "user_id"]))
    wanted = select(Seat).filter_by(**key).with_for_update().execution_options(populate_existing=True)
    row: Seat = db.session.scalars(wanted).one()
    return row


def sign_up(lesson: Lesson, actor: Actor) -> Seat:
    """Give a member a seat, or a place on the waiting list when all are taken. Twice changes nothing.

    Raises:
        NotEnrolled: the member does not take the course.
        MeetingOver: it is over.
    """
    if actor.id is None or not is_enrolled(actor.id, lesson.id):
        raise NotEnrolled
    meeting = get_meeting(lesson, hold=True)
    if times_of(lesson, meeting).is_over(utcnow()):
        raise MeetingOver
    seat = _seat(lesson.id, actor.id)
    if seat.signed_up_at is None:
        taken = count_seats(lesson.id).get(False, 0)
        seat.signed_up_at, seat.is_waiting = utcnow(), bool(meeting.seats) and taken >= meeting.seats
        db.session.flush()
    return seat


def withdraw(lesson: Lesson, actor: Actor) -> None:
    """Take a member's name off the list; the seat goes to whoever waits longest.

    Raises:
        MeetingOver: it is over, and who had signed up stays known.
    """
    meeting = get_meeting(lesson, hold=True)
    if times_of(lesson, meeting).is_over(utcnow()):
        raise MeetingOver
    seat = db.session.get(Seat, (lesson.id, actor.id or 0))
    if seat is None or seat.signed_up_at is None:
        return
    if seat.attended_at is None:
        db.session.delete(seat)
    else:
        seat.signed_up_at, seat.is_waiting = None, False
    db.session.flush()
    _seat_waiting(lesson, meeting)


def attend(lesson: Lesson, actor: Actor, typed: str) -> None:
    """Note that a member is there, who says so by the code given at the meeting.

    The caller counts how often somebody tries.

    Raises:
        NotEnrolled: the member does not take the course.
        CodeClosed: the code does not count now.
        CodeWrong: it is another.
    """
    if actor.id is None or not is_enrolled(actor.id, lesson.id):
        raise NotEnrolled
    meeting = get_meeting(lesson)
    if not times_of(lesson, meeting).takes_code(utcnow()):
        raise CodeClosed
    if not meeting.code or read_code(typed) != meeting.code:
        raise CodeWrong
    _note(lesson, actor.id, attended=True, by_id=None)


def _note(lesson: Lesson, user_id: int, *, attended: bool, by_id: int | None) -> None:
    seat = _seat(lesson.id, user_id)
    if (seat.attended_at is not None) == attended:
        return
    seat.attended_at = utcnow() if attended else None
    seat.attended_by_id = by_id if attended else None
    db.session.flush()
    record(user_id, lesson, ProgressKind.ATTENDED, {} if attended else {"attended": False})


def tick(lesson: Lesson, actor: Actor, shown: Collection[int], present: Collection[int]) -> None:
    """Note who of those shown on a list was there.

    Raises:
        Denied: the actor does not lead this meeting.
    """
    require_in_course(actor, StudyPermission.GRADE, lesson.module.course)
    known = select(Seat.user_id).where(Seat.lesson_id == lesson.id, Seat.user_id.in_([*shown]))
    for user_id in sorted(db.session.scalars(known).all()):
        _note(lesson, user_id, attended=user_id in present, by_id=actor.id)


def tick_by_name(lesson: Lesson, actor: Actor, username: str) -> None:
    """Note that somebody was there who had not signed up.

    Raises:
        Denied: the actor does not lead this meeting.
        NobodyInCourse: nobody of this name takes the course.
    """
    require_in_course(actor, StudyPermission.GRADE, lesson.module.course)
    person = find_by_login(username.strip().removeprefix("@"))
    if person is None or not is_enrolled(person.id, lesson.id):
        raise NobodyInCourse(name=username)
    _note(lesson, person.id, attended=True, by_id=actor.id)


def renew_code(lesson: Lesson, actor: Actor) -> None:
    """Draw another code; the old one no longer counts.

    Raises:
        Denied: the actor does not lead this meeting.
    """
    require_in_course(actor, StudyPermission.GRADE, lesson.module.course)
    meeting = get_meeting(lesson, hold=True)
    if meeting in db.session:
        meeting.code = new_code()
        db.session.flush()
