"""How marks add up: pure rules in whole thousandths, no database, no words. What one answer earns is in ``kinds``.

Whole numbers keep every comparison exact: 66.7 % is 667 of 1000.
"""

from collections.abc import Sequence
from enum import StrEnum
from fractions import Fraction

from study.enums import Grading
from study.quiz.kinds.content import FULL


class Verdict(StrEnum):
    """How good an answer was."""

    RIGHT = "right"
    PART = "part"
    WRONG = "wrong"
    OPEN = "open"
    WAITING = "waiting"
    """A person has still to mark it."""
    DROPPED = "dropped"
    """It counts for nobody."""


def mark_of(fraction: int, max_mark: int) -> int:
    """Return the mark in thousandths, half a thousandth rounded up."""
    return (max_mark * fraction * 2 + FULL) // (FULL * 2)


def verdict_of(mark: int | None, max_mark: int, *, answered: bool) -> Verdict:
    """Say how good an answer was."""
    if not answered:
        return Verdict.OPEN
    if mark is None:
        return Verdict.WAITING
    if mark <= 0:
        return Verdict.WRONG
    return Verdict.RIGHT if mark >= max_mark else Verdict.PART


def passes(mark: int, max_mark: int, pass_thousandths: int) -> bool:
    """Tell whether a paper passes; exact, because it multiplies instead of dividing."""
    return mark * FULL >= pass_thousandths * max_mark and max_mark > 0


def percent_of(mark: int, max_mark: int) -> int:
    """Return the share in whole per cent, rounded down, so that 59.9 never shows as a passed 60."""
    return mark * 100 // max_mark if max_mark else 0


RIGHT_BY = {3: 1000, 2: 667, 1: 333}
WRONG_BY = {3: -2000, 2: -667, 1: 0}
"""What an answer earns by how sure one was of it, as Moodle has it: whoever always says what is true fares best."""


def with_certainty(fraction: int, sure: int) -> int:
    """Return what an answer earns, in thousandths, by how sure one was: 3 sure, 2 fairly, 1 guessed or not said."""
    return (fraction * RIGHT_BY[sure] * 2 + FULL) // (FULL * 2) if fraction > 0 else WRONG_BY[sure]


def counted(papers: Sequence[tuple[int, int]], grading: Grading) -> Fraction | None:
    """Return the share that counts of several papers, each its mark and its full mark, in the order they were begun."""
    shares = [Fraction(mark, full) if full else Fraction(0) for mark, full in papers]
    if not shares:
        return None
    if grading is Grading.MEAN:
        return sum(shares, Fraction(0)) / len(shares)
    return {Grading.BEST: max(shares), Grading.LAST: shares[-1], Grading.FIRST: shares[0]}[grading]


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
