"""A question in a page as one reader meets it: to be answered, or with what was answered and why it is right or not."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from study.enums import QuestionKind
from study.models import QuestionVersion
from study.quiz.kinds import Answer, Given, fraction_of, is_answered, kind_of
from study.quiz.showing import ShownQuestion

KINDS: Final = frozenset(kind for kind in QuestionKind if kind_of(kind).is_asked and kind_of(kind).is_marked)
"""The kinds that pages ask: what has an answer that the machine can mark."""
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


@dataclass(frozen=True)
class PageQuestion:
    """One version of a question, and what this reader answered to it last."""

    version: QuestionVersion
    answer: Answer | None = None

    def shown(self, number: int, answer: Answer | None) -> ShownQuestion:
        """Return the question at its number in a page, with an answer or to be answered."""
        content = self.version.content
        return ShownQuestion(
            position=number,
            content=content,
            order=kind_of(content.kind).order(content, None),
            mark=fraction_of(content, answer) if answer else None,
            answered=bool(answer),
            answer=answer or MappingProxyType({}),
        )

    def read(self, given: Given) -> dict[str, Any] | None:
        """Return the answer to this question that a page sent; None where it says nothing."""
        content = self.version.content
        kind = kind_of(content.kind)
        answer = kind.read(content, kind.order(content, None), given)
        return answer if is_answered(content, answer) else None


Questions = Mapping[int, PageQuestion]
