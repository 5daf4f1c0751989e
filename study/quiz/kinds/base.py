"""What every kind of question can do, and what passes between a page and a kind."""

import random
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from core.faces import Faces
from core.i18n import _l
from study.enums import QuestionKind
from study.quiz.kinds.content import FULL, Option, QuestionContent
from study.quiz.kinds.settings import NOTHING, Scoring

Answer = Mapping[str, Any]
"""What the ledger keeps of an answer: JSON in the form of its kind, ``{}`` for none."""

Order = Sequence[Any]
"""In which order a paper shows a question: keys of options, in the form of its kind. Stored with the paper for ever."""

Earning = tuple[str, int]
"""An answer and the share of the mark that it earns, in thousandths."""

ANSWER_MAX = 500
"""Characters of a short answer."""


@dataclass(frozen=True, kw_only=True)
class Given:
    """What a page sent for one question: places and numbers as the page showed them, never keys."""

    chosen: Sequence[int] = ()
    """Numbers of the chosen options, from 1."""
    text: str = ""
    parts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """What was typed or chosen in each part: place of the part, from 1, or key of the gap."""


@dataclass(frozen=True, kw_only=True)
class ShownOption:
    """An option at its place on the paper; ``number`` counts from 1 and is all that the form sends."""

    number: int
    option: Option
    chosen: bool

    @property
    def is_right(self) -> bool:
        """Tell whether it earns something. For results only."""
        return self.option.fraction > 0


@dataclass(frozen=True, kw_only=True)
class Part:
    """One part of a question that is answered in parts: the left of a pair, an item to order, a gap.

    ``right`` and ``is_right`` are for results only.
    """

    name: str
    """What the form calls it, after ``q<position>.``."""
    html: Faces = NOTHING
    choices: Sequence[tuple[str, Faces]] = ()
    """Value and words of each choice; empty where something is typed."""
    value: str = ""
    """What is typed or chosen."""
    said: Faces = NOTHING
    """The same in words."""
    right: Faces = NOTHING
    is_right: bool = False
    feedback: Faces = NOTHING


class Kind(ABC):
    """One kind of question. Subclasses say what differs; nothing here touches a row."""

    kind: QuestionKind
    is_asked = True
    """Whether there is anything to answer."""
    is_marked = True
    """Whether the machine can mark it."""
    is_chosen = False
    """Whether it is answered by choosing among its options."""
    is_accepted = False
    """Whether its options are accepted answers, each of which usually earns everything."""
    needs_text = True

    @abstractmethod
    def problem(self, content: QuestionContent) -> Any:
        """Return what is missing or wrong in words for the author, or None. The text was looked at before."""

    def order(self, content: QuestionContent, rng: random.Random | None) -> list[Any]:
        """Return in which order a paper shows it; ``rng`` is None where the quiz does not shuffle."""
        return []

    @abstractmethod
    def read(self, content: QuestionContent, order: Order, given: Given) -> dict[str, Any]:
        """Return the answer that a page sent; what fits nowhere is dropped."""

    @abstractmethod
    def is_answered(self, answer: Answer) -> bool:
        """Tell whether an answer says anything."""

    @abstractmethod
    def fraction(self, content: QuestionContent, answer: Answer) -> int | None:
        """Return what share of the mark an answer earns, −1000 to 1000; None where a person has to say."""

    def remarks(self, content: QuestionContent, answer: Answer) -> list[Faces]:
        """Return what the author has to say to this answer, rendered; without bands and general feedback."""
        return []

    def options(self, content: QuestionContent, order: Order, answer: Answer) -> list[ShownOption]:
        """Return the options as the paper shows them, of kinds that are answered by choosing."""
        return []

    def parts(self, content: QuestionContent, order: Order, answer: Answer) -> list[Part]:
        """Return the parts as the paper shows them, of kinds that are answered in parts."""
        return []

    def accepted(self, content: QuestionContent) -> list[str]:
        """Return the answers that earn the full mark, as people write them, of kinds that are typed."""
        return []

    def earning(self, content: QuestionContent) -> list[Earning]:
        """Return all answers that earn something, patterns too, of kinds that are typed."""
        return []


class Typed(Kind):
    """A kind that is answered by typing. Answer: ``{"text": …}``."""

    def read(self, content: QuestionContent, order: Order, given: Given) -> dict[str, Any]:
        """Return what was typed."""
        return {"text": given.text.strip()[:ANSWER_MAX]}

    def is_answered(self, answer: Answer) -> bool:
        """Tell whether anything is typed."""
        return bool(typed(answer).strip())

    def match(self, content: QuestionContent, text: str) -> Option | None:
        """Return the accepted answer that a text fits, of kinds that have some."""
        return None

    def remarks(self, content: QuestionContent, answer: Answer) -> list[Faces]:
        """Return the remark on the answer that fits."""
        met = self.match(content, typed(answer))
        return [met.feedback_html] if met and met.feedback_html else []


def typed(answer: Answer) -> str:
    """Return the text of a typed answer."""
    return str(answer.get("text", ""))


def bounded(fraction: int, scoring: Scoring) -> int:
    """Return a fraction within what the scoring allows."""
    return max(-FULL if scoring is Scoring.NEGATIVE else 0, min(FULL, fraction))


def share(right: int, of: int) -> int:
    """Return a share in thousandths, half a thousandth rounded up; the whole is exactly 1000."""
    return (right * FULL * 2 + of) // (of * 2) if of else 0


def by_parts(right: int, wrong: int, of: int, scoring: Scoring) -> int:
    """Return what ``right`` and ``wrong`` of so many parts of equal weight earn."""
    if scoring is Scoring.ALL_OR_NOTHING or (scoring is Scoring.NO_WRONG and wrong):
        return FULL if right == of else 0
    if scoring is Scoring.NEGATIVE:
        return bounded(share(right, of) - share(wrong, of), scoring)
    return share(right, of)


def mixed(keys: Sequence[str], rng: random.Random | None, content: QuestionContent) -> list[str]:
    """Return the keys in another order than they came, if there is one; without ``rng`` always in the same.

    That one differs from question to question: otherwise one known answer would give away all of the same length.
    """
    found = list(keys)
    source = rng or random.Random(content.digest)
    while len(set(found)) > 1:
        source.shuffle(found)
        if found != list(keys):
            break
    return found


def place_in(said: str, count: int) -> int | None:
    """Return the place that a control named, from 1 to so many; None where it names none."""
    place = int(said) if said.isdecimal() and len(said) < 4 else 0
    return place if 1 <= place <= count else None


ONE_RIGHT = _l("Mark one answer as right.")
SOME_RIGHT = _l("Mark at least one answer as right.")
TWO_ANSWERS = _l("A choice needs at least two answers.")
ONE_ACCEPTED = _l("Give at least one accepted answer.")
