"""What officers do with assigned study: ask, change, extend, withdraw."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from accounts.models import Branch, User
from core.clock import utcnow
from core.db import db, lock
from core.errors import Denied
from core.notifications import tell
from core.outbox import announce
from core.permissions import Actor, require
from study import notices, urls
from study.deadlines import next_reminder
from study.enums import TaskFor
from study.errors import AlreadyAssigned, AskedAlready, CourseNotForBranch, DeadlinePast, TaskOver
from study.events import StandingsChanged, TaskAssigned, TaskWithdrawn
from study.models import Course, Task, TaskMember
from study.permissions import StudyPermission, is_open_to_branch
from study.services.task_members import take_in


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What an officer decides about a task: the first moment that is too late, and a few words."""

    due_at: datetime
    note: str


def assign(course: Course, branch: Branch, actor: Actor, terms: Terms, people: Sequence[User] | None = None) -> Task:
    """Ask everybody of a branch and below it, now and later, or some people of it, to study a course.

    Args:
        course: one that everybody there may take.
        branch: where the actor assigns study.
        actor: the officer.
        terms: by when, and why.
        people: members of the branch or below it, as ``queries.tasks.list_people`` gave them; None for everybody.

    Raises:
        Denied: the branch is not in the actor's scope.
        CourseNotForBranch: it is not published, or not for everybody there.
        DeadlinePast: the deadline is over.
        AskedAlready: the same people are asked to study it by the same day.
        AlreadyAssigned: the branch is asked to study this course already.
    """
    require(actor, StudyPermission.ASSIGN, branch.path)
    if actor.id is None:
        raise Denied
    if not is_open_to_branch(course, branch.path):
        raise CourseNotForBranch
    _check(terms.due_at)
    _check_new(course, branch, terms.due_at, people)
    task = Task(
        course=course,
        branch=branch,
        whom=TaskFor.EVERYBODY if people is None else TaskFor.NAMED,
        due_at=terms.due_at,
        note=terms.note,
        assigned_by_id=actor.id,
    )
    try:
        with db.session.begin_nested():
            db.session.add(task)
    except IntegrityError as clash:
        raise AlreadyAssigned from clash
    if people is None:
        announce(TaskAssigned(task_id=task.id))
    else:
        take_in(task, [person.id for person in people])
    return task


def _check_new(course: Course, branch: Branch, due_at: datetime, people: Sequence[User] | None) -> None:
    db.session.execute(lock(select(Course.id).where(Course.id == course.id)))  # A form sent twice comes at once.
    standing = db.session.scalars(
        select(Task.id).where(
            Task.course_id == course.id,
            Task.branch_id == branch.id,
            Task.due_at == due_at,
            Task.whom == (TaskFor.EVERYBODY if people is None else TaskFor.NAMED),
            Task.withdrawn_at.is_(None),
        )
    )
    for task_id in standing:
        asked = select(TaskMember.user_id).where(TaskMember.task_id == task_id, TaskMember.ended_at.is_(None))
        if people is None or {person.id for person in people} <= set(db.session.scalars(asked)):
            raise AskedAlready(task_id)


def _check(due_at: datetime) -> None:
    if due_at <= utcnow():
        raise DeadlinePast


def change(task: Task, actor: Actor, terms: Terms) -> None:
    """Give a task another day or other words. Whoever was given a day of their own keeps it.

    Raises:
        Denied: the branch is not in the actor's scope.
        TaskOver: it was withdrawn.
        DeadlinePast: the new deadline is over.
    """
    _require_standing(task, actor)
    task.note = terms.note
    if terms.due_at != task.due_at:
        _check(terms.due_at)
        task.due_at = terms.due_at
        db.session.execute(
            update(TaskMember)
            .where(TaskMember.task_id == task.id, TaskMember.is_extended.is_(False))
            .values(due_at=terms.due_at)
        )
        db.session.execute(
            update(TaskMember)
            .where(TaskMember.task_id == task.id, TaskMember.is_extended.is_(False), TaskMember.ended_at.is_(None))
            .values(remind_at=next_reminder(terms.due_at, utcnow()))
        )
        announce(StandingsChanged(course_id=task.course_id))
    db.session.flush()


def extend(task: Task, member: TaskMember, actor: Actor, due_at: datetime) -> None:
    """Give one person another day; they are told.

    Raises:
        Denied: the branch is not in the actor's scope.
        TaskOver: the task was withdrawn, or the person is asked no longer.
        DeadlinePast: the new deadline is over.
    """
    _require_standing(task, actor)
    if member.ended_at is not None:
        raise TaskOver
    _check(due_at)
    member.due_at, member.is_extended = due_at, due_at != task.due_at
    member.remind_at = next_reminder(due_at, utcnow())
    db.session.flush()
    announce(StandingsChanged(course_id=task.course_id))
    tell(
        [member.user_id],
        notices.DUE_CHANGED.code,
        subject=task.ref,
        url=urls.for_course(task.course.slug),
        actor_id=actor.id,
        key=f"study.task:{task.id}:until:{due_at.isoformat()}",
        title=task.course.title,
        due=due_at,
    )


def withdraw(task: Task, actor: Actor) -> None:
    """Ask people no longer; they keep the course and what they did in it. Withdrawing twice changes nothing.

    Raises:
        Denied: the branch is not in the actor's scope.
    """
    require(actor, StudyPermission.ASSIGN, task.branch.path)
    if not task.stands:
        return
    task.withdrawn_at = utcnow()
    task.withdrawn_by_id = actor.id
    db.session.execute(update(TaskMember).where(TaskMember.task_id == task.id).values(remind_at=None))
    db.session.flush()
    announce(TaskWithdrawn(task_id=task.id))
    announce(StandingsChanged(course_id=task.course_id))


def _require_standing(task: Task, actor: Actor) -> None:
    require(actor, StudyPermission.ASSIGN, task.branch.path)
    if not task.stands:
        raise TaskOver
