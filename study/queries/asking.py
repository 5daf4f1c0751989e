"""Finds who should be asked by tasks and is not, and who is asked and should not be: questions about all at once."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, tuple_
from sqlalchemy.orm import aliased

from accounts.models import Branch, Membership, User, UserState
from core.clock import utcnow
from core.db import AnySelect, db
from study.enums import CourseState, TaskFor
from study.models import Course, Task, TaskMember

BATCH = 500

Pair = tuple[int, int]
START: Pair = (0, 0)


def list_missing(
    after: Pair = START, *, task_id: int | None = None, user_ids: Sequence[int] | None = None
) -> Sequence[Pair]:
    """Return the next (task, member) pairs that should be there and are not, in order.

    Everybody of the branch of a task that is for everybody, until its deadline; and those who were asked, left and
    came back.
    """
    asked = and_(TaskMember.task_id == Task.id, TaskMember.user_id == Membership.user_id)
    newcomer = and_(Task.whom == TaskFor.EVERYBODY, Task.due_at > utcnow(), TaskMember.user_id.is_(None))
    statement = (
        _belonging(select(Task.id, Membership.user_id).distinct().select_from(Task))
        .join(Course, Course.id == Task.course_id)
        .outerjoin(TaskMember, asked)
        .where(
            Task.withdrawn_at.is_(None),
            Course.state == CourseState.PUBLISHED,
            or_(newcomer, TaskMember.ended_at.is_not(None)),
        )
    )
    return _next(statement, Task.id, Membership.user_id, after, task_id, user_ids)


def list_departed(
    after: Pair = START, *, task_id: int | None = None, user_ids: Sequence[int] | None = None
) -> Sequence[Pair]:
    """Return the next (task, member) pairs of people who are asked but no longer belong to the branch, in order."""
    belongs = _belonging(select(Membership.user_id).select_from(Task)).where(
        Task.id == TaskMember.task_id, Membership.user_id == TaskMember.user_id
    )
    standing = select(Task.id).where(Task.withdrawn_at.is_(None))
    statement = select(TaskMember.task_id, TaskMember.user_id).where(
        TaskMember.ended_at.is_(None),
        TaskMember.task_id.in_(standing),
        ~belongs.correlate(TaskMember).exists(),
    )
    return _next(statement, TaskMember.task_id, TaskMember.user_id, after, task_id, user_ids)


def _belonging(statement: AnySelect) -> AnySelect:
    """Join the active members of the branch of a task and of those below it."""
    top, inner = aliased(Branch), aliased(Branch)
    return (
        statement.join(top, top.id == Task.branch_id)
        .join(inner, inner.path.startswith(top.path))
        .join(Membership, Membership.branch_id == inner.id)
        .join(User, and_(User.id == Membership.user_id, User.state == UserState.ACTIVE))
    )


def _next(
    statement: AnySelect,
    task: ColumnElement[int] | Any,
    user: ColumnElement[int] | Any,
    after: Pair,
    task_id: int | None,
    user_ids: Sequence[int] | None,
) -> Sequence[Pair]:
    if task_id is not None:
        statement = statement.where(task == task_id)
    if user_ids is not None:
        statement = statement.where(user.in_(user_ids))
    ordered = statement.where(tuple_(task, user) > tuple_(*after)).order_by(task, user).limit(BATCH)
    return [(row[0], row[1]) for row in db.session.execute(ordered)]


def list_asked(task_id: int, after: int) -> Sequence[int]:
    """Return the next members, by id, who are asked by a task."""
    statement = (
        select(TaskMember.user_id)
        .where(TaskMember.task_id == task_id, TaskMember.ended_at.is_(None), TaskMember.user_id > after)
        .order_by(TaskMember.user_id)
        .limit(BATCH)
    )
    return db.session.scalars(statement).all()
