"""Who is asked by a task: taking people in, letting them go, reminding and telling them."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import contains_eager, joinedload

from accounts.readers import readers_among
from core.clock import utcnow
from core.db import db, lock
from core.notifications import NoticeKind, tell
from core.outbox import announce
from core.upserts import upsert
from study import notices, urls
from study.deadlines import next_reminder
from study.enums import LearningState
from study.events import StandingsChanged
from study.models import Course, CourseProgress, Enrolment, Task, TaskMember
from study.permissions import reading_audience

REMINDERS_A_TURN = 200


def hold_task(task_id: int) -> Task | None:
    """Return a task that stands, with its course, held until commit, or None.

    Taking in and withdrawing come one after the other, so nobody is taken in after everybody was told that it is over.
    """
    statement = select(Task).where(Task.id == task_id, Task.withdrawn_at.is_(None)).options(joinedload(Task.course))
    task: Task | None = db.session.scalars(statement.with_for_update(of=Task)).one_or_none()
    return task


def take_in(task: Task, user_ids: Collection[int]) -> None:
    """Ask people, enrol them and tell those who have not done the course; asking them again changes nothing.

    Nothing of what they did before is lost: who left the course takes it again. Who came back to the branch is asked
    again, with the day they had. Those who may not read the course are left out.
    """
    able = sorted(readers_among(user_ids, reading_audience(task.course)))
    if not able:
        return
    now = utcnow()
    asked = {"task_id": task.id, "due_at": task.due_at, "remind_at": next_reminder(task.due_at, now), "asked_at": now}
    rows = [{**asked, "user_id": user_id, "is_extended": False} for user_id in able]
    statement = upsert(TaskMember, rows, conflict=["task_id", "user_id"]).returning(TaskMember.user_id)
    new = set(db.session.execute(statement).scalars())
    back = _ask_again(task, able, now)
    _enrol(task.course, new | back)
    if new or back:
        announce(StandingsChanged(course_id=task.course_id))
    _tell(task, new - _done(task.course, new), notices.ASSIGNED, f"study.task:{task.id}", actor_id=task.assigned_by_id)


def _ask_again(task: Task, user_ids: Sequence[int], now: datetime) -> set[int]:
    ended = select(TaskMember).where(
        TaskMember.task_id == task.id, TaskMember.user_id.in_(user_ids), TaskMember.ended_at.is_not(None)
    )
    members = db.session.scalars(lock(ended)).all()
    for member in members:
        member.ended_at, member.remind_at = None, next_reminder(member.due_at, now)
    db.session.flush()
    return {member.user_id for member in members}


def _enrol(course: Course, user_ids: Collection[int]) -> None:
    now = utcnow()
    rows = [{"user_id": user_id, "course_id": course.id, "enrolled_at": now} for user_id in sorted(user_ids)]
    if rows:
        db.session.execute(upsert(Enrolment, rows, conflict=["user_id", "course_id"], update={"left_at": None}))


def _done(course: Course, user_ids: Collection[int]) -> set[int]:
    statement = select(CourseProgress.user_id).where(
        CourseProgress.course_id == course.id,
        CourseProgress.user_id.in_(user_ids),
        CourseProgress.state == LearningState.DONE,
    )
    return set(db.session.scalars(statement))


def _tell(task: Task, user_ids: Collection[int], kind: NoticeKind, key: str, *, actor_id: int | None = None) -> None:
    tell(
        user_ids,
        kind.code,
        subject=task.ref,
        url=urls.for_course(task.course.slug),
        actor_id=actor_id,
        key=key,
        title=task.course.title,
        due=task.due_at,
        note=task.note,
    )


def let_go(task: Task, user_ids: Collection[int]) -> None:
    """Ask people no longer, because they left the branch. Their courses stay with them."""
    db.session.execute(
        update(TaskMember)
        .where(TaskMember.task_id == task.id, TaskMember.user_id.in_(user_ids), TaskMember.ended_at.is_(None))
        .values(ended_at=utcnow(), remind_at=None)
    )
    announce(StandingsChanged(course_id=task.course_id))


def tell_withdrawn(task: Task, user_ids: Collection[int]) -> None:
    """Tell people that they are asked no longer, unless they had done it."""
    waiting = set(user_ids) - _done(task.course, user_ids)
    _tell(task, waiting, notices.WITHDRAWN, f"study.task:{task.id}:withdrawn", actor_id=task.withdrawn_by_id)


def remind_some() -> int:
    """Remind the members whose moment has come, each once, and return how many were due.

    The next moment is set and the notice announced in one transaction, so that neither happens alone. A worker that
    was away for long sends the latest reminder only.
    """
    now = utcnow()
    due = db.session.scalars(
        select(TaskMember)
        .join(TaskMember.task)
        .join(Task.course)
        .options(contains_eager(TaskMember.task).contains_eager(Task.course))
        .where(TaskMember.remind_at <= now)
        .order_by(TaskMember.remind_at, TaskMember.task_id, TaskMember.user_id)
        .limit(REMINDERS_A_TURN)
        .with_for_update(skip_locked=True, of=TaskMember)
    ).all()
    for member in due:
        if _still_waits(member):
            _remind(member, now)
        member.remind_at = next_reminder(member.due_at, now)
    db.session.flush()
    return len(due)


def _still_waits(member: TaskMember) -> bool:
    """Tell whether a reminder has a point: the task stands, the course can be read and is not done."""
    course, person = member.task.course, [member.user_id]
    if not member.task.stands or member.ended_at is not None or _done(course, person):
        return False
    return bool(readers_among(person, reading_audience(course)))


def _remind(member: TaskMember, now: datetime) -> None:
    kind = notices.OVERDUE if now >= member.due_at else notices.DUE_SOON
    tell(
        [member.user_id],
        kind.code,
        subject=member.task.ref,
        url=urls.for_course(member.task.course.slug),
        key=f"study.task:{member.task_id}:{member.due_at.isoformat()}:{member.remind_at}",
        title=member.task.course.title,
        due=member.due_at,
    )
