"""Keeps one row for each member and course: how far the member is, added up from the lessons.

The standings of lessons are the truth. Whoever writes them calls ``sum_up`` in the same transaction; what changes the
lessons of a course announces ``OutlineChanged``, and the worker adds up again; a rebuild adds up all courses of some
members at a time. All use the one select below, so they cannot disagree.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    case,
    func,
    literal,
    not_,
    null,
    select,
    tuple_,
    type_coerce,
)
from sqlalchemy.orm import aliased

from core.db import db, lock, read_rows
from core.outbox import announce_all
from core.upserts import AsStored, conclude, upsert_all
from study.enums import LearningState
from study.events import CourseCompleted, StandingsChanged
from study.models import Course, CourseProgress, Lesson, LessonProgress, Module
from study.queries.gates import foreign, has_branch_gates

BATCH = 500
"""Rows held at once; SQLite takes some 32,000 values a statement."""

KEY = ("user_id", "course_id")
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
        _renew(keys[start : start + BATCH])


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
        _renew([(user_id, course_id) for user_id in learners])
    return learners[-1] if learners else None


def sum_up_members(first: int, last: int) -> None:
    """Add up all courses of the members with these ids. The rows of their lessons are held."""
    between = CourseProgress.user_id.between(first, last)
    known = read_rows(select(CourseProgress.user_id, CourseProgress.course_id).where(between)).all()
    begun = read_rows(
        select(LessonProgress.user_id, Module.course_id)
        .distinct()
        .join(Lesson, Lesson.id == LessonProgress.lesson_id)
        .join(Module, Module.id == Lesson.module_id)
        .where(LessonProgress.user_id.between(first, last))
    ).all()
    new = {(user_id, course_id) for user_id, course_id in begun}.difference(map(tuple, known))
    courses = {course_id for _user, course_id in [*known, *begun]}
    if courses:
        _bring_up_to_date(new, between, _sums(LessonProgress.user_id.between(first, last), courses))


def _renew(keys: Sequence[Key]) -> None:
    users, courses = {user for user, _course in keys}, {course for _user, course in keys}
    named = tuple_(CourseProgress.user_id, CourseProgress.course_id).in_(keys)
    _bring_up_to_date(keys, named, _sums(LessonProgress.user_id.in_(users), courses))


def _bring_up_to_date(new: Iterable[Key], which: ColumnElement[bool], sums: Select[Any]) -> None:
    """Write the sums of members and courses, and say what has changed.

    Args:
        new: those that may have no row yet.
        which: the rows that are held and written.
        sums: of those rows at least; what is more is left out.
    """
    nothing = (LearningState.NOT_BEGUN.value, 0, 0)
    upsert_all(CourseProgress, (*KEY, *SUMMED[:3]), [(*key, *nothing) for key in sorted(new)], conflict=KEY)
    held = select(*_as_stored(CourseProgress)).where(which)
    before = {
        (user, course): tuple(values)
        for user, course, *values in read_rows(lock(held.order_by(CourseProgress.user_id, CourseProgress.course_id)))
    }
    # Read only now: what another transaction finished while we waited for the rows counts.
    after = {(user, course): tuple(values) for user, course, *values in read_rows(sums)}
    changed = [key for key, values in before.items() if values != after.get(key)]
    _write({key: after.get(key) for key in changed})
    states = {key: (before[key][0], after[key][0] if key in after else nothing[0]) for key in changed}
    moved = {course_id for (_user, course_id), (was, is_now) in states.items() if was != is_now}
    done = [key for key, (was, is_now) in states.items() if was != is_now == LearningState.DONE]
    announce_all(StandingsChanged(course_id=course_id) for course_id in sorted(moved))
    announce_all(CourseCompleted(course_id=course_id, user_id=user_id) for user_id, course_id in done)


def _write(rows: Mapping[Key, tuple[Any, ...] | None]) -> None:
    """Write sums down; None takes a row away, as nothing is left to add up."""
    upsert_all(
        CourseProgress,
        (*KEY, *SUMMED),
        [(*key, *values) for key, values in rows.items() if values],
        conflict=KEY,
        update=SUMMED,
    )
    conclude(CourseProgress, KEY, rows)


def _as_stored(source: Any) -> tuple[Any, ...]:
    """Return the columns of key and sums, moments and states as the database keeps them: they are only compared."""
    kinds = {"state": String, **dict.fromkeys(("begun_at", "opened_at", "completed_at"), AsStored)}
    columns = (getattr(source, name) for name in (*KEY, *SUMMED))
    return tuple(type_coerce(column, kinds[column.key]) if column.key in kinds else column for column in columns)


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


def _sums(members: ColumnElement[bool], course_ids: Collection[int]) -> Select[Any]:
    """Return the sums of these members and courses as they are stored; the SQL twin of ``study.completion.tally``."""
    lessons = select(Module.course_id, func.count().label("total")).join(Lesson, Lesson.module_id == Module.id)
    totals = lessons.where(Module.course_id.in_(course_ids)).group_by(Module.course_id).subquery()
    total: ColumnElement[int] = totals.c.total
    counted: list[ColumnElement[bool]] = [members, Module.course_id.in_(course_ids)]
    if has_branch_gates(course_ids):
        total = total - _closed()
        counted.append(not_(foreign(LessonProgress.user_id, Lesson)))
    done = func.count().filter(LessonProgress.state == LearningState.DONE)
    begun = func.count().filter(LessonProgress.state != LearningState.NOT_BEGUN)
    state = case(
        (done == total, literal(LearningState.DONE.value)),
        (begun > 0, literal(LearningState.UNDER_WAY.value)),
        else_=literal(LearningState.NOT_BEGUN.value),
    )
    return (
        select(
            LessonProgress.user_id,
            Module.course_id,
            state.label("state"),
            done.label("done"),
            total.label("total"),
            type_coerce(func.min(LessonProgress.first_opened_at), AsStored).label("begun_at"),
            type_coerce(func.max(LessonProgress.opened_at), AsStored).label("opened_at"),
            type_coerce(case((done == total, func.max(LessonProgress.completed_at)), else_=null()), AsStored),
        )
        .join(Lesson, Lesson.id == LessonProgress.lesson_id)
        .join(Module, Module.id == Lesson.module_id)
        .join(totals, totals.c.course_id == Module.course_id)
        .where(*counted)
        .group_by(LessonProgress.user_id, Module.course_id, totals.c.total)
    )
