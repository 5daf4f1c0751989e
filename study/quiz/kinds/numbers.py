"""A number with its tolerance, a range, and units; decimals are exact."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation, localcontext
from typing import Any

from core.i18n import _l
from study.enums import QuestionKind
from study.quiz.kinds.base import ANSWER_MAX, ONE_ACCEPTED, Answer, Earning, Typed, bounded, typed
from study.quiz.kinds.content import FULL, Option, QuestionContent
from study.quiz.kinds.settings import Settings

ANY = "*"
DIGITS_MAX = 60
POWER_MAX = 60
EXACT = 400
"""Digits that hold every sum and product of what is accepted, so that nothing is rounded."""

_NUMBER = re.compile(
    r"(?P<sign>[+-]?)(?P<whole>\d{1,3}(?:,\d{3})+|\d+|(?=\.\d))(?P<rest>\.\d*)?"
    r"(?:e(?P<e>[+-]?\d{1,3})|\s*[x*×·]\s*10\^?\(?(?P<power>[+-]?\d{1,3})\)?)?",
    re.IGNORECASE,
)
_MINUS = str.maketrans({"−": "-", "–": "-", "—": "-", "﹣": "-"})
_WORDS = re.compile(r"\s+")


@dataclass(frozen=True)
class Range:
    """Accepted numbers, both ends included."""

    low: Decimal
    high: Decimal


class Numerical(Typed):
    """A number."""

    kind = QuestionKind.NUMERICAL
    is_accepted = True

    def problem(self, content: QuestionContent) -> Any:
        """Ask for an accepted number, and for numbers that are some."""
        return problem_of(content.options) or units_problem(content.settings)

    def fraction(self, content: QuestionContent, answer: Answer) -> int:
        """Return what the first accepted number earns that fits, less what a missing unit costs."""
        return fraction_of(content.options, content.settings, typed(answer))

    def match(self, content: QuestionContent, text: str) -> Option | None:
        """Return the first accepted answer that fits."""
        return matched(content.options, content.settings, text)

    def accepted(self, content: QuestionContent) -> list[str]:
        """Return the numbers that earn the full mark."""
        return accepted_of(content.options, content.settings)

    def earning(self, content: QuestionContent) -> list[Earning]:
        """Return all numbers that earn something."""
        return earning_of(content.options, content.settings)


def problem_of(options: Sequence[Option]) -> Any:
    """Ask for an accepted number that earns everything, and for numbers that are some."""
    if max((o.fraction for o in options if o.pattern != ANY), default=0) != FULL:
        return ONE_ACCEPTED
    if any(range_of(option) is None for option in options if option.pattern != ANY):
        return _l("An accepted number is no number. Write 3.14, or 1..5 for a range; the tolerance as 0.01 or 2%%.")
    return None


def units_problem(settings: Settings) -> Any:
    """Ask for units that are told apart and say what they are worth."""
    names = [_unit(name) for name, _factor in settings.units]
    factors = [decimal_of(factor) for _name, factor in settings.units]
    if len(set(names)) == len(names) and all(names) and all(factor for factor in factors):
        return None
    return _l("Write units as names with their factor, such as “m=1, cm=0.01”, each once.")


def decimal_of(words: str) -> Decimal | None:
    """Return an exact number as an author writes it: ``-3.14`` or ``6.02e23``."""
    try:
        value = Decimal(unicodedata.normalize("NFKC", words).translate(_MINUS).strip())
    except InvalidOperation:
        return None
    return value if is_sane(value) else None


def is_sane(value: Decimal) -> bool:
    """Tell whether a number is one that can be reckoned with exactly and without end."""
    if not value.is_finite():
        return False
    exponent = value.as_tuple().exponent
    sane = abs(value.adjusted()) <= POWER_MAX and len(value.as_tuple().digits) <= DIGITS_MAX
    return sane and isinstance(exponent, int) and abs(exponent) <= 2 * POWER_MAX


def range_of(option: Option) -> Range | None:
    """Return what numbers an accepted answer takes; None where it says none, or any."""
    if ".." in option.pattern:
        low, high = (decimal_of(words) for words in option.pattern.split("..", 1))
        return Range(min(low, high), max(low, high)) if low is not None and high is not None else None
    value, around = decimal_of(option.pattern), option.tolerance.strip()
    width = decimal_of(around.rstrip("%％") or "0")
    if value is None or width is None or width < 0:
        return None
    with localcontext(prec=EXACT):
        if around.endswith(("%", "％")):
            width = abs(value) * width / 100
        return Range(value - width, value + width)


def parse(text: str) -> tuple[Decimal, str] | None:
    """Return the number of a typed answer and the words after it: ``1,234.5 km``, ``－３．５``, ``1.2×10^3``."""
    words = unicodedata.normalize("NFKC", text[:ANSWER_MAX]).translate(_MINUS).strip()
    found = _NUMBER.match(words)
    if found is None:
        return None
    power = found["e"] or found["power"] or "0"
    value = Decimal(f"{found['sign']}{found['whole'].replace(',', '') or '0'}{found['rest'] or ''}e{power}")
    rest = words[found.end() :]
    # “3,14” is no number with a unit of “,14”, and “3.1.4” none at all.
    if not is_sane(value) or rest[:1] in (",", "."):
        return None
    return value, rest


def _unit(name: str) -> str:
    return _WORDS.sub("", unicodedata.normalize("NFKC", name))


def _worth(settings: Settings, text: str) -> tuple[Decimal, bool] | None:
    """Return the number in the first unit, and whether a unit was named; None where it is no such number."""
    found = parse(text)
    if found is None:
        return None
    value, unit = found[0], _unit(found[1])
    if not unit:
        return value, False
    for name, factor in settings.units:
        if _unit(name) == unit:
            with localcontext(prec=EXACT):
                return value * (decimal_of(factor) or Decimal(1)), True
    return None


def matched(options: Sequence[Option], settings: Settings, text: str) -> Option | None:
    """Return the first accepted answer that takes the typed number."""
    if not text.strip():
        return None
    worth = _worth(settings, text)
    for option in options:
        if option.pattern == ANY:
            return option
        taken = range_of(option)
        if worth and taken and taken.low <= worth[0] <= taken.high:
            return option
    return None


def fraction_of(options: Sequence[Option], settings: Settings, text: str) -> int:
    """Return what a typed number earns."""
    met, worth = matched(options, settings, text), _worth(settings, text)
    if met is None:
        return 0
    missing = bool(settings.units) and met.fraction > 0 and worth is not None and not worth[1]
    earned = max(0, met.fraction - settings.unit_cost) if missing else met.fraction
    return bounded(earned, settings.scoring)


def accepted_of(options: Sequence[Option], settings: Settings) -> list[str]:
    """Return the numbers that earn everything, with tolerance and unit."""
    whole = [option for option in options if option.fraction >= FULL and option.pattern != ANY]
    return [said for said, _fraction in earning_of(whole, settings)]


def earning_of(options: Sequence[Option], settings: Settings) -> list[Earning]:
    """Return all numbers that earn something in the order in which they are tried; a star is any number."""
    unit = f" {settings.units[0][0]}" if settings.units else ""
    return [
        (ANY if option.pattern == ANY else said_range(option) + unit, option.fraction)
        for option in options
        if option.fraction > 0
    ]


def said_range(option: Option) -> str:
    """Return an accepted number as people write it."""
    if ".." in option.pattern:
        return option.pattern.replace("..", " … ")
    around = option.tolerance.strip()
    return f"{option.pattern} ± {around}" if around and decimal_of(around.rstrip("%％")) else option.pattern
