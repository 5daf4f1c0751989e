"""How answers are marked: pure rules in whole thousandths, no database, no words.

A fraction says what share of a question's mark an answer earns, −1000 to 1000. Several chosen options add up, but never
below nothing and never above the full mark. Whole numbers keep every comparison exact: 66.7 % is 667 of 1000.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from study.enums import QuestionKind

FULL = 1000
TAKEN = frozenset(
    {QuestionKind.SINGLE_CHOICE, QuestionKind.MULTIPLE_CHOICE, QuestionKind.TRUE_FALSE, QuestionKind.SHORT_ANSWER}
)
"""The kinds that quizzes take so far."""

CHOICES = frozenset({QuestionKind.SINGLE_CHOICE, QuestionKind.MULTIPLE_CHOICE, QuestionKind.TRUE_FALSE})
ROUNDING = 10
"""Weights such as three times 333 fall short of the full mark by less than this."""

ANSWER_MAX = 500
_WILD = "\ue000"
_NEAR_HAN = re.compile(r"(?<=[\u3400-\u9fff]) | (?=[\u3400-\u9fff])")

Answer = Mapping[str, Any]


class Verdict(StrEnum):
    """How good an answer was."""

    RIGHT = "right"
    PART = "part"
    WRONG = "wrong"
    OPEN = "open"


@dataclass(frozen=True)
class Key:
    """What marking needs to know of a question: fraction by option key, and patterns of short answers."""

    kind: QuestionKind
    fractions: Mapping[str, int]
    patterns: Sequence[tuple[str, int]] = ()


def fraction_of(key: Key, answer: Answer) -> int:
    """Return what share of the mark an answer earns, 0 to 1000. Unknown options earn nothing."""
    if key.kind is QuestionKind.SHORT_ANSWER:
        place = matching_pattern([pattern for pattern, _fraction in key.patterns], str(answer.get("text", "")))
        return _bounded(key.patterns[place][1]) if place is not None else 0
    chosen = {name for name in answer.get("keys", ()) if name in key.fractions}
    if key.kind is not QuestionKind.MULTIPLE_CHOICE:
        return _bounded(key.fractions[chosen.pop()]) if len(chosen) == 1 else 0
    return _several(key.fractions, chosen)


def _several(fractions: Mapping[str, int], chosen: set[str]) -> int:
    right = {name for name, fraction in fractions.items() if fraction > 0}
    total = sum(fractions[name] for name in chosen)
    return FULL if right <= chosen and total >= FULL - ROUNDING else _bounded(total)


def _bounded(fraction: int) -> int:
    return max(0, min(FULL, fraction))


def mark_of(fraction: int, max_mark: int) -> int:
    """Return the mark in thousandths, half a thousandth rounded up."""
    return (max_mark * fraction * 2 + FULL) // (FULL * 2)


def verdict_of(mark: int | None, max_mark: int, *, answered: bool) -> Verdict:
    """Say how good an answer was."""
    if not answered:
        return Verdict.OPEN
    if mark and mark >= max_mark:
        return Verdict.RIGHT
    return Verdict.PART if mark else Verdict.WRONG


def passes(mark: int, max_mark: int, pass_thousandths: int) -> bool:
    """Tell whether a paper passes; exact, because it multiplies instead of dividing."""
    return mark * FULL >= pass_thousandths * max_mark and max_mark > 0


def percent_of(mark: int, max_mark: int) -> int:
    """Return the share in whole per cent, rounded down, so that 59.9 never shows as a passed 60."""
    return mark * 100 // max_mark if max_mark else 0


def shares_for(right: Sequence[bool]) -> list[int]:
    """Return fractions for options of which some are right: all right ones together earn everything.

    A wrong one costs as much as makes guessing useless: choosing all options earns nothing.
    """
    good, bad = sum(right), len(right) - sum(right)
    if not good:
        return [0 for _option in right]
    cost = -max(FULL // good, -(-FULL // bad)) if bad else 0
    gains = [FULL // good + (1 if place < FULL % good else 0) for place in range(good)]
    earned = iter(gains)
    return [next(earned) if is_right else cost for is_right in right]


def normalise_answer(text: str) -> str:
    """Bring an answer to the form in which answers are compared: width, case and spaces do not matter."""
    folded = unicodedata.normalize("NFKC", text[:ANSWER_MAX]).casefold()
    return _NEAR_HAN.sub("", " ".join(unicodedata.normalize("NFKC", folded).split()))


def matching_pattern(patterns: Sequence[str], text: str) -> int | None:
    """Return the place of the first pattern that fits. A star stands for any text, with a backslash for itself."""
    answer = normalise_answer(text)
    if not answer:
        return None
    for place, pattern in enumerate(patterns):
        if _fits(pattern, answer):
            return place
    return None


def _fits(pattern: str, answer: str) -> bool:
    wild = re.sub(r"\\\*|\*", lambda found: _WILD if found[0] == "*" else "*", pattern)
    parts = [part.strip() for part in normalise_answer(wild).split(_WILD)]
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


def is_answered(answer: Answer) -> bool:
    """Tell whether an answer says anything."""
    return bool(answer.get("keys") or str(answer.get("text", "")).strip())
