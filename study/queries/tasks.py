"""Reads assigned study as officers see it: what they asked, of whom, and how far everybody is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import joinedload

from accounts.models import Branch, Membership, User, UserState
from accounts.names import key_of
from core.clock import utcnow
from core.db import AnySelect, db
from core.errors import NotFound
from core.faces import Faces
from core.pages import Page, page_of
from core.permissions import Actor
from core.text import normalise
from study.enums import CourseState, LearningState
from study.models import Course, CourseProgress, Task, TaskMember
from study.permissions import StudyPermission, readable_courses

PAGE = 50


def list_branches(officer: Actor) -> Sequence[Branch]:
    """Return the branches to which an actor may assign study, in the order of the tree."""
    return db.session.scalars(select(Branch).where(_in_scope(officer)).order_by(Branch.path)).all()


def _in_scope(officer: Actor) -> ColumnElement[bool]:
    paths = officer.scopes(StudyPermission.ASSIGN)
    return or_(*(Branch.path.startswith(path, autoescape=True) for path in paths)) if paths else Branch.id.in_([])


def get_branch(branch_id: int, officer: Actor) -> Branch:
    """Return a branch to which the actor may assign study.

    Raises:
        NotFound: there is none.
    """
    branch = db.session.scalars(select(Branch).where(Branch.id == branch_id, _in_scope(officer))).one_or_none()
    if branch is None:
        raise NotFound
    return branch


def list_courses(officer: Actor) -> Sequence[Any]:
    """Return the published courses an actor may read: id, slug and title."""
    statement = select(Course.id, Course.slug, Course.title).where(
        Course.state == CourseState.PUBLISHED, readable_courses(officer)
    )
    return db.session.execute(statement.order_by(Course.published_at.desc(), Course.id.desc())).all()


def get_course(course_id: int, officer: Actor) -> Course:
    """Return a course the actor may read.

    Raises:
        NotFound: there is none.
    """
    course = db.session.scalars(select(Course).where(Course.id == course_id, readable_courses(officer))).one_or_none()
    if course is None:
        raise NotFound
    return course


def list_people(branch: Branch, names: Sequence[str]) -> dict[str, User | None]:
    """Return the active members of a branch or below it who have the user names, None for names nobody there has."""
    keys = {name: key_of(normalise(name.removeprefix("@"))) for name in names}
    belongs = (
        select(Membership.user_id)
        .join(Branch, Branch.id == Membership.branch_id)
        .where(Branch.path.startswith(branch.path, autoescape=True))
    )
    statement = select(User).where(
        User.username_key.in_(keys.values()), User.state == UserState.ACTIVE, User.id.in_(belongs)
    )
    found = {user.username_key: user for user in db.session.scalars(statement)}
    return {name: found.get(key) for name, key in keys.items()}


def get_task(task_id: int, officer: Actor, *, locked: bool = False) -> Task:
    """Return a task of the actor's scope with its course, branch and whoever assigned it.

    Raises:
        NotFound: there is none.
    """
    statement = (
        select(Task)
        .join(Task.branch)
        .options(joinedload(Task.course), joinedload(Task.branch), joinedload(Task.assigned_by))
        .where(Task.id == task_id, _in_scope(officer))
    )
    found: Task | None = db.session.scalars(statement.with_for_update(of=Task) if locked else statement).one_or_none()
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True, kw_only=True)
class TaskLine:
    """A task as lists show it, with how far those who are asked are."""

    id: int
    title: Faces
    branch_name: Faces
    due_at: datetime
    is_withdrawn: bool
    counts: "TaskCounts"


@dataclass(frozen=True, kw_only=True)
class TaskCounts:
    """How far those are who are asked, each counted once: overdue when the day is past and it is not done."""

    not_begun: int
    under_way: int
    done: int
    overdue: int

    @property
    def asked(self) -> int:
        """All of them."""
        return self.not_begun + self.under_way + self.done + self.overdue


def _counted() -> tuple[ColumnElement[int], ...]:
    done = CourseProgress.state == LearningState.DONE
    open_ = or_(CourseProgress.state.is_(None), ~done)
    late = TaskMember.due_at <= utcnow()
    begun = CourseProgress.state == LearningState.UNDER_WAY
    idle = or_(CourseProgress.state.is_(None), CourseProgress.state == LearningState.NOT_BEGUN)
    conditions = {"done": done, "overdue": open_ & late, "under_way": begun & ~late, "not_begun": idle & ~late}
    asked = TaskMember.user_id.is_not(None)
    return tuple(
        func.coalesce(func.sum(case((condition & asked, 1), else_=0)), 0).label(name)
        for name, condition in conditions.items()
    )


def _with_people(statement: AnySelect) -> AnySelect:
    member = and_(TaskMember.task_id == Task.id, TaskMember.ended_at.is_(None))
    progress = and_(CourseProgress.course_id == Task.course_id, CourseProgress.user_id == TaskMember.user_id)
    return statement.outerjoin(TaskMember, member).outerjoin(CourseProgress, progress)


def _counts(row: Any) -> TaskCounts:
    return TaskCounts(
        not_begun=int(row.not_begun), under_way=int(row.under_way), done=int(row.done), overdue=int(row.overdue)
    )


def count_people(task: Task) -> TaskCounts:
    """Return how far those who are asked by a task are."""
    statement = _with_people(select(*_counted()).select_from(Task)).where(Task.id == task.id)
    return _counts(db.session.execute(statement).one())


def page_of_tasks(officer: Actor, cursor: str | None) -> Page[TaskLine]:
    """Return a page of the tasks of an actor's scope, the newest first."""
    statement = select(Task.id).join(Branch, Branch.id == Task.branch_id).where(_in_scope(officer))
    page = page_of(statement, order=[Task.id], cursor=cursor, limit=PAGE, key=lambda ident: [ident])
    rows = db.session.execute(
        _with_people(
            select(Task.id, Course.title, Branch.name, Task.due_at, Task.withdrawn_at, *_counted()).select_from(Task)
        )
        .join(Course, Course.id == Task.course_id)
        .join(Branch, Branch.id == Task.branch_id)
        .where(Task.id.in_(page.items))
        .group_by(Task.id, Course.id, Branch.id)
        .order_by(Task.id.desc())
    )
    lines = [
        TaskLine(
            id=row.id,
            title=row.title,
            branch_name=row.name,
            due_at=row.due_at,
            is_withdrawn=row.withdrawn_at is not None,
            counts=_counts(row),
        )
        for row in rows
    ]
    return Page(items=lines, next=page.next, previous=page.previous)


