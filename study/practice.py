"""A question in a page as one reader meets it: to be answered, or with what was answered and why it is right or not."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from core.faces import Faces
from study.enums import QuestionKind
from study.models import QuestionVersion
from study.quiz.kinds import ANSWER_MAX, FULL, Answer, Option, accepted_by, fraction_of, remarks_on
from study.quiz.marking import Verdict, verdict_of
from study.quiz.showing import CHOICES

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
        return verdict_of(fraction_of(self.version.content, self.answer), FULL, answered=True)

    @property
    def accepted(self) -> list[str]:
        """The short answers that earn everything, as their author wrote them."""
        return accepted_by(self.version.content)[:ACCEPTED_SHOWN]

    @property
    def remarks(self) -> list[Faces]:
        """What the author says to what was typed."""
        return remarks_on(self.version.content, self.answer or {})


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
