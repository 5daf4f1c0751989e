"""One of several options, several of them, and true or false."""

import random
from collections.abc import Mapping
from typing import Any

from core.faces import Faces
from study.enums import QuestionKind
from study.quiz.kinds.base import (
    ONE_RIGHT,
    SOME_RIGHT,
    TWO_ANSWERS,
    Answer,
    Given,
    Kind,
    Order,
    ShownOption,
    bounded,
)
from study.quiz.kinds.content import FULL, QuestionContent
from study.quiz.kinds.settings import Scoring

ROUNDING = 10
"""Weights such as three times 333 fall short of the full mark by less than this."""


class Choice(Kind):
    """What all kinds share that are answered by choosing."""

    is_chosen = True

    def order(self, content: QuestionContent, rng: random.Random | None) -> list[Any]:
        """Return the keys of the options, shuffled where both quiz and question let them."""
        keys = [option.key for option in content.options]
        if rng and not content.settings.keep_order:
            rng.shuffle(keys)
        return keys

    def read(self, content: QuestionContent, order: Order, given: Given) -> dict[str, Any]:
        """Return the keys of the chosen numbers."""
        return {"keys": sorted({str(order[number - 1]) for number in given.chosen if 1 <= number <= len(order)})}

    def is_answered(self, answer: Answer) -> bool:
        """Tell whether anything is chosen."""
        return bool(answer.get("keys"))

    def remarks(self, content: QuestionContent, answer: Answer) -> list[Faces]:
        """Return the remarks on what was chosen."""
        chosen = answer.get("keys", ())
        return [o.feedback_html for o in content.options if o.key in chosen and o.feedback_html]

    def options(self, content: QuestionContent, order: Order, answer: Answer) -> list[ShownOption]:
        """Return the options in the order of the paper."""
        by_key = {option.key: option for option in content.options}
        chosen = answer.get("keys", ())
        return [
            ShownOption(number=number, option=by_key[key], chosen=key in chosen)
            for number, key in enumerate(order, start=1)
        ]


class SingleChoice(Choice):
    """One of several options."""

    kind = QuestionKind.SINGLE_CHOICE

    def problem(self, content: QuestionContent) -> Any:
        """Ask for two options, one of which earns everything."""
        if len(content.options) < 2:
            return TWO_ANSWERS
        return None if max(option.fraction for option in content.options) == FULL else ONE_RIGHT

    def read(self, content: QuestionContent, order: Order, given: Given) -> dict[str, Any]:
        """Return the key of the chosen number."""
        return {"keys": super().read(content, order, given)["keys"][:1]}

    def fraction(self, content: QuestionContent, answer: Answer) -> int:
        """Return what the chosen option earns."""
        chosen = set(answer.get("keys", ()))
        found = [option.fraction for option in content.options if option.key in chosen]
        if len(found) != 1:
            return 0
        if content.settings.scoring is Scoring.ALL_OR_NOTHING:
            return FULL if found[0] >= FULL else 0
        return bounded(found[0], content.settings.scoring)


class TrueFalse(SingleChoice):
    """A statement that is true or false."""

    kind = QuestionKind.TRUE_FALSE

    def order(self, content: QuestionContent, rng: random.Random | None) -> list[Any]:
        """Return true first, always."""
        return [option.key for option in content.options]


class MultipleChoice(Choice):
    """Several of several options."""

    kind = QuestionKind.MULTIPLE_CHOICE

    def problem(self, content: QuestionContent) -> Any:
        """Ask for two options, whose right ones earn everything together."""
        if len(content.options) < 2:
            return TWO_ANSWERS
        total = sum(option.fraction for option in content.options if option.fraction > 0)
        return None if abs(total - FULL) <= ROUNDING else SOME_RIGHT

    def fraction(self, content: QuestionContent, answer: Answer) -> int:
        """Return what the chosen options earn together."""
        fractions = {option.key: option.fraction for option in content.options}
        chosen = {key for key in answer.get("keys", ()) if key in fractions}
        return _several(fractions, chosen, content.settings.scoring)


def _several(fractions: Mapping[str, int], chosen: set[str], scoring: Scoring) -> int:
    right = {key for key, fraction in fractions.items() if fraction > 0}
    total = sum(fractions[key] for key in chosen)
    if scoring in (Scoring.ALL_OR_NOTHING, Scoring.NO_WRONG):
        if chosen == right:
            return FULL
        whole = scoring is Scoring.ALL_OR_NOTHING or not chosen <= right
        return 0 if whole else bounded(total, scoring)
    return FULL if right <= chosen and total >= FULL - ROUNDING else bounded(total, scoring)