def page_of_people(task: Task, cursor: str | None) -> Page[Any]:
    """Return a page of those who are asked, by name, each with the day, whether it is their own, and the progress."""
    state = func.coalesce(CourseProgress.state, LearningState.NOT_BEGUN)
    statement = (
        _with_people(
            select(
                User.id,
                User.display_name,
                User.username,
                TaskMember.due_at,
                TaskMember.is_extended,
                state.label("state"),
                func.coalesce(CourseProgress.done, 0).label("done"),
                func.coalesce(CourseProgress.total, 0).label("total"),
            ).select_from(Task)
        )
        .join(User, User.id == TaskMember.user_id)
        .where(Task.id == task.id)
    )
    return page_of(statement, order=[User.display_name, User.id], cursor=cursor, limit=PAGE, descending=False)


def get_person(task: Task, username: str, *, locked: bool = False) -> tuple[TaskMember, User]:
    """Return one of those who are asked by a task.

    Raises:
        NotFound: nobody of that name is.
    """
    statement = (
        select(TaskMember, User)
        .join(User, User.id == TaskMember.user_id)
        .where(
            TaskMember.task_id == task.id,
            TaskMember.ended_at.is_(None),
            User.username_key == key_of(normalise(username[:200])),
        )
    )
    row = db.session.execute(statement.with_for_update(of=TaskMember) if locked else statement).one_or_none()
    if row is None:
        raise NotFound
    return row[0], row[1]
