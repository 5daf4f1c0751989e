"""Reads meetings: as a member sees one, and for those who lead it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from core.clock import utcnow
from core.db import db
from core.errors import Denied, NotFound
from core.pages import Page, page_of
from core.permissions import Actor
from study.enums import LessonKind
from study.meetings import Times
from study.models import Course, Lesson, Meeting, Module, Seat
from study.permissions import StudyPermission, may_in_course, may_read_course


@dataclass(frozen=True, kw_only=True)
class Gathering:
    """What a member sees of a meeting."""

    meeting: Meeting
    times: Times
    seat: Seat | None
    taken: int
    waiting: int

    @property
    def is_signed_up(self) -> bool:
        """Tell whether the member has signed up, also if only to wait."""
        return self.seat is not None and self.seat.signed_up_at is not None

    @property
    def has_place(self) -> bool:
        """Tell whether the member comes or came, and does not merely wait."""
        return self.has_attended or (self.seat is not None and self.is_signed_up and not self.seat.is_waiting)

    @property
    def has_attended(self) -> bool:
        """Tell whether the member was there."""
        return self.seat is not None and self.seat.attended_at is not None

    @property
    def is_over(self) -> bool:
        """Tell whether it is over."""
        return self.times.is_over(utcnow())

    @property
    def takes_code(self) -> bool:
        """Tell whether the code counts now."""
        return self.times.takes_code(utcnow())

    @property
    def free(self) -> int | None:
        """How many seats are left; None where there is no limit."""
        return max(self.meeting.seats - self.taken, 0) if self.meeting.seats else None


def get_meeting(lesson: Lesson, *, hold: bool = False) -> Meeting:
    """Return the meeting of a lesson; held until commit when seats are given. What was never said is empty."""
    statement = select(Meeting).where(Meeting.lesson_id == lesson.id).execution_options(populate_existing=True)
    found = db.session.scalars(statement.with_for_update() if hold else statement).one_or_none()
    return found or Meeting(lesson_id=lesson.id, starts_at=None, place="", link="", seats=0, code="")


def times_of(lesson: Lesson, meeting: Meeting) -> Times:
    """Return from when to when a meeting is."""
    return Times(meeting.starts_at, lesson.minutes)


def find_seat(lesson_id: int, user_id: int | None) -> Seat | None:
    """Return what a member has to do with a meeting."""
    return db.session.scalars(select(Seat).where(Seat.lesson_id == lesson_id, Seat.user_id == user_id)).one_or_none()


def count_seats(lesson_id: int) -> dict[bool, int]:
    """Return how many have a seat (False) and wait for one (True)."""
    rows = db.session.execute(
        select(Seat.is_waiting, func.count())
        .where(Seat.lesson_id == lesson_id, Seat.signed_up_at.is_not(None))
        .group_by(Seat.is_waiting)
    )
    return {row[0]: row[1] for row in rows}


def count_signed_up(lesson_id: int) -> int:
    """Return how many have signed up, wait or came."""
    wanted = select(func.count()).where(
        Seat.lesson_id == lesson_id, or_(Seat.signed_up_at.is_not(None), Seat.attended_at.is_not(None))
    )
    return db.session.scalar(wanted) or 0


def get_gathering(lesson: Lesson, user_id: int | None) -> Gathering:
    """Return a meeting as a member sees it."""
    meeting, counts = get_meeting(lesson), count_seats(lesson.id)
    return Gathering(
        meeting=meeting,
        times=times_of(lesson, meeting),
        seat=find_seat(lesson.id, user_id) if user_id else None,
        taken=counts.get(False, 0),
        waiting=counts.get(True, 0),
    )


def get_led_lesson(lesson_id: int, leader: Actor) -> Lesson:
    """Return a meeting whose attendance the actor may note, with its course and branch.

    Raises:
        NotFound: there is none that the actor may see.
        Denied: the actor may see but not lead it.
    """
    lesson = db.session.scalars(
        select(Lesson)
        .options(joinedload(Lesson.module).joinedload(Module.course).joinedload(Course.branch))
        .where(Lesson.id == lesson_id, Lesson.kind == LessonKind.MEETING)
    ).one_or_none()
    if lesson is None:
        raise NotFound
    if not may_in_course(leader, StudyPermission.GRADE, lesson.module.course):
        raise Denied if may_read_course(leader, lesson.module.course) else NotFound
    return lesson


def page_of_seats(lesson_id: int, cursor: str | None) -> Page[Any]:
    """Return a page of those who signed up or came, in the order of their numbers."""
    statement = select(Seat).options(joinedload(Seat.user)).where(Seat.lesson_id == lesson_id)
    return page_of(statement, order=[Seat.user_id], cursor=cursor, limit=100, descending=False)
