"""Writes down the time members really spent on lessons."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select

from core.clock import utcnow
from core.db import db, lock
from core.permissions import Actor
from core.upserts import upsert
from study.active_time import Beat, Sat, clocked, counted
from study.enums import ProgressKind
from study.models import Lesson, ProgressEvent, Sitting
from study.services import progress
from study.services.progress import Note
from study.services.standings import Pair

FORGOTTEN_AFTER = timedelta(days=1)


def note_active(beats: Mapping[Pair, Beat]) -> None:
    """Count what pages have said; those who do not take the course are left out."""
    taken = progress.enrolled(beats)
    minutes = _minutes({lesson for _user, lesson in taken})
    notes: list[Note] = []
    # Members in one order for the locks; of one member the earlier message first.
    for pair in sorted(taken, key=lambda pair: (pair[0], beats[pair].at)):
        notes += _count(pair, beats[pair], minutes[pair[1]])
    progress.note(notes)


def note_time(lesson: Lesson, actor: Actor, active: int | None) -> None:
    """Count the time of somebody who is about to mark a lesson as read.

    Args:
        lesson: is the one.
        actor: reads it; who does not take the course leaves nothing.
        active: seconds the page has not sent yet; None without scripts, then the clock counts.
    """
    if actor.id is None or not progress.enrolled({(actor.id, lesson.id)}):
        return
    pair, now = (actor.id, lesson.id), utcnow()
    beat = Beat(active, now) if active is not None else _by_clock(pair, now, lesson.minutes)
    progress.note(_count(pair, beat, lesson.minutes))


def forget_sittings() -> int:
    """Drop sittings that ended long ago and return how many."""
    old = delete(Sitting).where(Sitting.seen_at < utcnow() - FORGOTTEN_AFTER)
    gone: int = db.session.execute(old).rowcount  # type: ignore[attr-defined]
    return gone


def _by_clock(pair: Pair, now: datetime, minutes: int) -> Beat:
    """Return the time since the lesson was opened, less what was counted of it already."""
    opened_at = db.session.scalar(_entries(pair, ProgressKind.OPENED, func.max(ProgressEvent.at)))
    if opened_at is None:
        return Beat(0, now, by_clock=True)
    seconds = func.sum(ProgressEvent.detail["seconds"].as_integer())
    known = db.session.scalar(_entries(pair, ProgressKind.STUDIED, seconds).where(ProgressEvent.at >= opened_at)) or 0
    return Beat(max(clocked(opened_at, now, minutes) - known, 0), now, by_clock=True)


def _count(pair: Pair, beat: Beat, minutes: int) -> list[Note]:
    """Return the entries that a message is worth and move the sitting on."""
    notes = []
    before = _sat(pair)
    if seconds := counted(beat, before, minutes):
        _go_on(pair, beat.at, before.so_far(beat.at) + seconds)
        detail = {"seconds": seconds, "clock": True} if beat.by_clock else {"seconds": seconds}
        notes.append(Note(*pair, ProgressKind.STUDIED, beat.at, detail))
    if beat.at_end and not progress.has(*pair, ProgressKind.REACHED_END):
        notes.append(Note(*pair, ProgressKind.REACHED_END, beat.at))
    return notes


def _sat(pair: Pair) -> Sat:
    """Return what was counted of a member before; the rows are held until commit."""
    rows = db.session.scalars(
        lock(select(Sitting)).where(Sitting.user_id == pair[0]).execution_options(populate_existing=True)
    ).all()
    here = next((row for row in rows if row.lesson_id == pair[1]), None)
    anywhere_at = max((row.seen_at for row in rows), default=None)
    return Sat(anywhere_at, here.seen_at if here else None, here.seconds if here else 0)


def _go_on(pair: Pair, at: datetime, seconds: int) -> None:
    values = {"user_id": pair[0], "lesson_id": pair[1], "seen_at": at, "seconds": seconds}
    db.session.execute(upsert(Sitting, values, conflict=["user_id", "lesson_id"], update=["seen_at", "seconds"]))


def _minutes(lesson_ids: set[int]) -> dict[int, int]:
    rows = db.session.execute(select(Lesson.id, Lesson.minutes).where(Lesson.id.in_(lesson_ids)))
    return {row.id: row.minutes for row in rows}


def _entries(pair: Pair, kind: ProgressKind, what: Any) -> Any:
    return select(what).where(
        ProgressEvent.user_id == pair[0], ProgressEvent.lesson_id == pair[1], ProgressEvent.kind == kind
    )
