"""Reads what lies ahead of a member, in one query: courses asked for, work to hand in, meetings to go to."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, exists, literal, or_, select, union_all

from core.clock import utcnow
from core.db import AnySelect, db
from core.faces import Faces
from core.permissions import Actor
from study.enums import LessonKind
from study.meetings import Times
from study.models import Course, Enrolment, Gate, Lesson, LessonProgress, Meeting, Module, Seat, WorkBrief
from study.permissions import readable_courses
from study.queries.due import Due, due_of, waiting_for
from study.queries.works import has_handed_in, is_sent_back

MOST: Final = 200
SHOWN: Final = 5
"""Dates to come that a page shows."""
SHOWN_LATE: Final = 2
"""Dates gone by that a page shows before them."""
_LATE: Final = timedelta(days=30)
"""For how long work that was not handed in is still spoken of."""
_LONGEST: Final = timedelta(days=1)
"""No meeting that began longer ago still goes on."""


@dataclass(frozen=True, kw_only=True)
class HandIn:
    """Work that a member is to hand in and has not."""

    id: int
    at: datetime
    title: Faces
    course_title: Faces

    @property
    def is_overdue(self) -> bool:
        """Tell whether the day is past."""
        return self.at <= utcnow()


@dataclass(frozen=True, kw_only=True)
class Appointment:
    """A meeting that goes on or is to come, for which a member has signed up."""

    id: int
    at: datetime
    title: Faces
    course_title: Faces
    minutes: int
    place: str
    is_waiting: bool
    """Whether the member has no seat yet."""

    @property
    def is_overdue(self) -> bool:
        """Tell that nothing is asked for."""
        return False


@dataclass(kw_only=True)
class Ahead:
    """What lies ahead of a member, each list the nearest day first."""

    due: list[Due] = field(default_factory=list)
    """The courses that the member is asked to study and has not done, each once."""
    hand_ins: list[HandIn] = field(default_factory=list)
    """Lately overdue ones among them."""
    appointments: list[Appointment] = field(default_factory=list)

    @property
    def dates(self) -> list[HandIn | Appointment]:
        """The few next days of work and meetings."""
        both: list[HandIn | Appointment] = [*self.hand_ins, *self.appointments]
        merged = sorted(both, key=lambda one: (one.at, one.id))
        late = [one for one in merged if one.is_overdue]
        return late[-SHOWN_LATE:] + [one for one in merged if not one.is_overdue][:SHOWN]


def list_ahead(member: Actor) -> Ahead:
    """Return what lies ahead of a member in the courses that the member is asked to study or takes."""
    found = Ahead()
    if member.id is None:
        return found
    due: dict[str, Due] = {}
    parts = [_nearest(part) for part in (waiting_for(member), _hand_ins(member), _appointments(member))]
    for row in _in_order(db.session.execute(union_all(*parts))):
        if row.kind == "due":
            due.setdefault(row.slug, due_of(row))
        elif row.kind == "hand_in":
            found.hand_ins.append(HandIn(id=row.id, at=row.at, title=row.title, course_title=row.course_title))
        elif not Times(row.at, row.total).is_over(utcnow()):
            found.appointments.append(_appointment(row))
    found.due = list(due.values())
    return found


def _in_order(rows: Iterable[Any]) -> list[Any]:
    return sorted(rows, key=lambda row: (row.at, row.id))


def _nearest(part: AnySelect) -> AnySelect:
    # SQLite sorts and cuts a part of a union only inside a query of its own.
    held = part.limit(MOST).subquery()
    return select(held)


def _hand_ins(member: Actor) -> AnySelect:
    done = (LessonProgress.lesson_id == Lesson.id) & (LessonProgress.user_id == member.id)
    return (
        _of_lessons("hand_in", member, WorkBrief.due_at, literal(""), literal(False))
        .join(WorkBrief, WorkBrief.lesson_id == Lesson.id)
        .where(
            Lesson.kind == LessonKind.ASSIGNMENT,
            WorkBrief.due_at > utcnow() - _LATE,
            or_(~has_handed_in(member), is_sent_back(member)),
            ~exists().where(done, LessonProgress.completed_at.is_not(None)),
            ~_is_for_others(member),
        )
        .order_by(WorkBrief.due_at, Lesson.id)
    )


def _appointments(member: Actor) -> AnySelect:
    return (
        _of_lessons("appointment", member, Meeting.starts_at, Meeting.place, Seat.is_waiting)
        .join(Meeting, Meeting.lesson_id == Lesson.id)
        .join(Seat, Seat.lesson_id == Lesson.id)
        .where(
            Lesson.kind == LessonKind.MEETING,
            Seat.user_id == member.id,
            Seat.signed_up_at.is_not(None),
            Meeting.starts_at > utcnow() - _LONGEST,
        )
        .order_by(Meeting.starts_at, Lesson.id)
    )


def _of_lessons(kind: str, member: Actor, at: Any, place: Any, is_waiting: Any) -> AnySelect:
    """Select lessons of the courses that a member takes, in the columns of what is due."""
    return (
        select(
            literal(kind).label("kind"),
            Lesson.id.label("id"),
            at.label("at"),
            Lesson.title.label("title"),
            Course.slug.label("slug"),
            Course.title.label("course_title"),
            literal("").label("name"),
            place.label("words"),
            literal(0).label("done"),
            Lesson.minutes.label("total"),
            is_waiting.label("is_waiting"),
        )
        .select_from(Lesson)
        .join(Module, Module.id == Lesson.module_id)
        .join(Course, Course.id == Module.course_id)
        .join(Enrolment, Enrolment.course_id == Course.id)
        .where(Enrolment.user_id == member.id, Enrolment.left_at.is_(None), readable_courses(member))
    )


def _is_for_others(member: Actor) -> ColumnElement[bool]:
    """Tell whether a lesson or its module is for a branch to which a member does not belong."""
    return exists().where(
        or_(Gate.lesson_id == Lesson.id, Gate.module_id == Lesson.module_id),
        Gate.branch_id.is_not(None),
        Gate.branch_id.not_in(branches_of(member)),
    )


def branches_of(member: Actor) -> list[int]:
    """Return the branches to which a member belongs, those above the own among them."""
    return [int(token.removeprefix("branch:")) for token in member.tokens if token.startswith("branch:")]


def _appointment(row: Any) -> Appointment:
    return Appointment(
        id=row.id,
        at=row.at,
        title=row.title,
        course_title=row.course_title,
        minutes=row.total,
        place=row.words,
        is_waiting=row.is_waiting,
    )
