"""Writes the progress ledger and the rows derived from it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import delete, insert, select

from core.clock import utcnow
from core.db import db, lock, upsert
from core.permissions import Actor
from study.completion import Entry, Standing, standing_of
from study.enums import LearningState, LessonKind, ProgressKind
from study.errors import NotEnrolled
from study.models import Enrolment, Lesson, LessonProgress, Module, ProgressEvent
from study.services import course_progress

OPENED_AGAIN_AFTER = timedelta(minutes=10)
"""Opening a lesson again within this time adds nothing to the ledger."""


def mark_read(lesson: Lesson, actor: Actor) -> None:
    """Note that a member has read a lesson. Marking it twice changes nothing.

    Raises:
        NotEnrolled: the member does not take the course.
    """
    if actor.id is None or not _enrolled({(actor.id, lesson.id)}):
        raise NotEnrolled
    row = _hold(actor.id, lesson.id)
    if row.reason.get("code") != "read":
        _record(row, lesson, ProgressKind.READ)
        course_progress.sum_up([(actor.id, lesson.id)])


def record_quiz_result(user_id: int, quiz_id: int, attempt_id: int, *, passed: bool, percent: int) -> None:
    """Note the mark of an attempt with every lesson that holds the quiz and whose course the member takes.

    Call it again when the mark changes: the last verdict on an attempt counts.
    """
    lessons = db.session.scalars(select(Lesson).where(Lesson.quiz_id == quiz_id)).all()
    taken = _enrolled({(user_id, lesson.id) for lesson in lessons})
    kind = ProgressKind.QUIZ_PASSED if passed else ProgressKind.QUIZ_FAILED
    for lesson in lessons:
        if (user_id, lesson.id) in taken:
            _record(_hold(user_id, lesson.id), lesson, kind, {"attempt": attempt_id, "percent": percent})
    course_progress.sum_up(taken)


def note_opened(opened: Mapping[tuple[int, int], datetime]) -> None:
    """Write down which (member, lesson) pairs were opened and when; those who do not take the course are left out."""
    taken = _enrolled(opened)
    lessons = {
        lesson.id: lesson
        for lesson in db.session.scalars(select(Lesson).where(Lesson.id.in_({lesson for _user, lesson in taken})))
    }
    for user_id, lesson_id in sorted(taken):
        row = _hold(user_id, lesson_id)
        moment = opened[user_id, lesson_id]
        lesson = lessons[lesson_id]
        if _is_worth_noting(row.opened_at, moment, lesson.updated_at):
            _record(row, lesson, ProgressKind.OPENED, at=moment)
    course_progress.sum_up(taken)


def _is_worth_noting(before: datetime | None, moment: datetime, changed_at: datetime) -> bool:
    """Tell whether an opening is noted: the first one, one after a while, and the first that shows a changed lesson."""
    return before is None or moment - before >= OPENED_AGAIN_AFTER or before < changed_at <= moment


def _enrolled(pairs: Iterable[tuple[int, int]]) -> set[tuple[int, int]]:
    """Return the (member, lesson) pairs whose member takes the course of the lesson."""
    wanted = set(pairs)
    rows = db.session.execute(
        select(Enrolment.user_id, Lesson.id)
        .join(Module, Module.course_id == Enrolment.course_id)
        .join(Lesson, Lesson.module_id == Module.id)
        .where(
            Enrolment.left_at.is_(None),
            Enrolment.user_id.in_({user for user, _lesson in wanted}),
            Lesson.id.in_({lesson for _user, lesson in wanted}),
        )
    )
    return {(user_id, lesson_id) for user_id, lesson_id in rows} & wanted


def _hold(user_id: int, lesson_id: int) -> LessonProgress:
    """Return the derived row, made if missing, locked until commit: events of one pair come one after another."""
    key = {"user_id": user_id, "lesson_id": lesson_id}
    values = {**key, "state": LearningState.NOT_BEGUN, "reason": {"code": "not_begun"}}
    db.session.execute(upsert(LessonProgress, values, conflict=["user_id", "lesson_id"]))
    row: LessonProgress = db.session.scalars(lock(select(LessonProgress).filter_by(**key))).one()
    return row


def _record(
    row: LessonProgress,
    lesson: Lesson,
    kind: ProgressKind,
    detail: dict[str, Any] | None = None,
    *,
    at: datetime | None = None,
) -> None:
    moment = at or utcnow()
    db.session.add(
        ProgressEvent(user_id=row.user_id, lesson_id=row.lesson_id, kind=kind, at=moment, detail=detail or {})
    )
    db.session.flush()
    entries = db.session.execute(
        _ledger().where(ProgressEvent.user_id == row.user_id, ProgressEvent.lesson_id == row.lesson_id)
    )
    standing = standing_of(
        [Entry(entry.kind, entry.at, entry.detail) for entry in entries], needs_pass=needs_pass(lesson)
    )
    for name, value in _columns(standing).items():
        setattr(row, name, value)
    db.session.flush()


def needs_pass(lesson: Lesson) -> bool:
    """Tell whether a lesson is done by passing its quiz; one whose quiz was deleted is done by reading."""
    return lesson.kind is LessonKind.QUIZ and lesson.quiz_id is not None


def _ledger() -> Any:
    return select(
        ProgressEvent.user_id, ProgressEvent.lesson_id, ProgressEvent.kind, ProgressEvent.at, ProgressEvent.detail
    ).order_by(ProgressEvent.user_id, ProgressEvent.lesson_id, ProgressEvent.at, ProgressEvent.id)


def _columns(standing: Standing) -> dict[str, Any]:
    return {
        "state": standing.state,
        "first_opened_at": standing.first_opened_at,
        "opened_at": standing.opened_at,
        "completed_at": standing.completed_at,
        "reason": standing.reason,
    }


def rebuild() -> int:
    """Derive all progress from the ledger again and return the number of rows."""
    quizzes = set(
        db.session.scalars(select(Lesson.id).where(Lesson.kind == LessonKind.QUIZ, Lesson.quiz_id.is_not(None)))
    )
    db.session.execute(delete(LessonProgress))
    count = 0
    rows: list[dict[str, Any]] = []
    ledger = db.session.execute(_ledger().execution_options(yield_per=1000))
    for (user_id, lesson_id), entries in groupby(ledger, key=lambda entry: (entry.user_id, entry.lesson_id)):
        standing = standing_of(
            [Entry(entry.kind, entry.at, entry.detail) for entry in entries], needs_pass=lesson_id in quizzes
        )
        rows.append({"user_id": user_id, "lesson_id": lesson_id, **_columns(standing)})
        count += 1
    for start in range(0, len(rows), 500):
        db.session.execute(insert(LessonProgress), rows[start : start + 500])
    course_progress.rebuild()
    return count


def rebuild_for_lesson(lesson: Lesson) -> None:
    """Derive the progress of one lesson again, as after its quiz was changed or taken away."""
    by_user: dict[int, list[Entry]] = defaultdict(list)
    for entry in db.session.execute(_ledger().where(ProgressEvent.lesson_id == lesson.id)):
        by_user[entry.user_id].append(Entry(entry.kind, entry.at, entry.detail))
    for user_id, entries in by_user.items():
        row = _hold(user_id, lesson.id)
        for name, value in _columns(standing_of(entries, needs_pass=needs_pass(lesson))).items():
            setattr(row, name, value)
    db.session.flush()
    course_progress.sum_up((user_id, lesson.id) for user_id in by_user)
