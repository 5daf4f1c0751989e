"""Reads when a member studied and for how long, in the calendar of the member's own time zone."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select

from core.clock import utcnow
from core.db import db, read_rows
from core.i18n import current_zone
from core.permissions import Actor
from study.enums import ProgressKind
from study.models import LessonProgress, ProgressEvent
from study.streaks import days_in_a_row

WEEKS = 8
DAYS = 28
FAR_BACK = 3650
"""Days looked at when somebody studies on and on."""


@dataclass(frozen=True, kw_only=True)
class Week:
    """A week of a member's study."""

    start: date
    lessons: int
    """Lessons finished."""
    minutes: int


@dataclass(frozen=True, kw_only=True)
class Rhythm:
    """When a member studied: the last weeks, the last days, and how many days in a row."""

    weeks: list[Week]
    days: list[bool]
    in_a_row: int

    @property
    def days_studied(self) -> int:
        """On how many of the last days something was done."""
        return sum(self.days)

    @property
    def this_week(self) -> Week:
        """The week that is going on."""
        return self.weeks[-1]


def get_rhythm(member: Actor, *, weeks: int = WEEKS) -> Rhythm:
    """Return when a member studied in the last weeks, and for how long."""
    today = _local(utcnow())
    starts = [today - timedelta(days=today.weekday(), weeks=back) for back in reversed(range(weeks))]
    begin = min(starts[0], today - timedelta(days=DAYS))
    entries = _entries(member, begin)
    active = {_local(entry.at) for entry in entries}
    finished = _finished(member, begin)
    return Rhythm(
        weeks=[
            Week(
                start=start,
                lessons=sum(_is_in(start, day) for day in finished),
                minutes=sum(entry.seconds or 0 for entry in entries if _is_in(start, _local(entry.at))) // 60,
            )
            for start in starts
        ],
        days=[today - timedelta(days=back) in active for back in reversed(range(DAYS))],
        in_a_row=_in_a_row(member, active, begin, today),
    )


def _is_in(start: date, day: date) -> bool:
    return start <= day < start + timedelta(weeks=1)


def _entries(member: Actor, begin: date) -> list[Any]:
    """Return what a member did from a day on; what a teacher noted is no day of study."""
    rows = read_rows(
        select(
            ProgressEvent.at,
            ProgressEvent.detail["seconds"].as_integer().label("seconds"),
        ).where(
            ProgressEvent.user_id == member.id,
            ProgressEvent.at >= _midnight(begin),
            ProgressEvent.kind != ProgressKind.MARKED,
        )
    )
    return list(rows)


def _finished(member: Actor, begin: date) -> list[date]:
    rows = db.session.scalars(
        select(LessonProgress.completed_at).where(
            LessonProgress.user_id == member.id, LessonProgress.completed_at >= _midnight(begin)
        )
    )
    return [_local(moment) for moment in rows if moment]


def _in_a_row(member: Actor, active: set[date], begin: date, today: date) -> int:
    """Count within what was read; only who may have gone on for longer is looked at further back."""
    count = days_in_a_row(active, today)
    if count < (today - begin).days * 6 // 7:
        return count
    return days_in_a_row({_local(entry.at) for entry in _entries(member, today - timedelta(days=FAR_BACK))}, today)


def _local(moment: datetime) -> date:
    return moment.astimezone(current_zone()).date()


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), current_zone())
