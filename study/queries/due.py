"""Reads what a member is asked to study and has not done."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, literal, or_, select

from accounts.models import User
from core.clock import utcnow
from core.db import AnySelect, db
from core.faces import Faces
from core.permissions import Actor
from study.completion import percent_of
from study.enums import LearningState
from study.models import Course, CourseProgress, Task, TaskMember
from study.permissions import readable_courses


@dataclass(frozen=True, kw_only=True)
class Asked:
    """By when, by whom and with what words a member is asked to study something."""

    due_at: datetime
    assigned_by: str
    note: str

    @property
    def is_overdue(self) -> bool:
        """Tell whether the day is past."""
        return self.due_at <= utcnow()


@dataclass(frozen=True, kw_only=True)
class Due(Asked):
    """A course that a member is asked to study, and how far it is."""

    course_slug: str
    course_title: Faces
    percent: int


def is_waited_for(course_id: int, member: Actor) -> bool:
    """Tell whether a member is asked to study a course and has not done it."""
    return db.session.execute(waiting_for(member).where(Course.id == course_id).limit(1)).first() is not None


def waiting_for(member: Actor) -> AnySelect:
    """Select what a member is asked to study and has not done, the nearest day first."""
    own = and_(CourseProgress.course_id == Course.id, CourseProgress.user_id == TaskMember.user_id)
    return (
        select(
            literal("due").label("kind"),
            Task.id.label("id"),
            TaskMember.due_at.label("at"),
            Course.title.label("title"),
            Course.slug.label("slug"),
            Course.title.label("course_title"),
            User.display_name.label("name"),
            Task.note.label("words"),
            func.coalesce(CourseProgress.done, 0).label("done"),
            func.coalesce(CourseProgress.total, 0).label("total"),
            literal(False).label("is_waiting"),
        )
        .select_from(TaskMember)
        .join(Task, Task.id == TaskMember.task_id)
        .join(Course, Course.id == Task.course_id)
        .join(User, User.id == Task.assigned_by_id)
        .outerjoin(CourseProgress, own)
        .where(
            TaskMember.user_id == member.id,
            TaskMember.ended_at.is_(None),
            Task.withdrawn_at.is_(None),
            or_(CourseProgress.state.is_(None), CourseProgress.state != LearningState.DONE),
            readable_courses(member),
        )
        .order_by(TaskMember.due_at, Task.id)
    )


def due_of(row: Any) -> Due:
    """Return one of them."""
    return Due(
        course_slug=row.slug,
        course_title=row.course_title,
        assigned_by=row.name,
        due_at=row.at,
        note=row.words,
        percent=percent_of(row.done, row.total),
    )
