"""Writes the progress ledger. ``study/services/standings.py`` derives from it how far everybody is."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy import func, select

from core.clock import utcnow
from core.db import db
from core.permissions import Actor
from study.enums import CompletionRule, ProgressKind
from study.errors import NotEnrolled
from study.models import Enrolment, Lesson, LessonProgress, Material, Module, ProgressEvent
from study.queries.media import length_of
from study.rules import may_say_watched
from study.services import standings
from study.services.standings import Pair


class Note(NamedTuple):
    """An entry of the ledger that is to be written."""

    user_id: int
    lesson_id: int
    kind: ProgressKind
    at: datetime
    detail: Mapping[str, Any] = MappingProxyType({})


OPENED_AGAIN_AFTER = timedelta(minutes=10)
"""Opening a lesson again within this time adds nothing to the ledger."""


def record(
    user_id: int,
    lesson: Lesson,
    kind: ProgressKind,
    detail: Mapping[str, Any] | None = None,
    *,
    at: datetime | None = None,
) -> bool:
    """Add an entry to the ledger and derive the member's standing in the lesson again.

    Returns whether it was noted: nothing is noted about those who do not take the course. The caller has checked that
    the actor may say this; what ``detail`` holds is written beside the kinds in ``study/enums.py``.
    """
    return bool(note([Note(user_id, lesson.id, kind, at or utcnow(), detail or {})]))


def mark_read(lesson: Lesson, actor: Actor) -> LessonProgress:
    """Note that a member has read a lesson, and return where the member stands now. Twice changes nothing.

    Of a film or recording nothing is noted before it can have been played.

    Raises:
        NotEnrolled: the member does not take the course.
    """
    if actor.id is None or not enrolled({(actor.id, lesson.id)}):
        raise NotEnrolled
    standings.hold(actor.id, lesson.id)
    if not has(actor.id, lesson.id, ProgressKind.READ) and _may_say_so(actor.id, lesson):
        note([Note(actor.id, lesson.id, ProgressKind.READ, utcnow())])
    return standings.hold(actor.id, lesson.id)


def _may_say_so(user_id: int, lesson: Lesson) -> bool:
    if lesson.completion is not CompletionRule.WATCHED:
        return True
    opened = select(func.min(ProgressEvent.at)).where(
        ProgressEvent.user_id == user_id,
        ProgressEvent.lesson_id == lesson.id,
        ProgressEvent.kind == ProgressKind.OPENED,
    )
    length = timedelta(milliseconds=length_of(lesson))
    return may_say_watched(db.session.scalar(opened), length, lesson.completion_number, utcnow())


class QuizResult(NamedTuple):
    """What an attempt earned, or all attempts of a member under the name 0."""

    user_id: int
    attempt_id: int
    passed: bool
    percent: int


def record_quiz_result(user_id: int, quiz_id: int, attempt_id: int, *, passed: bool, percent: int) -> None:
    """Note the mark of an attempt with every lesson that holds the quiz and whose course the member takes."""
    record_quiz_results(quiz_id, [QuizResult(user_id, attempt_id, passed, percent)])


def record_quiz_results(quiz_id: int, results: Sequence[QuizResult]) -> None:
    """Note the marks of attempts with every lesson that holds the quiz and whose course the member takes.

    Call it again when a mark changes: the last verdict on an attempt counts.
    """
    now = utcnow()
    held_in = db.session.scalars(select(Lesson.id).where(Lesson.quiz_id == quiz_id).order_by(Lesson.id)).all()
    note(
        [
            Note(
                one.user_id,
                lesson_id,
                ProgressKind.QUIZ_PASSED if one.passed else ProgressKind.QUIZ_FAILED,
                now,
                {"attempt": one.attempt_id, "percent": one.percent},
            )
            for one in results
            for lesson_id in held_in
        ]
    )


def note_opened(opened: Mapping[tuple[int, int], datetime]) -> None:
    """Write down which (member, lesson) pairs were opened and when; those who do not take the course are left out."""
    taken = sorted(enrolled(opened))
    lessons = _as_they_are({lesson for _user, lesson in taken})
    before = {pair: standings.hold(*pair).opened_at for pair in taken}
    note(
        [
            Note(*pair, ProgressKind.OPENED, opened[pair], _version(lessons[pair[1]]))
            for pair in taken
            if _is_worth_noting(before[pair], opened[pair], lessons[pair[1]].updated_at)
        ]
    )


def is_enrolled(user_id: int, lesson_id: int) -> bool:
    """Tell whether a member takes the course of a lesson."""
    return bool(enrolled({(user_id, lesson_id)}))


def _as_they_are(lesson_ids: set[int]) -> dict[int, Any]:
    rows = db.session.execute(
        select(Lesson.id, Lesson.updated_at, Lesson.text_changed_at, Material.version, Material.checksum)
        .outerjoin(Material, Material.id == Lesson.material_id)
        .where(Lesson.id.in_(lesson_ids))
    )
    return {row.id: row for row in rows}


def _version(lesson: Any) -> dict[str, Any]:
    """Say which text was opened: proof of hours names it, when it has changed long since."""
    said = {"changed": lesson.text_changed_at.isoformat(timespec="seconds")}
    return said | ({"version": lesson.version, "checksum": lesson.checksum} if lesson.version else {})


def _is_worth_noting(before: datetime | None, moment: datetime, changed_at: datetime) -> bool:
    """Tell whether an opening is noted: the first one, one after a while, and the first that shows a changed lesson."""
    return before is None or moment - before >= OPENED_AGAIN_AFTER or before < changed_at <= moment


def enrolled(pairs: Iterable[Pair]) -> set[Pair]:
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


def has(user_id: int, lesson_id: int, kind: ProgressKind) -> bool:
    """Tell whether the ledger holds an entry of this kind."""
    found = select(ProgressEvent.id).where(
        ProgressEvent.user_id == user_id, ProgressEvent.lesson_id == lesson_id, ProgressEvent.kind == kind
    )
    return db.session.scalar(found.limit(1)) is not None


def note(notes: Sequence[Note]) -> set[Pair]:
    """Add entries of those who take the courses, derive what follows once, and return whose they were.

    Rows are held in one order.
    """
    taken = enrolled({(one.user_id, one.lesson_id) for one in notes}) if notes else set()
    standings.hold_all(taken)
    for one in notes:
        if (one.user_id, one.lesson_id) in taken:
            db.session.add(ProgressEvent(**one._asdict() | {"detail": dict(one.detail)}))
    db.session.flush()
    if taken:
        standings.derive(taken)
    return taken
