"""How marks add up in a gradebook: pure rules in exact fractions, no database, no words.

Every mark is a share of its full mark. A total is the mean of the shares that count, each weighed, and is rounded once,
at the end, to whole thousandths; half a thousandth goes up.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from study.enums import GradeState, Grading
from study.quiz.kinds.content import FULL
from study.quiz.marking import counted

Paper = tuple[int | None, int]
"""The mark of a paper handed in, None where it waits for a person, and its full mark; both thousandths."""


@dataclass(frozen=True, kw_only=True)
class Earned:
    """What came of what a learner handed in."""

    share: Fraction | None = None
    waits: bool = False
    """Whether something of it has still to be marked by a person."""
    comment: str = ""


NOTHING = Earned()


def of_papers(papers: Sequence[Paper], grading: Grading) -> Earned:
    """Return what counts of the papers of one learner, in the order they were begun."""
    # Where every question of a paper was dropped, it has no verdict.
    papers = [paper for paper in papers if paper[1]]
    waits = any(mark is None for mark, _full in papers)
    if not papers:
        return NOTHING
    if grading is Grading.BEST:
        told = [(mark, full) for mark, full in papers if mark is not None]
        return Earned(share=counted(told, grading), waits=waits)
    counting = papers if grading is Grading.MEAN else [papers[0 if grading is Grading.FIRST else -1]]
    known = [(mark, full) for mark, full in counting if mark is not None]
    if len(known) < len(counting):
        return Earned(waits=True)
    return Earned(share=counted(known, grading), waits=waits)


def rounded(exact: Fraction) -> int:
    """Return a fraction, which is not negative, as a whole number; a half goes up."""
    return (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)


@lru_cache(maxsize=20_000)
def mark_in(share: Fraction, max_mark: int) -> int:
    """Return a share as a mark in thousandths; remembered, as of many learners most earn the same."""
    return rounded(share * max_mark)


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a person said about a cell, as it stands."""

    mark: int | None
    feedback: str = ""
    number: int = 0
    """Of what was said last; 0 where nobody has said anything."""


UNSAID = Said(mark=None)


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One learner and one column, as a reader may see it."""

    state: GradeState
    weight: int
    max_mark: int
    share: Fraction | None = None
    """What the reader sees of the mark."""
    earned: Fraction | None = None
    """What it would be without what a person said."""
    said: Said = UNSAID
    waits: bool = False
    feedback: str = ""
    """What a person said here, or else about the work that was handed in."""

    @property
    def is_given(self) -> bool:
        """Tell whether the mark is what a person said here."""
        return self.said.mark is not None

    @property
    def counting(self) -> Fraction | None:
        """The share that counts in the total; None where nothing counts."""
        counts = self.state in (GradeState.MARKED, GradeState.MISSED) and self.weight > 0
        return self.share if counts else None

    @property
    def mark(self) -> int | None:
        """The mark in thousandths, out of the full mark of the column."""
        return None if self.share is None else mark_in(self.share, self.max_mark)


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What decides how a cell is seen, beside the marks."""

    weight: int
    max_mark: int
    is_held_back: bool = False
    is_sealed: bool = False
    """Whether this reader must not see whose mark it is."""
    hides_waiting: bool = False
    """Whether this reader must not see whose the papers are that wait."""
    sees_held: bool = False
    is_missed_at_zero: bool = False
    """Whether it is due, and nothing handed in counts as 0."""


def cell_of(terms: Terms, earned: Earned, said: Said) -> Cell:
    """Return what there is to see of one learner and one column."""
    if terms.is_sealed:
        return Cell(state=GradeState.SEALED, weight=terms.weight, max_mark=terms.max_mark)
    if terms.is_held_back and not terms.sees_held:
        return Cell(state=GradeState.HELD, weight=terms.weight, max_mark=terms.max_mark)
    share = earned.share if said.mark is None else Fraction(said.mark, terms.max_mark)
    if terms.hides_waiting and earned.waits and share is None:
        return Cell(state=GradeState.SEALED, weight=terms.weight, max_mark=terms.max_mark)
    state = _state(terms, earned, share)
    return Cell(
        state=state,
        weight=terms.weight,
        max_mark=terms.max_mark,
        share=Fraction(0) if state is GradeState.MISSED else share,
        earned=earned.share,
        said=said,
        waits=earned.waits and not terms.hides_waiting,
        feedback=said.feedback or earned.comment,
    )


def _state(terms: Terms, earned: Earned, share: Fraction | None) -> GradeState:
    if terms.is_held_back:
        return GradeState.HELD
    if share is not None:
        return GradeState.MARKED
    if earned.waits:
        return GradeState.WAITING
    return GradeState.MISSED if terms.is_missed_at_zero else GradeState.OPEN


def total_of(cells: Iterable[Cell]) -> int | None:
    """Return the total in thousandths of the whole; None as long as nothing counts."""
    whole, numerator, denominator = 0, 0, 1
    for cell in cells:
        if (share := cell.counting) is not None:
            whole += cell.weight
            # Brought to lowest terms once, at the end: thousands of learners are added up.
            numerator = numerator * share.denominator + cell.weight * share.numerator * denominator
            denominator *= share.denominator
    return rounded(Fraction(numerator * FULL, denominator * whole)) if whole else None


def part_of(cell: Cell, cells: Sequence[Cell]) -> Fraction | None:
    """Return what a cell adds to the total, as a share of the whole; None where it does not count."""
    whole = sum(one.weight for one in cells if one.counting is not None)
    return None if cell.counting is None else cell.weight * cell.counting / whole


def weight_share(weight: int, weights: Iterable[int]) -> int:
    """Return which part of all weights one is, in thousandths."""
    whole = sum(weights)
    return rounded(Fraction(weight * FULL, whole)) if whole else 0
