"""Gaps as Moodle writes them into a text: ``{2:MULTICHOICE:=Paris#Yes~%50%Lyon~Rome}``."""

import re
from types import MappingProxyType

from core.i18n import _l
from study.enums import QuestionKind
from study.quiz.formats.gift_answers import check_single, decimal, weighed
from study.quiz.formats.items import Blank, Choice, ItemFault, Number
from study.quiz.formats.texts import EMPTY, Text, TextFormat
from study.quiz.kinds import cloze

_GAP = re.compile(r"\{(\d*):([A-Z_]+):((?:\\.|[^\\}])*)\}", re.DOTALL)
_LOST = re.compile(r"\{\d*:[A-Z_]+:")
_SIGN = re.compile(r"\\.|[~#]", re.DOTALL)
_ESCAPE = re.compile(r"\\([\\~#}=/\"%:{])")
_MENUS = ("MULTICHOICE", "MULTICHOICE_S", "MULTICHOICE_V", "MULTICHOICE_VS", "MULTICHOICE_H", "MULTICHOICE_HS")
_MENUS_IN_SHORT = ("MC", "MCS", "MCV", "MCVS", "MCH", "MCHS")
_CASED = frozenset({"SHORTANSWER_C", "SAC", "MWC"})
KINDS: MappingProxyType[str, QuestionKind] = MappingProxyType(
    dict.fromkeys((*_MENUS, *_MENUS_IN_SHORT), QuestionKind.SINGLE_CHOICE)
    | dict.fromkeys({"SHORTANSWER", "SA", "MW", *_CASED}, QuestionKind.SHORT_ANSWER)
    | {"NUMERICAL": QuestionKind.NUMERICAL, "NM": QuestionKind.NUMERICAL}
)


def cut_gaps(text: str, fmt: TextFormat) -> tuple[str, tuple[Blank, ...], bool]:
    """Return a text with marks for its gaps, the gaps, and whether capital letters matter in them.

    ``cloze.name`` makes ``[[1]]`` of a mark once the text is Markdown.

    Raises:
        ItemFault: there is none, or one breaks the grammar.
    """
    blanks: list[Blank] = []
    cased: set[bool] = set()

    def cut(found: re.Match[str]) -> str:
        blank = _blank(found[1], found[2], found[3], fmt)
        if blank.kind is QuestionKind.SHORT_ANSWER:
            cased.add(found[2] in _CASED)
        blanks.append(blank)
        return cloze.protect(f"[[{len(blanks)}]]")

    words = _GAP.sub(cut, text)
    if _LOST.search(words):
        raise ItemFault(_l("A gap begins with { but does not end with }."))
    if not blanks:
        raise ItemFault(_l("The text has no gaps, such as {1:SHORTANSWER:=Paris}."))
    if len(cased) > 1:
        raise ItemFault(_l("Capital letters matter in some gaps and not in others; here it is all or none."))
    return words, tuple(blanks), True in cased


def _blank(weight: str, name: str, body: str, fmt: TextFormat) -> Blank:
    kind = KINDS.get(name)
    if kind is None:
        raise ItemFault(_l("Gaps of the kind “%(kind)s” are not known here."), kind=name[:40])
    pieces = [_piece(raw) for raw in _cut(body, "~")]
    found = int(weight[:6] or 1)
    if kind is QuestionKind.NUMERICAL:
        return Blank(kind=kind, weight=found, numbers=tuple(_number(*piece, fmt) for piece in pieces))
    menu = fmt if kind is QuestionKind.SINGLE_CHOICE else None
    options = [_option(*piece, fmt, menu) for piece in pieces]
    check_single(options)
    return Blank(kind=kind, weight=found, options=tuple(options))


def _piece(raw: str) -> tuple[int, str, str]:
    """Return what an answer earns, its words and the remark on it."""
    raw = raw.strip()
    fraction, raw = weighed(raw[1:], 1000) if raw.startswith("=") else weighed(raw, 0)
    words, *remark = _cut(raw, "#")
    return fraction, _plain(words), _plain("#".join(remark))


def _cut(text: str, sign: str) -> list[str]:
    """Cut at a sign, but not where a backslash stands before it that is not itself escaped."""
    places = [found.start() for found in _SIGN.finditer(text) if found[0] == sign]
    return [text[start:end] for start, end in zip([0, *(at + 1 for at in places)], [*places, len(text)], strict=True)]


def _plain(text: str) -> str:
    return _ESCAPE.sub(r"\1", text).strip()


def _option(fraction: int, words: str, remark: str, fmt: TextFormat, menu: TextFormat | None) -> Choice:
    text = Text(words, menu) if menu else Text(Text(words, fmt).words())
    if not text:
        raise ItemFault(_l("One of the answers is empty."))
    return Choice(text=text, fraction=fraction, feedback=Text(remark, fmt) if remark else EMPTY)


def _number(fraction: int, words: str, remark: str, fmt: TextFormat) -> Number:
    said = Text(words, fmt).words()
    feedback = Text(remark, fmt) if remark else EMPTY
    if said == "*":
        return Number(value="*", fraction=fraction, feedback=feedback)
    value, _colon, around = said.partition(":")
    tolerance = abs(decimal(around or "0"))
    return Number(value=f"{decimal(value):f}", tolerance=f"{tolerance:f}", fraction=fraction, feedback=feedback)
