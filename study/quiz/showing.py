"""One question as a page shows it: to be answered, with its result, or to its author."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from types import MappingProxyType

from core.faces import Faces
from study.enums import Certainty, QuestionKind
from study.models import AttemptFile, HandMark
from study.quiz.kinds import (
    CHOSEN,
    FULL,
    Answer,
    Order,
    Part,
    QuestionContent,
    ShownOption,
    accepted_by,
    bands_for,
    cloze,
    fraction_of,
    is_hand_marked,
    kind_of,
    remarks_on,
    said_to,
)
from study.quiz.marking import Verdict, verdict_of

ACCEPTED_SHOWN = 3
"""Accepted answers that a result names; spellings of one answer can be many."""


@dataclass(frozen=True, kw_only=True)
class ShownQuestion:
    """A question at its place. What gives the answer away is in ``content``, and used by results and previews only."""

    position: int
    content: QuestionContent
    order: Order
    max_mark: int = FULL
    mark: int | None = None
    answered: bool = False
    answer: Answer = field(default_factory=lambda: MappingProxyType({}))
    saved_at: datetime | None = None
    certainty: Certainty = Certainty.NONE
    is_checked: bool = False
    """Whether its reasons were told already, in a practice."""
    is_dropped: bool = False
    """Whether it counts for nobody, its key having been wrong."""
    is_rekeyed: bool = False
    """Whether its mark comes from another key than its own."""
    seen: int = 0
    """What the form tells back to show which answer it was filled with."""
    files: Sequence[AttemptFile] = ()
    hand: Sequence[HandMark] = ()
    """What people gave it that its author may read."""

    @property
    def kind(self) -> QuestionKind:
        """What it asks for."""
        return self.content.kind

    @property
    def as_written(self) -> "ShownQuestion":
        """The question as its author sees it."""
        return to_author(self.content, self.position)

    @property
    def is_choice(self) -> bool:
        """Tell whether it is answered by choosing."""
        return self.kind in CHOSEN

    @property
    def is_asked(self) -> bool:
        """Tell whether there is anything to answer."""
        return kind_of(self.kind).is_asked

    @property
    def is_hand_marked(self) -> bool:
        """Tell whether people mark it."""
        return is_hand_marked(self.kind)

    @property
    def is_open(self) -> bool:
        """Tell whether it waits for an answer."""
        return self.is_asked and not self.answered

    @cached_property
    def options(self) -> Sequence[ShownOption]:
        """The options in the order of this paper."""
        return kind_of(self.kind).options(self.content, self.order, self.answer)

    @cached_property
    def parts(self) -> Sequence[Part]:
        """The parts in the order of this paper."""
        return kind_of(self.kind).parts(self.content, self.order, self.answer)

    @property
    def pieces(self) -> list[tuple[str, Part | None]]:
        """The text of a cloze in the reader's language, cut at its gaps: each piece with the gap after it."""
        parts = {part.name: part for part in self.parts}
        return [(html, parts.get(key)) for html, key in cloze.pieces(self.content.html.pick())]

    @property
    def verdict(self) -> Verdict:
        """How good the answer was, however sure one was of it."""
        if self.is_dropped:
            return Verdict.DROPPED
        if self.is_rekeyed and (self.mark or 0) >= self.max_mark:
            return Verdict.RIGHT
        if self.certainty is Certainty.COUNTS and not self.is_hand_marked and not self.is_rekeyed:
            return verdict_of(fraction_of(self.content, self.answer), FULL, answered=self.answered)
        return verdict_of(self.mark, self.max_mark, answered=self.answered)

    @property
    def sure(self) -> int:
        """How sure one was: 3 sure, 2 fairly, 1 guessed, 0 not said."""
        return int(self.answer.get("sure", 0))

    @property
    def accepted(self) -> list[str]:
        """The answers that earn the full mark, as people write them."""
        return accepted_by(self.content)[:ACCEPTED_SHOWN]

    @property
    def said(self) -> list[Faces]:
        """What the author has to say to this answer and does not stand beside an option."""
        if self.is_hand_marked:
            return said_to(self.content, None if self.mark is None else self.mark * FULL // (self.max_mark or FULL))
        found = bands_for(self.content, self.answer)
        return found if self.is_choice else [*remarks_on(self.content, self.answer), *found]


def to_author(content: QuestionContent, position: int = 1) -> ShownQuestion:
    """Return a question as its author sees it: in the order in which it was written."""
    return ShownQuestion(position=position, content=content, order=kind_of(content.kind).order(content, None))
