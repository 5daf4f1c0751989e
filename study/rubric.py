"""What work is marked by: criteria with points, typed a line each, and the share that marks make."""

import re
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

TITLE_MAX: Final = 200
CRITERIA_MAX: Final = 20
POINTS_MAX: Final = 1000
WHOLE: Final = 100
"""Points of the whole work when the author names no criteria."""

_LINE: Final = re.compile(r"^(\d{1,4})(?!\d)\s*(?:[.:：、]|points?\b|分)?\s*(\S.*)$", re.IGNORECASE)


class Criterion(NamedTuple):
    """One thing that is looked at, and how much it can bring."""

    points: int
    title: str


class Mark(NamedTuple):
    """What one criterion brought, as it was named then."""

    points: int
    most: int
    title: str


class NotACriterion(ValueError):
    """A line that is none; carries its number and what stands there."""

    def __init__(self, number: int, line: str) -> None:
        super().__init__(line)
        self.number = number
        self.line = line


def parse_rubric(text: str) -> list[Criterion]:
    """Return the criteria, one a line: points, then the title. Blank lines are nothing.

    Raises:
        NotACriterion: a line has no points or no title, or there are too many.
    """
    found: list[Criterion] = []
    for number, raw in enumerate(text.splitlines(), start=1):
        line = " ".join(raw.split())
        if not line:
            continue
        match = _LINE.match(line)
        fits = match and 0 < int(match[1]) <= POINTS_MAX and len(match[2]) <= TITLE_MAX and len(found) < CRITERIA_MAX
        if match is None or not fits:
            raise NotACriterion(number, line)
        found.append(Criterion(int(match[1]), match[2]))
    return found


def rubric_text(rubric: Iterable[Sequence[object]]) -> str:
    """Return criteria as an author types them."""
    return "\n".join(f"{points} {title}" for points, title in rubric)


def in_force(rubric: Iterable[Sequence[object]]) -> list[Criterion]:
    """Return what is marked: the criteria, or the whole work where there are none."""
    return [Criterion(int(str(points)), str(title)) for points, title in rubric] or [Criterion(WHOLE, "")]


def percent_of(marks: Iterable[Mark]) -> int:
    """Return the share of all points in whole percent, rounded down."""
    found = list(marks)
    most = sum(mark.most for mark in found)
    return sum(mark.points for mark in found) * 100 // most if most else 0
