"""What a paper earns from its questions, and whether it passes: pure rules, no database, no words.

Papers get their verdicts when they are handed in, when people mark them, and when a key was changed; what a change
would do is worked out beforehand. All of them add up and judge here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from study.quiz.keys import Earned
from study.quiz.marking import passes


@dataclass(frozen=True, kw_only=True)
class Verdicts:
    """What a whole paper earned, of how much, and whether that was enough."""

    mark: int | None
    max_mark: int
    passed: bool | None

    @classmethod
    def of(cls, paper: Any) -> "Verdicts":
        """Return what stands on a paper."""
        return cls(mark=paper.mark, max_mark=paper.max_mark, passed=paper.passed)


NONE_YET = Verdicts(mark=None, max_mark=0, passed=None)
"""What a paper has before anything of it is judged."""


@dataclass(kw_only=True)
class Total:
    """What the questions of a paper earn together."""

    waiting: int
    """How many of them a person has still to mark."""
    marks: int
    full: int

    @classmethod
    def of(cls, slots: Iterable[Any]) -> "Total":
        """Add questions up."""
        rows = [(slot.mark, slot.max_mark) for slot in slots]
        return cls(
            waiting=sum(mark is None for mark, _full in rows),
            marks=sum(mark or 0 for mark, _full in rows),
            full=sum(full for _mark, full in rows),
        )

    def move(self, before: Earned, after: Earned) -> None:
        """Let one question earn something else."""
        self.waiting += (after.mark is None) - (before.mark is None)
        self.marks += (after.mark or 0) - (before.mark or 0)
        self.full += after.max_mark - before.max_mark

    def judged(self, before: Verdicts, pass_thousandths: int) -> Verdicts:
        """Return the verdict on the whole paper, which is unknown as long as a person has still to mark a question.

        Bad answers may cost marks, but nobody ends with less than nothing.
        """
        return judged(before, None if self.waiting else max(0, self.marks), self.full, pass_thousandths)


def judged(before: Verdicts, mark: int | None, max_mark: int, pass_thousandths: int) -> Verdicts:
    """Return the verdict on a paper that earns this now.

    The line that is passed now may be another one than when the paper got its verdict: so more marks never take a pass
    away, fewer never give one, and the same share changes nothing. Nothing that counts has no verdict.
    """
    if mark is None or not max_mark:
        return Verdicts(mark=mark, max_mark=max_mark, passed=None)
    enough = passes(mark, max_mark, pass_thousandths)
    if before.mark is None or before.passed is None or not before.max_mark:
        return Verdicts(mark=mark, max_mark=max_mark, passed=enough)
    new, old = mark * before.max_mark, before.mark * max_mark
    if new > old:
        passed = before.passed or enough
    elif new < old:
        passed = before.passed and enough
    else:
        passed = before.passed
    return Verdicts(mark=mark, max_mark=max_mark, passed=passed)
