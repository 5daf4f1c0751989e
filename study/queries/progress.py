"""Reads one member's own progress: the courses taken, the last weeks and what was done lately."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from core.clock import utcnow
from core.db import db
from core.i18n import current_zone
from core.permissions import Actor
from study.enums import CourseState, ProgressKind
from study.models import Course, Enrolment, Lesson, Module, ProgressEvent
from study.permissions import readable_courses
from study.queries.outlines import Outline, outlines_of

WEEKS = 8
DAYS = 28
LATELY = 8
LOOKED_AT = 5
"""Entries of the ledger read for each lesson shown, since one lesson leaves several."""

COMPLETING = (ProgressKind.READ, ProgressKind.QUIZ_PASSED)


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
        .where(ProgressEvent.user_id == member.id, readable_courses(member))
        .order_by(ProgressEvent.at.desc(), ProgressEvent.id.desc())
        .limit(LATELY * LOOKED_AT)
    )
    latest: dict[int, Any] = {}
    for row in rows:
        latest.setdefault(row.id, row)
    return list(latest.values())[:LATELY]


@dataclass(frozen=True, kw_only=True)
class Rhythm:
    """When a member studied: lessons finished in each of the last weeks, and on which days anything was done."""

    weeks: list[tuple[date, int]]
    days: list[bool]

    @property
    def days_studied(self) -> int:
        """On how many of the last days something was done."""
        return sum(self.days)

    @property
    def in_a_row(self) -> int:
        """How many days without a gap up to today; today may still be free."""
        days = self.days if self.days[-1] else self.days[:-1]
        count = 0
        for studied in reversed(days):
            if not studied:
                break
            count += 1
        return count


def get_rhythm(member: Actor) -> Rhythm:
    """Return when a member studied, in the calendar of the member's own time zone."""
    today = _local(utcnow())
    monday = today - timedelta(days=today.weekday())
    first = monday - timedelta(weeks=WEEKS - 1)
    events = db.session.execute(
        select(ProgressEvent.kind, ProgressEvent.at, ProgressEvent.lesson_id)
        .where(ProgressEvent.user_id == member.id, ProgressEvent.at >= utcnow() - timedelta(weeks=WEEKS, days=1))
        .order_by(ProgressEvent.at)
    ).all()
    active = {_local(event.at) for event in events}
    finished = {event.lesson_id: _local(event.at) for event in reversed(events) if event.kind in COMPLETING}
    starts = [first + timedelta(weeks=week) for week in range(WEEKS)]
    return Rhythm(
        weeks=[
            (start, sum(start <= day < start + timedelta(weeks=1) for day in finished.values())) for start in starts
        ],
        days=[today - timedelta(days=DAYS - 1 - back) in active for back in range(DAYS)],
    )


def _local(moment: datetime) -> date:
    return moment.astimezone(current_zone()).date()
