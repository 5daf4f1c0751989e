"""What comes next in the set of a day: a pure rule over what is done and what is left."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from study.models.notebook import MOST_A_DAY, NEW_A_DAY

AHEAD: Final = timedelta(minutes=20)
"""How long before its minute a card comes when nothing else is left."""


class Turn(StrEnum):
    """Whose turn it is."""

    STEPS = "steps"
    """A card that is being learnt, and whose minutes are over."""
    DUE = "due"
    NEW = "new"
    AHEAD = "ahead"
    """A card whose minutes are not over yet, since nothing else is left."""


@dataclass(frozen=True, kw_only=True)
class Day:
    """One member's day: numbers of cards."""

    steps: int = 0
    """Being learnt, with their minutes over."""
    ahead: int = 0
    """Being learnt, with some minutes still to go."""
    due: int = 0
    new: int = 0
    done: int = 0
    """Looked at today, each card once."""
    done_new: int = 0
    """Those among them that were new."""
    new_a_day: int = NEW_A_DAY
    most_a_day: int = MOST_A_DAY

    @property
    def room(self) -> int:
        """How many more cards the day takes."""
        return max(0, self.most_a_day - self.done)

    @property
    def due_left(self) -> int:
        """How many cards that are due come today still."""
        return min(self.due, self.room)

    @property
    def new_left(self) -> int:
        """How many new cards come today still."""
        return min(self.new, max(0, self.new_a_day - self.done_new), self.room - self.due_left)

    @property
    def left(self) -> int:
        """How many cards come today still, without those whose minutes are not over."""
        return self.steps + self.due_left + self.new_left

    @property
    def to_come(self) -> int:
        """How many cards come today still, those whose minutes are not over among them."""
        return self.left + self.ahead

    @property
    def held_back(self) -> int:
        """How many cards are for another day."""
        return self.due + self.new - self.due_left - self.new_left

    @property
    def turn(self) -> Turn | None:
        """Whose turn it is; None when the day is done.

        New cards are spread evenly among those that are due.
        """
        if self.steps:
            return Turn.STEPS
        if self.due_left and self.new_left:
            every = (self.due_left + self.new_left) // self.new_left
            return Turn.NEW if self.done % every == every - 1 else Turn.DUE
        if self.due_left or self.new_left:
            return Turn.DUE if self.due_left else Turn.NEW
        return Turn.AHEAD if self.ahead else None
