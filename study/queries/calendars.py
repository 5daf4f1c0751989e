"""Reads what stands in a member's calendar: what is due, and what opens."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, func, or_, select

from accounts.actors import actor_for, token_hash
from core.clock import utcnow
from core.db import db
from core.errors import NotFound
from core.faces import Faces
from core.permissions import Actor
from study.enums import LessonKind, WorkState
from study.models import CalendarToken, Course, Enrolment, Gate, Lesson, Meeting, Module, Seat, Work, WorkBrief
from study.permissions import readable_courses

OPENINGS = 200


def find_token(user_id: int) -> CalendarToken | None:
    """Return whether and when a member was given the address of a calendar."""
    return db.session.get(CalendarToken, user_id)


def get_calendar_reader(token: str) -> Actor:
    """Return whose calendar a secret address opens.

    Raises:
        NotFound: nobody's, or that of somebody who may not sign in any more.
    """
    found = db.session.scalar(select(CalendarToken.user_id).where(CalendarToken.token_hash == token_hash(token)))
    actor = None if found is None else actor_for(found)
    if actor is None:
        raise NotFound
    return actor


@dataclass(frozen=True, kw_only=True)
class Opening:
    """A module or lesson that opens on a day, or work that is due on one."""

    id: int
    at: datetime
    title: Faces
    course_slug: str
    course_title: Faces


@dataclass(frozen=True, kw_only=True)
class Appointment:
    """A meeting."""

    id: int
    at: datetime
    title: Faces
    minutes: int
    place: str


def list_openings(member: Actor) -> Sequence[Opening]:
    """Return what opens from now on in the courses a member takes, the next first."""
    rows: Sequence[Any] = db.session.execute(
        select(
            Gate.id,
            Gate.opens_at,
            func.coalesce(Lesson.title, Module.title, type_=Course.title.type).label("title"),
            Course.slug,
            Course.title.label("course_title"),
        )
        .join(Course, Course.id == Gate.course_id)
        .join(Enrolment, Enrolment.course_id == Course.id)
        .outerjoin(Module, Module.id == Gate.module_id)
        .outerjoin(Lesson, Lesson.id == Gate.lesson_id)
        .where(
            Enrolment.user_id == member.id,
            Enrolment.left_at.is_(None),
            Gate.opens_at > utcnow(),
            or_(Gate.branch_id.is_(None), Gate.branch_id.in_(_branches(member))),
            readable_courses(member),
        )
        .order_by(Gate.opens_at, Gate.id)
        .limit(OPENINGS)
    ).all()
    return [
        Opening(id=row.id, at=row.opens_at, title=row.title, course_slug=row.slug, course_title=row.course_title)
        for row in rows
    ]


def list_hand_ins(member: Actor) -> Sequence[Opening]:
    """Return what is to be handed in from now on in the courses a member takes and has not been, the next first."""
    mine = (Work.lesson_id == Lesson.id) & (Work.user_id == member.id) & (Work.state != WorkState.DRAFT)
    rows = db.session.execute(
        select(Lesson.id, WorkBrief.due_at, Lesson.title, Course.slug, Course.title.label("course_title"))
        .join(WorkBrief, WorkBrief.lesson_id == Lesson.id)
        .join(Module, Module.id == Lesson.module_id)
        .join(Course, Course.id == Module.course_id)
        .join(Enrolment, Enrolment.course_id == Course.id)
        .where(
            Lesson.kind == LessonKind.ASSIGNMENT,
            Enrolment.user_id == member.id,
            Enrolment.left_at.is_(None),
            WorkBrief.due_at > utcnow(),
            ~exists().where(mine),
            readable_courses(member),
        )
        .order_by(WorkBrief.due_at, Lesson.id)
        .limit(OPENINGS)
    )
    return [
        Opening(id=row.id, at=row.due_at, title=row.title, course_slug=row.slug, course_title=row.course_title)
        for row in rows
        if row.due_at is not None
    ]


def list_appointments(member: Actor) -> Sequence[Appointment]:
    """Return the meetings to come at which a member has a seat, the next first."""
    rows = db.session.execute(
        select(Lesson.id, Meeting.starts_at.label("at"), Lesson.title, Lesson.minutes, Meeting.place)
        .join(Meeting, Meeting.lesson_id == Lesson.id)
        .join(Seat, Seat.lesson_id == Lesson.id)
        .join(Module, Module.id == Lesson.module_id)
        .join(Course, Course.id == Module.course_id)
        .join(Enrolment, Enrolment.course_id == Course.id)
        .where(
            Seat.user_id == member.id,
            Seat.signed_up_at.is_not(None),
            ~Seat.is_waiting,
            Meeting.starts_at > utcnow(),
            Enrolment.user_id == member.id,
            Enrolment.left_at.is_(None),
            readable_courses(member),
        )
        .order_by(Meeting.starts_at, Lesson.id)
        .limit(OPENINGS)
    )
    return [Appointment(**row._mapping) for row in rows]


def _branches(member: Actor) -> list[int]:
    return [int(token.removeprefix("branch:")) for token in member.tokens if token.startswith("branch:")]
