"""Writes what members have played, and tells the ledger how much of a lesson that is."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select

from core.db import db, lock
from core.upserts import upsert
from study.enums import CompletionRule, ProgressKind
from study.models import Lesson, Timing, Watching
from study.playing import Played, Report
from study.services.progress import record

STEP_PERCENT = 5
"""The ledger hears of so much more at least, and of what completes a lesson at once."""


def note_played(reports: Mapping[tuple[int, int], Sequence[Report]]) -> None:
    """Count reports in, by member and lesson. A lesson that was deleted meanwhile is passed over."""
    wanted = {lesson_id for _user, lesson_id in reports}
    rows = db.session.execute(
        select(Lesson, Timing.length_ms)
        .outerjoin(Timing, Timing.material_id == Lesson.material_id)
        .where(Lesson.id.in_(wanted))
    )
    lessons = {lesson.id: (lesson, length or 0) for lesson, length in rows}
    for pair in sorted(reports):
        if pair[1] in lessons:
            _count(pair[0], *lessons[pair[1]], reports[pair])


def _count(user_id: int, lesson: Lesson, length_ms: int, reports: Sequence[Report]) -> None:
    row = _hold(user_id, lesson.id)
    played = played_of(row)
    for report in reports:
        played = played.after(report, length_ms=length_ms)
    row.spans = [list(span) for span in played.spans]
    row.position_ms, row.reported_ms = played.position_ms, played.reported_ms
    row.budget_ms, row.counted_at = played.budget_ms, played.counted_at
    db.session.flush()
    if reports:
        _tell(row, lesson, played.percent(length_ms), reports[-1].received_at)


def _tell(row: Watching, lesson: Lesson, percent: int, at: datetime) -> None:
    before = row.noted_percent
    completes = lesson.completion is CompletionRule.WATCHED and before < lesson.completion_number <= percent
    if completes or percent >= before + STEP_PERCENT or before < percent == 100:
        row.noted_percent = percent
        record(row.user_id, lesson, ProgressKind.WATCHED, {"percent": percent}, at=at)


def _hold(user_id: int, lesson_id: int) -> Watching:
    """Return the row, made if missing, locked until commit."""
    key = {"user_id": user_id, "lesson_id": lesson_id}
    nothing = {"spans": [], "position_ms": 0, "reported_ms": 0, "budget_ms": 0, "noted_percent": 0}
    db.session.execute(upsert(Watching, {**key, **nothing}, conflict=["user_id", "lesson_id"]))
    wanted = lock(select(Watching).filter_by(**key)).execution_options(populate_existing=True)
    row: Watching = db.session.scalars(wanted).one()
    return row


def played_of(row: Watching | None) -> Played:
    """Return what a row says was played."""
    if row is None:
        return Played()
    return Played(
        spans=tuple((start, end) for start, end in row.spans),
        position_ms=row.position_ms,
        reported_ms=row.reported_ms,
        budget_ms=row.budget_ms,
        counted_at=row.counted_at,
    )
