"""Keeps one row for each member and course: how far the member is, added up from the lessons.

The standings of lessons are the truth. Whoever writes them calls ``sum_up`` in the same transaction; what changes the
lessons of a course announces ``OutlineChanged``, and the worker adds up again; a rebuild adds up all courses of some
members at a time. All use the one select below, so they cannot disagree.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, literal, not_, null, select, tuple_
from sqlalchemy.orm import aliased

from core.db import db, lock
from core.outbox import announce_all
from core.upserts import upsert_all
from study.enums import LearningState
from study.events import CourseCompleted, StandingsChanged
from study.models import Course, CourseProgress, Lesson, LessonProgress, Module
from study.queries.gates import foreign, has_branch_gates

BATCH = 500
"""Rows held at once; SQLite takes some 32,000 values a statement."""

SUMMED = ("state", "done", "total", "begun_at", "opened_at", "completed_at")

Key = tuple[int, int]


def sum_up(pairs: Iterable[Key]) -> None:
    """Bring the courses of (member, lesson) pairs up to date, in the transaction that wrote their standings.

    Call it once, after all standings are written: rows are locked in one order, lessons before courses, so that two
    lessons of one course finished at the same moment are added up one after the other.
    """
    wanted = set(pairs)
    placed = select(Lesson.id, Module.course_id).join(Module, Module.id == Lesson.module_id)
    rows = db.session.execute(placed.where(Lesson.id.in_({lesson for _user, lesson in wanted})))
    course_of = {row.id: row.course_id for row in rows}
    keys = sorted({(user, course_of[lesson]) for user, lesson in wanted if lesson in course_of})
    for start in range(0, len(keys), BATCH):
        _bring_up_to_date(keys[start : start + BATCH])


def sum_up_learners(course_id: int, after: int) -> int | None:
    """Add a course up again for its next learners by id; return the last one, or None when there are no more.

    The lock on the course waits for whoever is just making a row, which nobody else can see yet.
    """
    db.session.execute(lock(select(Course.id).where(Course.id == course_id)))
    learners = db.session.scalars(
        select(CourseProgress.user_id)
        .where(CourseProgress.course_id == course_id, CourseProgress.user_id > after)
        .order_by(CourseProgress.user_id)
        .limit(BATCH)
    ).all()
    if learners:
        _bring_up_to_date([(user_id, course_id) for user_id in learners])
    return learners[-1] if learners else None


def sum_up_members(first: int, last: int) -> None:
    """Add up all courses of the members with these ids. The rows of their lessons are held."""
    between = CourseProgress.user_id.between(first, last)
    known = db.session.execute(select(CourseProgress.user_id, CourseProgress.course_id).where(between))
    begun = db.session.execute(
        select(LessonProgress.user_id, Module.course_id)
        .distinct()
        .join(Lesson, Lesson.id == LessonProgress.lesson_id)
        .join(Module, Module.id == Lesson.module_id)
        .where(LessonProgress.user_id.between(first, last))
    )
    keys = sorted({(user_id, course_id) for user_id, course_id in [*known, *begun]})
    for start in range(0, len(keys), BATCH):
        _bring_up_to_date(keys[start : start + BATCH])


def _bring_up_to_date(keys: Sequence[Key]) -> None:
    new = {"state": LearningState.NOT_BEGUN, "done": 0, "total": 0}
    values = [{"user_id": user_id, "course_id": course_id, **new} for user_id, course_id in keys]
    upsert_all(CourseProgress, values, conflict=["user_id", "course_id"])
    held = db.session.scalars(
        lock(select(CourseProgress))
        .where(tuple_(CourseProgress.user_id, CourseProgress.course_id).in_(keys))
        .order_by(CourseProgress.user_id, CourseProgress.course_id)
        .execution_options(populate_existing=True)
    ).all()
    # Read only now: what another transaction finished while we waited for the rows counts.
    sums = db.session.execute(_sums({user for user, _course in keys}, {course for _user, course in keys}))
    found = {(row.user_id, row.course_id): row for row in sums}
    before = {row: row.state for row in held}
    completed = [row for row in held if _renew(row, found.get((row.user_id, row.course_id)))]
    moved = {row.course_id for row in held if row.state is not before[row]}
    db.session.flush()
    announce_all(StandingsChanged(course_id=course_id) for course_id in sorted(moved))
    announce_all(CourseCompleted(course_id=row.course_id, user_id=row.user_id) for row in completed)


def _renew(row: CourseProgress, found: Any) -> bool:
    """Write the sums into a row, or drop it when nothing is left to add up; tell whether the course became done."""
    if found is None:
        row.state = LearningState.NOT_BEGUN
        db.session.delete(row)
        return False
    became_done = found.state is LearningState.DONE and row.state is not LearningState.DONE
    for name in SUMMED:
        setattr(row, name, getattr(found, name))
    return became_done


def _closed() -> ColumnElement[int]:
    """Return how many lessons of a course are for branches to which the member does not belong."""
    other, module = aliased(Lesson), aliased(Module)
    return (
        select(func.count())
        .select_from(other)
        .join(module, module.id == other.module_id)
        .where(module.course_id == Module.course_id, foreign(LessonProgress.user_id, other))
        .correlate(LessonProgress, Module)
        .scalar_subquery()
    )


def _sums(user_ids: Collection[int], course_ids: Collection[int]) -> Select[Any]:
    """Return the sums of the named members and courses; the SQL twin of ``study.completion.tally``."""
    lessons = select(Module.course_id, func.count().label("total")).join(Lesson, Lesson.module_id == Module.id)
    totals = lessons.where(Module.course_id.in_(course_ids)).group_by(Module.course_id).subquery()
    total: ColumnElement[int] = totals.c.total
    counted: list[ColumnElement[bool]] = [LessonProgress.user_id.in_(user_ids), Module.course_id.in_(course_ids)]
    if has_branch_gates(course_ids):
        total = total - _closed()
        counted.append(not_(foreign(LessonProgress.user_id, Lesson)))
    done = func.count().filter(LessonProgress.state == LearningState.DONE)
    begun = func.count().filter(LessonProgress.state != LearningState.NOT_BEGUN)
    kind = CourseProgress.__table__.c.state.type
    state = case(
        (done == total, literal(LearningState.DONE, kind)),
        (begun > 0, literal(LearningState.UNDER_WAY, kind)),
        else_=literal(LearningState.NOT_BEGUN, kind),
    )
    return (
        select(
            LessonProgress.user_id,
            Module.course_id,
            state.label("state"),
            done.label("done"),
            total.label("total"),
            func.min(LessonProgress.first_opened_at).label("begun_at"),
            func.max(LessonProgress.opened_at).label("opened_at"),
            case((done == total, func.max(LessonProgress.completed_at)), else_=null()).label("completed_at"),
        )
        .join(Lesson, Lesson.id == LessonProgress.lesson_id)
        .join(Module, Module.id == Lesson.module_id)
        .join(totals, totals.c.course_id == Module.course_id)
        .where(*counted)
        .group_by(LessonProgress.user_id, Module.course_id, totals.c.total)
    )
