"""A text with gaps: typed words, numbers, or menus."""

import random
import re
from html.parser import HTMLParser
from typing import Any

from core.faces import Faces
from core.i18n import _l
from study.enums import QuestionKind
from study.quiz.kinds import numbers, short
from study.quiz.kinds.base import ANSWER_MAX, ONE_RIGHT, Answer, Earning, Given, Kind, Order, Part, bounded, place_in
from study.quiz.kinds.content import FULL, Gap, Option, QuestionContent
from study.quiz.kinds.settings import Scoring

GAP = re.compile(r"\[\[([A-Za-z0-9]{1,8})\]\]")
"""How a text names a gap."""

_OPEN, _CLOSE = "\ue010", "\ue011"
_MARKED = re.compile(f"{_OPEN}([A-Za-z0-9]{{1,8}}){_CLOSE}")
WEIGHT_MAX = 100
GAPS_MAX = 60
KINDS = frozenset({QuestionKind.SHORT_ANSWER, QuestionKind.NUMERICAL, QuestionKind.SINGLE_CHOICE})


class Cloze(Kind):
    """Answer: ``{"gaps": {key: what was typed, or the key of the chosen option}}``. Order: ``[[key, options], …]``."""

    kind = QuestionKind.CLOZE

    def problem(self, content: QuestionContent) -> Any:
        """Ask for gaps that the text names once in each language, each with an answer."""
        keys = [gap.key for gap in content.gaps]
        for text in (content.text.zh, content.text.en):
            if text and sorted(GAP.findall(text)) != sorted(keys):
                return _l("The text has to name each gap once in every language, as [[1]], [[2]] and so on.")
        if not keys or len(set(keys)) != len(keys) or len(keys) > GAPS_MAX:
            return _l("A cloze needs from 1 to %(limit)s gaps, each with a name of its own.") % {"limit": GAPS_MAX}
        return next((found for gap in content.gaps if (found := _gap_problem(gap))), None)

    def order(self, content: QuestionContent, rng: random.Random | None) -> list[Any]:
        """Return the gaps with the options of menus, shuffled where both quiz and question let them."""
        found = []
        for gap in content.gaps:
            keys = [option.key for option in gap.options] if gap.kind is QuestionKind.SINGLE_CHOICE else []
            if rng and not content.settings.keep_order:
                rng.shuffle(keys)
            found.append([gap.key, keys])
        return found

    def read(self, content: QuestionContent, order: Order, given: Given) -> dict[str, Any]:
        """Return what was typed or chosen in each gap."""
        filled = {}
        for gap in content.gaps:
            said = given.parts.get(gap.key, "").strip()[:ANSWER_MAX]
            if gap.kind is QuestionKind.SINGLE_CHOICE:
                keys = _menu(order, gap)
                place = place_in(said, len(keys))
                said = keys[place - 1] if place else ""
            if said:
                filled[gap.key] = said
        return {"gaps": dict(sorted(filled.items()))}

    def is_answered(self, answer: Answer) -> bool:
        """Tell whether any gap is filled."""
        return bool(answer.get("gaps"))

    def fraction(self, content: QuestionContent, answer: Answer) -> int:
        """Return what the gaps earn together, by their weights."""
        said = answer.get("gaps", {})
        earned = [(gap.weight, _earned(content, gap, said.get(gap.key, ""))) for gap in content.gaps]
        scoring = content.settings.scoring
        whole = all(fraction >= FULL for _weight, fraction in earned)
        failed = any(not earned[place][1] and said.get(gap.key) for place, gap in enumerate(content.gaps))
        if scoring is Scoring.ALL_OR_NOTHING or (scoring is Scoring.NO_WRONG and failed):
            return FULL if whole else 0
        total = sum(weight for weight, _fraction in earned)
        points = sum(weight * fraction for weight, fraction in earned)
        return bounded((points * 2 + total) // (total * 2), scoring)

    def parts(self, content: QuestionContent, order: Order, answer: Answer) -> list[Part]:
        """Return the gaps in the order of the text."""
        said = answer.get("gaps", {})
        return [_part(content, gap, order, str(said.get(gap.key, ""))) for gap in content.gaps]


def _gap_problem(gap: Gap) -> Any:
    if gap.kind not in KINDS or not 1 <= gap.weight <= WEIGHT_MAX:
        return _l("A gap takes words, a number or one of several options, and weighs from 1 to 100.")
    if gap.kind is QuestionKind.NUMERICAL:
        return numbers.problem_of(gap.options)
    if gap.kind is QuestionKind.SHORT_ANSWER:
        return short.problem_of(gap.options)
    right = max((option.fraction for option in gap.options), default=0)
    return None if len(gap.options) > 1 and right == FULL else ONE_RIGHT


def _menu(order: Order, gap: Gap) -> list[str]:
    return next((list(keys) for key, keys in order if key == gap.key), [])


def _met(content: QuestionContent, gap: Gap, said: str) -> Option | None:
    if gap.kind is QuestionKind.SINGLE_CHOICE:
        return next((option for option in gap.options if option.key == said), None)
    if gap.kind is QuestionKind.NUMERICAL:
        return numbers.matched(gap.options, content.settings, said)
    return short.matched(gap.options, content.settings, said)


def _earned(content: QuestionContent, gap: Gap, said: str) -> int:
    if gap.kind is QuestionKind.NUMERICAL:
        return numbers.fraction_of(gap.options, content.settings, said)
    met = _met(content, gap, said)
    return bounded(met.fraction, content.settings.scoring) if met else 0


def _part(content: QuestionContent, gap: Gap, order: Order, said: str) -> Part:
    by_key = {option.key: option for option in gap.options}
    keys = _menu(order, gap)
    met = _met(content, gap, said)
    is_menu = gap.kind is QuestionKind.SINGLE_CHOICE
    chosen = str(keys.index(said) + 1) if said in keys else ""
    return Part(
        name=gap.key,
        choices=[(str(number), by_key[key].html) for number, key in enumerate(keys, start=1)],
        value=chosen if is_menu else said,
        said=(met.html if met else Faces()) if is_menu else Faces(zh=said, en=said),
        right=_right(content, gap),
        is_right=_earned(content, gap, said) >= FULL,
        feedback=met.feedback_html if met else Faces(),
    )


def _right(content: QuestionContent, gap: Gap) -> Faces:
    if gap.kind is QuestionKind.SINGLE_CHOICE:
        return next((option.html for option in gap.options if option.fraction >= FULL), Faces())
    if gap.kind is QuestionKind.NUMERICAL:
        found = numbers.accepted_of(gap.options, content.settings)
    else:
        found = short.accepted_of(gap.options)
    return Faces(zh="；".join(found[:3]), en="; ".join(found[:3]))


def earning_in(content: QuestionContent, order: Order, key: str) -> list[Earning]:
    """Return all that earns something in a gap, by itself: answers as they are typed, or the numbers of choices."""
    gap = next(gap for gap in content.gaps if gap.key == key)
    if gap.kind is QuestionKind.SINGLE_CHOICE:
        chosen = enumerate(_menu(order, gap), start=1)
        found = [(str(number), earned) for number, name in chosen if (earned := _earned(content, gap, name)) > 0]
    elif gap.kind is QuestionKind.NUMERICAL:
        found = numbers.earning_of(gap.options, content.settings)
    else:
        found = short.earning_of(gap.options)
    least = FULL if content.settings.scoring is Scoring.ALL_OR_NOTHING else 1
    return [(said, earned) for said, earned in found if earned >= least]


def protect(source: str) -> str:
    """Return a Markdown text whose gaps no rule of Markdown can take for anything else."""
    return GAP.sub(rf"{_OPEN}\1{_CLOSE}", source.replace(_OPEN, "").replace(_CLOSE, ""))


def name(source: str) -> str:
    """Return a protected text with its gaps named as authors name them."""
    return _MARKED.sub(r"[[\1]]", source)


class _Finder(HTMLParser):
    """Counts the gaps that stand where a control can: in the text, not in an address, a picture, code or a formula."""

    def __init__(self) -> None:
        super().__init__()
        self.keys: list[str] = []
        self._closed = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Go into a tag in which no control can stand."""
        self._closed += tag in _CLOSED

    def handle_endtag(self, tag: str) -> None:
        """Come out of it."""
        self._closed -= tag in _CLOSED

    def handle_data(self, data: str) -> None:
        """Count the gaps of the text."""
        if not self._closed:
            self.keys += _MARKED.findall(data)


_CLOSED = frozenset({"a", "math", "code", "pre"})


def is_whole(html: str, text: str) -> bool:
    """Tell whether every gap that a text names stands in its HTML where it can be filled in, and nowhere else."""
    finder = _Finder()
    finder.feed(html)
    finder.close()
    return sorted(finder.keys) == sorted(GAP.findall(text)) and html.count(_OPEN) == len(finder.keys)


def pieces(html: str) -> list[tuple[str, str]]:
    """Cut rendered HTML at its gaps: each piece comes with the key of the gap after it, the last with none."""
    parts = _MARKED.split(html)
    return [(parts[at], parts[at + 1] if at + 1 < len(parts) else "") for at in range(0, len(parts), 2)]


def bare(html: str) -> str:
    """Return rendered HTML with a line in place of each gap, for lists and names."""
    return _MARKED.sub("____", html)
