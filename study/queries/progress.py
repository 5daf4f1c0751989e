"""Reads one member's own progress: the courses taken and what was done lately."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from core.db import db
from core.permissions import Actor
from study.enums import CourseState, ProgressKind
from study.models import Course, Enrolment, Lesson, Module, ProgressEvent
from study.permissions import readable_courses
from study.queries.outlines import Outline, outlines_of

LATELY = 8
LOOKED_AT = 5
"""Entries of the ledger read for each lesson shown, since one lesson leaves several."""


def list_own_outlines(member: Actor) -> list[Outline]:
    """Return the courses a member takes, with everything that counts, the latest enrolment first."""
    courses = db.session.scalars(
        select(Course)
        .join(Enrolment, Enrolment.course_id == Course.id)
        .options(joinedload(Course.branch))
        .where(
            Enrolment.user_id == member.id,
            Enrolment.left_at.is_(None),
            Course.state != CourseState.DRAFT,
            readable_courses(member),
        )
        .order_by(Enrolment.enrolled_at.desc(), Enrolment.id.desc())
    ).all()
    return outlines_of(courses, member)


def list_lately(member: Actor) -> Sequence[Any]:
    """Return the lessons a member did something with last, each with the latest thing, newest first."""
    rows = db.session.execute(
        select(
            ProgressEvent.kind,
            ProgressEvent.at,
            ProgressEvent.detail,
            Lesson.id,
            Lesson.title,
            Course.title.label("course_title"),
        )
        .join(Lesson, Lesson.id == ProgressEvent.lesson_id)
        .join(Module, Module.id == Lesson.module_id)
        .join(Course, Course.id == Module.course_id)
        .where(ProgressEvent.user_id == member.id, ProgressEvent.kind != ProgressKind.STUDIED, readable_courses(member))
        .order_by(ProgressEvent.at.desc(), ProgressEvent.id.desc())
        .limit(LATELY * LOOKED_AT)
    )
    latest: dict[int, Any] = {}
    for row in rows:
        latest.setdefault(row.id, row)
    return list(latest.values())[:LATELY]
