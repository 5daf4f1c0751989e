"""Reads whose calendar an address opens, and what opens in their courses."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select

from accounts.actors import actor_for, token_hash
from core.clock import utcnow
from core.db import db
from core.errors import NotFound
from core.faces import Faces
from core.permissions import Actor
from study.models import CalendarToken, Course, Enrolment, Gate, Lesson, Module
from study.permissions import readable_courses
from study.queries.ahead import branches_of

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
    """A module or lesson that opens on a day."""

    id: int
    at: datetime
    title: Faces
    course_slug: str
    course_title: Faces


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
            or_(Gate.branch_id.is_(None), Gate.branch_id.in_(branches_of(member))),
            readable_courses(member),
        )
        .order_by(Gate.opens_at, Gate.id)
        .limit(OPENINGS)
    ).all()
    return [
        Opening(id=row.id, at=row.opens_at, title=row.title, course_slug=row.slug, course_title=row.course_title)
        for row in rows
    ]
