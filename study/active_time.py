"""How much of the time somebody says to have studied is counted: pure rules, no database.

A page says how many seconds somebody was really there. Nobody has more seconds than the clock: what is counted of one
member, over all lessons, windows and machines, never exceeds the time that passed. And a sitting ends by itself.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

BEAT_MAX: Final = timedelta(seconds=90)
"""The most one message of a page counts; pages send one a minute."""
SITTING_ENDS_AFTER: Final = timedelta(minutes=30)
"""A break of this length begins a new sitting."""
SITTING_TIMES: Final = 4
SITTING_LEAST: Final = timedelta(minutes=20)
"""A sitting on one lesson counts up to four times the minutes the lesson takes, and no less than this."""
CLOCK_TIMES: Final = 2
"""Without scripts the time from opening to marking counts, up to twice the minutes the lesson takes."""


@dataclass(frozen=True)
class Beat:
    """What a page said: so many seconds since it last said something, up to this moment."""

    seconds: int
    at: datetime
    at_end: bool = False
    """Whether the end of the text was seen."""
    by_clock: bool = False
    """Whether the clock said so, for want of a script."""


@dataclass(frozen=True)
class Sat:
    """What was counted before: up to when, and how much of it in the present sitting on the lesson."""

    anywhere_at: datetime | None = None
    here_at: datetime | None = None
    seconds: int = 0

    def so_far(self, at: datetime) -> int:
        """Return the seconds of the sitting that goes on at this moment; none where a new one begins."""
        return self.seconds if self.here_at and at - self.here_at < SITTING_ENDS_AFTER else 0


def joined(earlier: Beat, later: Beat) -> Beat:
    """Return two messages about one lesson that arrived within a few seconds as one; it counts no more than one."""
    return Beat(
        claimed(earlier.seconds + later.seconds),
        max(earlier.at, later.at),
        at_end=earlier.at_end or later.at_end,
        by_clock=earlier.by_clock or later.by_clock,
    )


def claimed(seconds: int) -> int:
    """Return what one message counts at most, whatever it says."""
    return min(max(seconds, 0), int(BEAT_MAX.total_seconds()))


def clocked(opened_at: datetime, at: datetime, minutes: int) -> int:
    """Return the seconds between opening a lesson and marking it, capped."""
    return min(max(int((at - opened_at).total_seconds()), 0), CLOCK_TIMES * minutes * 60)


def counted(beat: Beat, before: Sat, minutes: int) -> int:
    """Return how many of the seconds count, for a lesson that takes so many minutes."""
    room = max(SITTING_TIMES * minutes * 60, int(SITTING_LEAST.total_seconds())) - before.so_far(beat.at)
    passed = int((beat.at - before.anywhere_at).total_seconds()) if before.anywhere_at else beat.seconds
    return max(min(beat.seconds, room, passed), 0)
