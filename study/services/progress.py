"""Writes the progress ledger. ``study/services/standings.py`` derives from it how far everybody is."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy import select

from core.clock import utcnow
from core.db import db
from core.permissions import Actor
from study.enums import ProgressKind
from study.errors import NotEnrolled
from study.models import Enrolment, Lesson, Module, ProgressEvent
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
    return bool(_note([Note(user_id, lesson.id, kind, at or utcnow(), detail or {})]))


def mark_read(lesson: Lesson, actor: Actor) -> None:
    """Note that a member has read a lesson. Marking it twice changes nothing.

    Raises:
        NotEnrolled: the member does not take the course.
    """
    if actor.id is None or not _enrolled({(actor.id, lesson.id)}):
        raise NotEnrolled
    standings.hold(actor.id, lesson.id)
    if not _has(actor.id, lesson.id, ProgressKind.READ):
        _note([Note(actor.id, lesson.id, ProgressKind.READ, utcnow())])


def record_quiz_result(user_id: int, quiz_id: int, attempt_id: int, *, passed: bool, percent: int) -> None:
    """Note the mark of an attempt with every lesson that holds the quiz and whose course the member takes.

    Call it again when the mark changes: the last verdict on an attempt counts.
    """
    kind = ProgressKind.QUIZ_PASSED if passed else ProgressKind.QUIZ_FAILED
    now, detail = utcnow(), {"attempt": attempt_id, "percent": percent}
    held_in = db.session.scalars(select(Lesson.id).where(Lesson.quiz_id == quiz_id).order_by(Lesson.id)).all()
    _note([Note(user_id, lesson_id, kind, now, detail) for lesson_id in held_in])


def note_opened(opened: Mapping[tuple[int, int], datetime]) -> None:
    """Write down which (member, lesson) pairs were opened and when; those who do not take the course are left out."""
    taken = sorted(_enrolled(opened))
    changed = _changed_at({lesson for _user, lesson in taken})
    before = {pair: standings.hold(*pair).opened_at for pair in taken}
    _note(
        [
            Note(*pair, ProgressKind.OPENED, opened[pair])
            for pair in taken
            if _is_worth_noting(before[pair], opened[pair], changed[pair[1]])
        ]
    )


def _changed_at(lesson_ids: set[int]) -> dict[int, datetime]:
    rows = db.session.execute(select(Lesson.id, Lesson.updated_at).where(Lesson.id.in_(lesson_ids)))
    return {row.id: row.updated_at for row in rows}


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


def _has(user_id: int, lesson_id: int, kind: ProgressKind) -> bool:
    found = select(ProgressEvent.id).where(
        ProgressEvent.user_id == user_id, ProgressEvent.lesson_id == lesson_id, ProgressEvent.kind == kind
    )
    return db.session.scalar(found.limit(1)) is not None


def _note(notes: Sequence[Note]) -> set[Pair]:
    """Add entries of those who take the courses, then derive what follows once; rows are held in one order."""
    taken = _enrolled({(note.user_id, note.lesson_id) for note in notes})
    for pair in sorted(taken):
        standings.hold(*pair)
    for note in notes:
        if (note.user_id, note.lesson_id) in taken:
            db.session.add(ProgressEvent(**note._asdict() | {"detail": dict(note.detail)}))
    db.session.flush()
    if taken:
        standings.derive(taken)
    return taken
