"""A question in a page as one reader meets it: to be answered, or with what was answered and why it is right or not."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from core.faces import Faces
from study.enums import QuestionKind
from study.models import QuestionVersion
from study.models.questions import Option
from study.quiz.marking import ANSWER_MAX, CHOICES, FULL, Answer, Verdict, fraction_of, matching_pattern, verdict_of

KINDS: Final = CHOICES | {QuestionKind.SHORT_ANSWER}
"""The kinds that pages ask."""
ACCEPTED_SHOWN: Final = 3
ASKED: Final = re.compile(r'<div class="asked"(?P<rest>[^>]*)>(?P<words>[^<]*)</div>')
"""The place of a question in rendered HTML."""
_IDENT: Final = re.compile(r' data-q="(\d+)"')
_PLACE: Final = re.compile(r' id="(p\d+)"')


@dataclass(frozen=True)
class Asked:
    """Where a page asks a question."""

    question_id: int
    """0 where the text names none that there is."""
    place: str
    words: str
    """What the text names, where that is nothing."""


def asked_at(found: re.Match[str]) -> Asked:
    """Read one place."""
    ident, place = _IDENT.search(found["rest"]), _PLACE.search(found["rest"])
    return Asked(int(ident[1]) if ident else 0, place[1] if place else "", found["words"])


def asked_in(*html: str) -> dict[int, Asked]:
    """Return the questions that HTML asks, by id."""
    places = [asked_at(found) for one in html if "asked" in one for found in ASKED.finditer(one)]
    return {one.question_id: one for one in places if one.question_id}


@dataclass(frozen=True, kw_only=True)
class PageQuestion:
    """One version of a question, and what this reader answered to it."""

    version: QuestionVersion
    answer: Answer | None = None

    @property
    def kind(self) -> QuestionKind:
        """What it asks for."""
        return self.version.kind

    @property
    def is_choice(self) -> bool:
        """Tell whether it is answered by choosing."""
        return self.kind in CHOICES

    @cached_property
    def options(self) -> Sequence[Option]:
        """The options, or accepted answers, in their author's order."""
        return self.version.option_list

    @property
    def chosen(self) -> frozenset[str]:
        """The keys of the options that were chosen."""
        return frozenset((self.answer or {}).get("keys", ()))

    @property
    def typed(self) -> str:
        """What was typed."""
        return str((self.answer or {}).get("text", ""))

    @property
    def verdict(self) -> Verdict:
        """How good the answer was."""
        if self.answer is None:
            return Verdict.OPEN
        return verdict_of(fraction_of(self.version.marking_key, self.answer), FULL, answered=True)

    @property
    def accepted(self) -> list[str]:
        """The short answers that earn everything, as their author wrote them."""
        patterns = [option.pattern for option in self.options if option.fraction >= FULL]
        return [pattern.replace("\\*", "*") for pattern in patterns if pattern != "*"][:ACCEPTED_SHOWN]

    @property
    def remarks(self) -> list[Faces]:
        """What the author says to what was typed."""
        place = matching_pattern([option.pattern for option in self.options], self.typed)
        remark = self.options[place].feedback_html if place is not None else None
        return [remark] if remark else []


def read_answer(version: QuestionVersion, given: Sequence[str]) -> dict[str, Any] | None:
    """Return what a form says to a question, options by their number; None where it says nothing."""
    if version.kind not in CHOICES:
        text = given[0].strip()[:ANSWER_MAX] if given else ""
        return {"text": text} if text else None
    numbers = {int(one) for one in given if one.isascii() and one.isdigit() and len(one) < 4}
    keys = [option.key for number, option in enumerate(version.option_list, start=1) if number in numbers]
    if version.kind is not QuestionKind.MULTIPLE_CHOICE:
        keys = keys[:1]
    return {"keys": keys} if keys else None


Questions = Mapping[int, PageQuestion]
