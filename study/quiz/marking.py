"""How marks add up: pure rules in whole thousandths, no database, no words. What one answer earns is in ``kinds``.

Whole numbers keep every comparison exact: 66.7 % is 667 of 1000.
"""

from collections.abc import Sequence
from enum import StrEnum

from study.enums import QuestionKind
from study.quiz.kinds.content import FULL

TAKEN = frozenset(QuestionKind) - {QuestionKind.ESSAY}
"""The kinds that quizzes take so far."""


class Verdict(StrEnum):
    """How good an answer was."""

    RIGHT = "right"
    PART = "part"
    WRONG = "wrong"
    OPEN = "open"


def mark_of(fraction: int, max_mark: int) -> int:
    """Return the mark in thousandths, half a thousandth rounded up."""
    return (max_mark * fraction * 2 + FULL) // (FULL * 2)


def verdict_of(mark: int | None, max_mark: int, *, answered: bool) -> Verdict:
    """Say how good an answer was."""
    if not answered:
        return Verdict.OPEN
    if mark is None or mark <= 0:
        return Verdict.WRONG
    return Verdict.RIGHT if mark >= max_mark else Verdict.PART


def passes(mark: int, max_mark: int, pass_thousandths: int) -> bool:
    """Tell whether a paper passes; exact, because it multiplies instead of dividing."""
    return mark * FULL >= pass_thousandths * max_mark and max_mark > 0


def percent_of(mark: int, max_mark: int) -> int:
    """Return the share in whole per cent, rounded down, so that 59.9 never shows as a passed 60."""
    return mark * 100 // max_mark if max_mark else 0


def shares_for(right: Sequence[bool]) -> list[int]:
    """Return fractions for options of which some are right: all right ones together earn everything.

    A wrong one costs as much as makes guessing useless: choosing all options earns nothing.
    """
    good, bad = sum(right), len(right) - sum(right)
    if not good:
        return [0 for _option in right]
    cost = -max(FULL // good, -(-FULL // bad)) if bad else 0
    gains = [FULL // good + (1 if place < FULL % good else 0) for place in range(good)]
    earned = iter(gains)
    return [next(earned) if is_right else cost for is_right in right]
