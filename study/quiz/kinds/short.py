"""A word or a few, compared with accepted forms."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Any, Literal

from core.folding import simplify
from study.enums import QuestionKind
from study.quiz.kinds.base import ANSWER_MAX, ONE_ACCEPTED, Answer, Earning, Typed, bounded, typed
from study.quiz.kinds.content import FULL, Option, QuestionContent
from study.quiz.kinds.settings import USUAL, Settings

_WILD = "\ue000"
_NEAR_HAN = re.compile(r"(?<=[\u3400-\u9fff]) | (?=[\u3400-\u9fff])")
_STARS = re.compile(r"\\\*|\*")


class ShortAnswer(Typed):
    """A word or a few."""

    kind = QuestionKind.SHORT_ANSWER
    is_accepted = True

    def problem(self, content: QuestionContent) -> Any:
        """Ask for one accepted answer."""
        return problem_of(content.options)

    def fraction(self, content: QuestionContent, answer: Answer) -> int:
        """Return what the first accepted answer earns that fits."""
        return fraction_of(content.options, content.settings, typed(answer))

    def match(self, content: QuestionContent, text: str) -> Option | None:
        """Return the first accepted answer that fits."""
        return matched(content.options, content.settings, text)

    def accepted(self, content: QuestionContent) -> list[str]:
        """Return the answers that earn the full mark."""
        return accepted_of(content.options)

    def earning(self, content: QuestionContent) -> list[Earning]:
        """Return all answers that earn something."""
        return earning_of(content.options)


def problem_of(options: Sequence[Option]) -> Any:
    """Ask for one accepted answer that earns everything."""
    return None if max((o.fraction for o in options if o.pattern), default=0) == FULL else ONE_ACCEPTED


def matched(options: Sequence[Option], settings: Settings, text: str) -> Option | None:
    """Return the first accepted answer that fits."""
    place = matching_pattern([option.pattern for option in options], text, settings)
    return options[place] if place is not None else None


def fraction_of(options: Sequence[Option], settings: Settings, text: str) -> int:
    """Return what a typed answer earns."""
    met = matched(options, settings, text)
    return bounded(met.fraction, settings.scoring) if met else 0


_ANY = re.compile(r"(?<!\\)\*")


def accepted_of(options: Sequence[Option]) -> list[str]:
    """Return the answers that earn everything, as authors wrote them; patterns where none is spelled out."""
    patterns = [option.pattern for option in options if option.fraction >= FULL and option.pattern != "*"]
    spelled = [pattern for pattern in patterns if not _ANY.search(pattern)]
    return [pattern.replace("\\*", "*") for pattern in spelled or patterns]


def earning_of(options: Sequence[Option]) -> list[Earning]:
    """Return all answers that earn something in the order in which they are tried, patterns as authors wrote them."""
    found = [(option.pattern, option.fraction) for option in options if option.pattern and option.fraction > 0]
    return [(said if _ANY.search(said) else said.replace("\\*", "*"), fraction) for said, fraction in found]


def normalise_answer(text: str, settings: Settings = USUAL) -> str:
    """Bring an answer to the form in which answers are compared: usually width, case and spaces do not matter."""
    form: Literal["NFC", "NFKC"] = "NFC" if settings.width_counts else "NFKC"
    folded = unicodedata.normalize(form, text[:ANSWER_MAX])
    if not settings.case_counts:
        folded = unicodedata.normalize(form, folded.casefold())
    if settings.variants_match:
        folded = simplify(folded)
    if settings.spaces_count:
        return folded.strip()
    return _NEAR_HAN.sub("", " ".join(folded.split()))


def matching_pattern(patterns: Sequence[str], text: str, settings: Settings = USUAL) -> int | None:
    """Return the place of the first pattern that fits. A star stands for any text, with a backslash for itself."""
    answer = normalise_answer(text, settings)
    if not answer.strip():
        return None
    for place, pattern in enumerate(patterns):
        if _fits(pattern, answer, settings):
            return place
    return None


def _fits(pattern: str, answer: str, settings: Settings) -> bool:
    wild = _STARS.sub(lambda found: _WILD if found[0] == "*" else "*", pattern)
    parts = [part.strip() for part in normalise_answer(wild, settings).split(_WILD)]
    if len(parts) == 1:
        return parts[0] == answer
    first, *middle, last = parts
    if len(first) + len(last) > len(answer) or not answer.startswith(first) or not answer.endswith(last):
        return False
    at, end = len(first), len(answer) - len(last)
    for part in middle:
        found = answer.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return True
