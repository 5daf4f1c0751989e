"""What stands between the braces of a GIFT question."""

import re
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from core.i18n import _l
from study.enums import QuestionKind
from study.quiz.formats.items import Choice, ItemFault, Number, Pair
from study.quiz.formats.texts import EMPTY, Text, TextFormat
from study.quiz.kinds.numbers import is_sane

ESCAPED = {sign: chr(0xF8E0 + place) for place, sign in enumerate("\\:#={}~")}
LINE_BREAK = chr(0xF8EF)
_BACK = {ord(private): sign for sign, private in ESCAPED.items()} | {ord(LINE_BREAK): "\n"}

_WEIGHT = re.compile(r"%(-?\d{1,3}(?:\.\d*)?)%")
_FORMAT = re.compile(r"\s*\[(html|moodle|plain|markdown)\]")
_TRUE = frozenset({"T", "TRUE", "对", "正确", "√"})
_FALSE = frozenset({"F", "FALSE", "错", "错误", "×"})
LEAST_CHOICES = 2


@dataclass
class Answers:
    """The kind that the answers make a question, and the answers."""

    kind: QuestionKind
    options: list[Choice] = field(default_factory=list)
    numbers: list[Number] = field(default_factory=list)
    pairs: list[Pair] = field(default_factory=list)
    feedback: Text = EMPTY


def unescape(text: str) -> str:
    """Put the escaped signs back."""
    return text.translate(_BACK)


def parse_answers(inside: str, fmt: TextFormat) -> Answers:
    """Read what stands between the braces; ``fmt`` is the format of the question, which answers inherit.

    Raises:
        ItemFault: it breaks the grammar.
    """
    body, mark, general = inside.partition("####")
    answers = _by_kind(body.strip(), fmt)
    if mark:
        answers.feedback = text_of(general, fmt)
    return answers


def _by_kind(body: str, fmt: TextFormat) -> Answers:
    if not body:
        return Answers(QuestionKind.ESSAY)
    if body.startswith("#"):
        return _numerical(body[1:], fmt)
    if "~" in body:
        return _choices(body, fmt)
    # In a remark an arrow is a word like others.
    if "=" in body and "->" in body and any("->" in raw.partition("#")[0] for _sign, raw in _pieces(body, "=")):
        return _matching(body, fmt)
    if body.split("#", 1)[0].strip().upper() in _TRUE | _FALSE:
        return _true_false(body, fmt)
    return _short(body, fmt)


def text_of(raw: str, inherited: TextFormat) -> Text:
    """Read a text with its own format mark, if it has one."""
    fmt = inherited
    if found := _FORMAT.match(raw):
        fmt = TextFormat(found[1])
        raw = raw[found.end() :]
    if fmt in (TextFormat.MOODLE, TextFormat.PLAIN):
        raw = re.sub(r"[ \t]*\n[ \t]*", " ", raw)
    cleaned = unescape(raw.strip())
    return Text(cleaned, fmt) if cleaned else EMPTY


def weighed(raw: str, default: int) -> tuple[int, str]:
    """Return the weight that stands before an answer, in thousandths, and the rest.

    Raises:
        ItemFault: it is none.
    """
    raw = raw.lstrip()
    found = _WEIGHT.match(raw)
    if found is None:
        if re.match(r"%[^%\s]{0,12}%", raw):
            raise ItemFault(_l("“%(weight)s” is not a weight. Write it as %%50%% or %%-33.33333%%."), weight=raw[:12])
        return default, raw
    percent = Decimal(found[1].rstrip("."))
    if abs(percent) > 100:
        raise ItemFault(_l("A weight lies between -100 and 100, not %(weight)s."), weight=found[1])
    return int((percent * 10).to_integral_value()), raw[found.end() :]


def _choice(raw: str, default: int, fmt: TextFormat) -> Choice:
    fraction, raw = weighed(raw, default)
    words, _mark, feedback = raw.partition("#")
    text = text_of(words, fmt)
    if not text and feedback.strip():
        raise ItemFault(
            _l("One of the answers is empty: # begins a remark on it. Write \\# for the sign itself, as in \\#00ff00.")
        )
    if not text:
        raise ItemFault(_l("One of the answers is empty."))
    return Choice(text=text, fraction=fraction, feedback=text_of(feedback, fmt))


def _pieces(body: str, signs: str) -> list[tuple[str, str]]:
    """Cut at the signs; each piece comes with the sign it began with."""
    parts = re.split(f"([{signs}])", body)
    if parts[0].strip():
        raise ItemFault(
            _l("“%(text)s” stands before the first answer; answers begin with = or ~."), text=_short_of(parts[0])
        )
    return list(zip(parts[1::2], parts[2::2], strict=True))


def _short_of(text: str) -> str:
    return unescape(" ".join(text.split()))[:40]


