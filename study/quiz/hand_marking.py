"""What the marks make that people gave one answer: pure rules, no database, no words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from study.enums import MarkTurn
from study.models import HandMark
from study.quiz.kinds.content import FULL
from study.rubric import Mark


@dataclass(frozen=True, kw_only=True)
class Terms:
    """How answers of a quiz are marked."""

    is_double: bool = False
    differ_thousandths: int = 0
    """By which part of the full mark two may differ."""


@dataclass(frozen=True, kw_only=True)
class AnswerMarks:
    """The marks of one answer as they stand: the latest of each turn."""

    terms: Terms
    max_mark: int
    first: HandMark | None = None
    second: HandMark | None = None
    decision: HandMark | None = None

    @property
    def given(self) -> list[HandMark]:
        """The marks that stand, in the order of turns."""
        return [one for one in (self.first, self.second, self.decision) if one is not None]

    @property
    def told(self) -> list[HandMark]:
        """What the learner reads: a decision instead of what was decided between."""
        return [self.decision] if self.decision is not None else self.given

    @property
    def differs(self) -> bool:
        """Tell whether two marks are there and differ by more than they may."""
        if not self.terms.is_double or self.first is None or self.second is None:
            return False
        return abs(self.first.mark - self.second.mark) * FULL > self.terms.differ_thousandths * self.max_mark

    @property
    def mark(self) -> int | None:
        """What the answer earns, in thousandths; None as long as somebody has still to mark it or to decide."""
        if self.decision is not None:
            return self.decision.mark
        if not self.terms.is_double:
            return self.first.mark if self.first else None
        return None if self.differs else self.mean

    @property
    def mean(self) -> int | None:
        """The mean of both marks, half a thousandth rounded up; None as long as one is missing."""
        if self.first is None or self.second is None:
            return None
        return (self.first.mark + self.second.mark + 1) // 2

    @property
    def needs_decision(self) -> bool:
        """Tell whether two people marked it and somebody has to decide."""
        return self.decision is None and self.differs

    def own(self, marker_id: int) -> HandMark | None:
        """Return the mark of one of the two markers."""
        return next((one for one in (self.first, self.second) if one and one.marker_id == marker_id), None)

    def turn_of(self, marker_id: int, *, decides: bool = False) -> MarkTurn:
        """Return whose mark it would be that this person gives now.

        Once an answer has its mark, it changes by a decision only: the learner may know it by then.
        """
        if not self.terms.is_double:
            return MarkTurn.FIRST
        both = self.first is not None and self.second is not None
        if both and (decides or self.mark is not None):
            return MarkTurn.DECISION
        if own := self.own(marker_id):
            return own.turn
        if both:
            return MarkTurn.DECISION
        return MarkTurn.SECOND if self.first is not None else MarkTurn.FIRST

    def stamp(self, marker_id: int, *, decides: bool = False) -> str:
        """Return what is another whenever somebody else has done what this person is about to do."""
        turn = self.turn_of(marker_id, decides=decides)
        if not self.terms.is_double or turn is MarkTurn.DECISION:
            return f"{'all' if turn is MarkTurn.DECISION else 'one'}:{max((one.id for one in self.given), default=0)}"
        own = self.own(marker_id)
        return f"own:{own.id}" if own else "free"

    def is_open_to(self, marker_id: int) -> bool:
        """Tell whether this person may see all marks: of two markers none sees the other's before both are there."""
        return not self.terms.is_double or self.turn_of(marker_id, decides=True) is MarkTurn.DECISION


def standing(rows: Iterable[HandMark], terms: Terms, max_mark: int) -> AnswerMarks:
    """Return the marks of one answer as they stand, from all that were given, oldest first."""
    latest = {row.turn: row for row in rows}
    return AnswerMarks(
        terms=terms,
        max_mark=max_mark,
        first=latest.get(MarkTurn.FIRST),
        second=latest.get(MarkTurn.SECOND),
        decision=latest.get(MarkTurn.DECISION),
    )


def mark_by(marks: Sequence[Mark], max_mark: int) -> int:
    """Return what points of criteria make of a full mark, in thousandths, half a thousandth rounded up."""
    most = sum(mark.most for mark in marks)
    got = sum(mark.points for mark in marks)
    return (max_mark * got * 2 + most) // (most * 2) if most else 0
