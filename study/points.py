"""What points a member has, and why: pure rules over what the ledgers say.

Points are for bringing something to mind and for real study: a question answered rightly on its own day, minutes that
were counted as active, lessons done. The same thing again is worth less and soon nothing; a day has a cap; an open tab
is worth nothing; and nothing is ever taken away.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from statistics import median
from typing import Final

from study.enums import LessonKind

A_DAY: Final = 30
"""The most points of one day."""
RIGHT: Final = (2, 1, 1)
"""For one question answered rightly on its first, second and third day; later days are worth nothing."""
LESSON_DONE: Final = 5
A_MINUTE: Final = 60
PROVEN: Final = frozenset({LessonKind.QUIZ, LessonKind.ASSIGNMENT, LessonKind.MEETING})
"""Lessons that somebody or something else says are done; others need a minute of active study for their points."""
SECONDS_A_POINT: Final = 5 * A_MINUTE
STUDIED: Final = (Fraction(1), Fraction(1, 2), Fraction(1, 4))
"""What the minutes of one lesson count on the first, second and third day; later days are worth nothing."""
SPAN: Final = 28
"""Days that a branch's figures look back, today included."""


class PointKind(StrEnum):
    """What points are for."""

    RIGHT = "right"
    STUDIED = "studied"
    DONE = "done"


@dataclass(kw_only=True)
class Ledger:
    """What one member did: on which day, with what."""

    right: set[tuple[date, int]] = field(default_factory=set)
    """Question answered rightly."""
    studied: dict[tuple[date, int], int] = field(default_factory=lambda: defaultdict(int))
    """Lesson → active seconds."""
    done: set[tuple[date, int]] = field(default_factory=set)
    """Lesson done."""
    proven: set[int] = field(default_factory=set)
    """Lessons done that need no minutes."""


@dataclass(frozen=True)
class Reason:
    """What a part of a day's points is for: so many answers, minutes or lessons."""

    kind: PointKind
    number: int
    points: int


@dataclass(frozen=True)
class DayPoints:
    """The points of one day."""

    day: date
    reasons: tuple[Reason, ...]

    @property
    def total(self) -> int:
        """The points that count."""
        return min(self.earned, A_DAY)

    @property
    def earned(self) -> int:
        """The points as they would be without the cap."""
        return sum(reason.points for reason in self.reasons)


def points_of(ledger: Ledger) -> list[DayPoints]:
    """Return the points of every day on which there were any, or would have been but for repetition; oldest first."""
    found: dict[date, dict[PointKind, Reason]] = defaultdict(dict)
    for day, (number, points) in _right(ledger.right).items():
        found[day][PointKind.RIGHT] = Reason(PointKind.RIGHT, number, points)
    for day, (seconds, counted) in _studied(ledger.studied).items():
        if seconds < A_MINUTE:
            continue
        found[day][PointKind.STUDIED] = Reason(PointKind.STUDIED, seconds // A_MINUTE, int(counted) // SECONDS_A_POINT)
    for day, number in _done(ledger).items():
        found[day][PointKind.DONE] = Reason(PointKind.DONE, number, number * LESSON_DONE)
    return [
        DayPoints(day, tuple(found[day][kind] for kind in PointKind if kind in found[day])) for day in sorted(found)
    ]


def _right(answers: Iterable[tuple[date, int]]) -> Mapping[date, tuple[int, int]]:
    days: dict[date, tuple[int, int]] = defaultdict(lambda: (0, 0))
    times: dict[int, int] = defaultdict(int)
    for day, question in sorted(answers):
        number, points = days[day]
        days[day] = number + 1, points + (RIGHT[times[question]] if times[question] < len(RIGHT) else 0)
        times[question] += 1
    return days


def _studied(studied: Mapping[tuple[date, int], int]) -> Mapping[date, tuple[int, Fraction]]:
    days: dict[date, tuple[int, Fraction]] = defaultdict(lambda: (0, Fraction(0)))
    times: dict[int, int] = defaultdict(int)
    for (day, lesson), seconds in sorted(studied.items()):
        sofar, counted = days[day]
        share = STUDIED[times[lesson]] if times[lesson] < len(STUDIED) else 0
        days[day] = sofar + seconds, counted + seconds * share
        times[lesson] += 1
    return days


def _done(ledger: Ledger) -> Mapping[date, int]:
    """Count the lessons done; a button pressed without a minute of study, by that day, is worth nothing."""
    begun: dict[int, list[tuple[date, int]]] = defaultdict(list)
    for (day, lesson), seconds in ledger.studied.items():
        begun[lesson].append((day, seconds))
    days: dict[date, int] = defaultdict(int)
    for day, lesson in ledger.done:
        seconds = sum(one for at, one in begun[lesson] if at <= day)
        days[day] += lesson in ledger.proven or seconds >= A_MINUTE
    return {day: number for day, number in days.items() if number}


def recalled(
    right: Iterable[tuple[datetime, int]], shown: Iterable[tuple[datetime, int]], day_of: Callable[[datetime], date]
) -> set[tuple[date, int]]:
    """Return on which days which questions were answered rightly before their solution had been shown that day.

    What is answered after that is copied.
    """
    first: dict[tuple[date, int], datetime] = {}
    for at, question in shown:
        key = day_of(at), question
        first[key] = min(at, first.get(key, at))
    return {(day_of(at), question) for at, question in right if at <= first.get((day_of(at), question), at)}


@dataclass(frozen=True)
class Figures:
    """The points of a branch: of how many members, their mean and their median in tenths."""

    members: int
    mean_tenths: int
    median_tenths: int


def figures_of(points: Sequence[int]) -> Figures:
    """Return the figures of some members, those without any points among them."""
    if not points:
        return Figures(0, 0, 0)
    return Figures(len(points), sum(points) * 10 // len(points), int(median(points) * 10))
