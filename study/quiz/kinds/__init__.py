"""The kinds of questions, and the door through which other parts read, show and mark a single question.

``QuestionContent`` describes a question; ``kind_of(content.kind)`` reads an answer that a form sent (``read``);
``fraction_of`` and ``remarks_on`` mark it; ``study.quiz.showing.ShownQuestion`` and the macros of
``templates/study/_question.html`` show it. Nothing here touches a row.
"""

from types import MappingProxyType
from typing import Any

from core.faces import Faces
from study.enums import Certainty, QuestionKind
from study.quiz.kinds import cloze
from study.quiz.kinds.base import ANSWER_MAX, Answer, Earning, Given, Kind, Order, Part, ShownOption
from study.quiz.kinds.by_hand import Description, Essay
from study.quiz.kinds.choices import MultipleChoice, SingleChoice, TrueFalse
from study.quiz.kinds.cloze import Cloze
from study.quiz.kinds.content import FULL, Band, Gap, Option, QuestionContent
from study.quiz.kinds.matching import Matching
from study.quiz.kinds.numbers import Numerical
from study.quiz.kinds.ordering import Ordering
from study.quiz.kinds.settings import Scoring, Settings
from study.quiz.kinds.short import ShortAnswer

KINDS: MappingProxyType[QuestionKind, Kind] = MappingProxyType(
    {
        kind.kind: kind
        for kind in (
            SingleChoice(),
            MultipleChoice(),
            TrueFalse(),
            ShortAnswer(),
            Numerical(),
            Matching(),
            Ordering(),
            Cloze(),
            Essay(),
            Description(),
        )
    }
)

CHOSEN = frozenset(name for name, kind in KINDS.items() if kind.is_chosen)
"""The kinds that are answered by choosing among options."""
TYPED = frozenset(name for name, kind in KINDS.items() if kind.is_accepted)
"""The kinds whose options are accepted answers."""
BY_HAND = frozenset(name for name, kind in KINDS.items() if not kind.is_marked)
"""The kinds that people mark."""

SURE = "-sure"
"""What controls are called that ask how sure one is, after ``q<position>.``: no gap can be called so."""
LEVELS = MappingProxyType({"3": 3, "2": 2, "1": 1})


def kind_of(kind: QuestionKind) -> Kind:
    """Return what a kind of question can do."""
    return KINDS[kind]


def read_answer(content: QuestionContent, order: Order, given: Given, certainty: Certainty) -> dict[str, Any]:
    """Return the answer that a page sent, with how sure of it one is where that is asked."""
    answer = KINDS[content.kind].read(content, order, given)
    said = given.parts.get(SURE, "")
    if certainty is not Certainty.NONE and said in LEVELS:
        answer["sure"] = LEVELS[said]
    return answer


def is_answered(content: QuestionContent, answer: Answer) -> bool:
    """Tell whether an answer says anything."""
    return KINDS[content.kind].is_answered(answer)


def is_hand_marked(kind: QuestionKind) -> bool:
    """Tell whether people mark what was answered to a kind of question."""
    return kind in BY_HAND


def fraction_of(content: QuestionContent, answer: Answer) -> int | None:
    """Return what share of the mark an answer earns, −1000 to 1000; None where a person has to say."""
    return KINDS[content.kind].fraction(content, answer) if is_answered(content, answer) else 0


def remarks_on(content: QuestionContent, answer: Answer) -> list[Faces]:
    """Return what the author has to say to what was chosen or typed, rendered.

    The general feedback, ``content.feedback_html``, is not among it: it is said whatever was answered.
    """
    return [remark for remark in KINDS[content.kind].remarks(content, answer) if remark]


def bands_for(content: QuestionContent, answer: Answer) -> list[Faces]:
    """Return what the author has to say to what an answer earned, rendered: the highest band reached, if any."""
    return said_to(content, fraction_of(content, answer))


def said_to(content: QuestionContent, earned: int | None) -> list[Faces]:
    """Return what the author has to say to whoever earned this share of the mark, in thousandths; None is unknown."""
    reached = [band for band in content.bands if earned is not None and earned >= band.least]
    return [max(reached, key=lambda band: band.least).html] if reached else []


def accepted_by(content: QuestionContent) -> list[str]:
    """Return the answers that earn the full mark, as people write them, of kinds that are typed."""
    return KINDS[content.kind].accepted(content)


def earning_by(content: QuestionContent) -> list[Earning]:
    """Return all answers that earn something with their shares, patterns too, of kinds that are typed."""
    return KINDS[content.kind].earning(content)


__all__ = [
    "ANSWER_MAX",
    "BY_HAND",
    "CHOSEN",
    "FULL",
    "KINDS",
    "LEVELS",
    "SURE",
    "TYPED",
    "Answer",
    "Band",
    "Earning",
    "Gap",
    "Given",
    "Kind",
    "Option",
    "Order",
    "Part",
    "QuestionContent",
    "Scoring",
    "Settings",
    "ShownOption",
    "accepted_by",
    "bands_for",
    "cloze",
    "earning_by",
    "fraction_of",
    "is_answered",
    "is_hand_marked",
    "kind_of",
    "read_answer",
    "remarks_on",
    "said_to",
]
