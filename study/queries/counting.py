"""Reads what is counted by branch: who belongs where, and how far everybody is in one course."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import and_, func, or_, select

from accounts.models import Branch, Membership, User, UserState
from core.clock import utcnow
from core.db import AnySelect, read_rows
from core.i18n import current_zone
from study.enums import LearningState
from study.models import Counting, CourseProgress, Enrolment, Task, TaskMember
from study.tallying import Reach, Standings, reach_of

WEEKS = 12
"""Shown in a trend."""


def list_changed() -> Sequence[tuple[int, int]]:
    """Return the courses whose counts are out of date with their version, longest waiting first."""
    statement = (
        select(Counting.course_id, Counting.changed)
        .where(or_(Counting.changed != Counting.counted, Counting.recount_at <= utcnow()))
        .order_by(Counting.counted_at, Counting.course_id)
    )
    return [(row[0], row[1]) for row in read_rows(statement)]


def list_taken(user_ids: Sequence[int]) -> Sequence[int]:
    """Return the courses that any of these people take."""
    taken = select(Enrolment.course_id).distinct().where(Enrolment.user_id.in_(user_ids), Enrolment.left_at.is_(None))
    return list(read_rows(taken).scalars())


def get_reach() -> Reach:
    """Return in which branches every active member counts."""
    paths = {row[0]: row[1] for row in read_rows(select(Branch.id, Branch.path))}
    memberships = (
        select(Membership.user_id, Membership.branch_id)
        .join(User, User.id == Membership.user_id)
        .where(User.state == UserState.ACTIVE)
    )
    return reach_of(((row[0], row[1]) for row in read_rows(memberships)), paths)


def get_standings(course_id: int) -> Standings:
    """Return how far everybody is who takes a course now."""
    own = and_(CourseProgress.user_id == Enrolment.user_id, CourseProgress.course_id == Enrolment.course_id)
    taking = (Enrolment.course_id == course_id, Enrolment.left_at.is_(None))
    states = select(Enrolment.user_id, CourseProgress.state).outerjoin(CourseProgress, own).where(*taking)
    late = _asked(course_id).where(TaskMember.due_at <= utcnow())
    since = _start_of(first_week())
    recent = (
        select(Enrolment.user_id, CourseProgress.begun_at, CourseProgress.completed_at)
        .join(CourseProgress, own)
        .where(*taking, or_(CourseProgress.begun_at >= since, CourseProgress.completed_at >= since))
    )
    rows = read_rows(recent).all()
    return Standings(
        states={row[0]: row[1] or LearningState.NOT_BEGUN for row in read_rows(states)},
        late=frozenset(read_rows(late).scalars()),
        begun={row[0]: week_of(row[1]) for row in rows if row[1] and row[1] >= since},
        done={row[0]: week_of(row[2]) for row in rows if row[2] and row[2] >= since},
    )


def next_deadline(course_id: int) -> datetime | None:
    """Return when the next day is past that somebody was given for a course."""
    asked = _asked(course_id).where(TaskMember.due_at > utcnow())
    found: datetime | None = read_rows(asked.with_only_columns(func.min(TaskMember.due_at))).scalar()
    return found


def _asked(course_id: int) -> AnySelect:
    return (
        select(TaskMember.user_id)
        .join(Task, Task.id == TaskMember.task_id)
        .where(Task.course_id == course_id, Task.withdrawn_at.is_(None), TaskMember.ended_at.is_(None))
    )


def week_of(moment: datetime) -> date:
    """Return the Monday of a moment where the site is."""
    day = moment.astimezone(current_zone()).date()
    return day - timedelta(days=day.weekday())


def first_week() -> date:
    """Return the first week of a trend that ends today."""
    return week_of(utcnow()) - timedelta(weeks=WEEKS - 1)


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time(), current_zone())