def _choices(body: str, fmt: TextFormat) -> Answers:
    pieces = _pieces(body, "=~")
    options = [_choice(raw, 1000 if sign == "=" else 0, fmt) for sign, raw in pieces]
    if len(options) < LEAST_CHOICES:
        raise ItemFault(_l("A choice needs at least two answers."))
    if any(sign == "=" for sign, _raw in pieces):
        check_single(options)
        return Answers(QuestionKind.SINGLE_CHOICE, options=options)
    check_multiple(options)
    return Answers(QuestionKind.MULTIPLE_CHOICE, options=options)


def check_single(options: list[Choice]) -> None:
    """Check that some answer earns the full mark.

    Raises:
        ItemFault: none does.
    """
    if max(option.fraction for option in options) < 1000:
        raise ItemFault(_l("No answer earns the full mark."))


def check_multiple(options: list[Choice]) -> None:
    """Check that all right answers together earn the full mark, up to what rounding each to thousandths costs.

    Raises:
        ItemFault: they do not.
    """
    right = [option.fraction for option in options if option.fraction > 0]
    total = sum(right)
    if not total:
        raise ItemFault(_l("No answer is marked as right. Put = before the right one, or give weights such as %%50%%."))
    if abs(total - 1000) > len(right):
        percent = f"{Decimal(total) / 10:f}"
        raise ItemFault(_l("The weights of the right answers add up to %(total)s %%, not to 100 %%."), total=percent)


def _true_false(body: str, fmt: TextFormat) -> Answers:
    """Read ``{T#if wrong#if right}``: the first remark is for who answers wrongly."""
    said, *remarks = body.split("#")
    wrong, right = ([text_of(remark, fmt) for remark in remarks] + [EMPTY, EMPTY])[:2]
    is_true = said.strip().upper() in _TRUE
    return Answers(
        QuestionKind.TRUE_FALSE,
        options=[
            Choice(text=Text("true"), fraction=1000 if is_true else 0, feedback=right if is_true else wrong),
            Choice(text=Text("false"), fraction=0 if is_true else 1000, feedback=wrong if is_true else right),
        ],
    )


def _short(body: str, fmt: TextFormat) -> Answers:
    options = [_choice(raw, 1000, TextFormat.PLAIN) for _sign, raw in _pieces(body, "=")]
    check_single(options)
    options = [
        Choice(text=option.text, fraction=option.fraction, feedback=Text(option.feedback.text, fmt))
        if option.feedback and option.feedback.format is TextFormat.PLAIN
        else option
        for option in options
    ]
    return Answers(QuestionKind.SHORT_ANSWER, options=options)


def _matching(body: str, fmt: TextFormat) -> Answers:
    pairs = []
    for _sign, raw in _pieces(body, "="):
        left, arrow, right = raw.partition("->")
        answer = unescape(" ".join(right.partition("#")[0].split()))
        if not arrow or not answer:
            raise ItemFault(_l("“%(text)s” has no partner after ->."), text=_short_of(raw))
        pairs.append(Pair(left=text_of(left, fmt), right=answer))
    if len([pair for pair in pairs if pair.left]) < LEAST_CHOICES:
        raise ItemFault(_l("A matching question needs at least two pairs."))
    return Answers(QuestionKind.MATCHING, pairs=pairs)


def _numerical(body: str, fmt: TextFormat) -> Answers:
    body = body.strip()
    if not body:
        raise ItemFault(_l("A numerical question needs a number after #."))
    if not body.startswith(("=", "~")):
        body = f"={body}"
    numbers = [_number(sign, raw, fmt) for sign, raw in _pieces(body, "=~")]
    return Answers(QuestionKind.NUMERICAL, numbers=numbers)


def _number(sign: str, raw: str, fmt: TextFormat) -> Number:
    fraction, raw = weighed(raw, 1000 if sign == "=" else 0)
    words, _mark, remark = raw.partition("#")
    feedback, words = text_of(remark, fmt), words.strip()
    if sign == "~" or words == "*":
        if words not in ("", "*"):
            raise ItemFault(_l("~ in a numerical question stands for any other answer and takes no number."))
        return Number(value="*", fraction=fraction if sign == "=" else 0, feedback=feedback)
    if ".." in words:
        low, high = (decimal(part) for part in words.split("..", 1))
        if low > high:
            low, high = high, low
        value, tolerance = (low + high) / 2, (high - low) / 2
    else:
        number, _colon, around = words.partition(":")
        value, tolerance = decimal(number), abs(decimal(around or "0"))
    return Number(value=f"{value:f}", tolerance=f"{tolerance:f}", fraction=fraction, feedback=feedback)


def decimal(words: Any) -> Decimal:
    """Return an exact number.

    Raises:
        ItemFault: it is none, or beyond all measure.
    """
    try:
        value = Decimal(unescape(str(words)).strip())
    except InvalidOperation as error:
        raise ItemFault(_l("“%(text)s” is not a number."), text=_short_of(str(words))) from error
    if not is_sane(value):
        raise ItemFault(_l("“%(text)s” is not a number."), text=_short_of(str(words)))
    return value
