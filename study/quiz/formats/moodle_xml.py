"""Reads Moodle XML: the kinds that are known here, each whole; others are refused by their name.

A file may come from anywhere: document types and with them entities are refused, nothing outside the file is opened.
"""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from core.i18n import _l
from study.enums import Difficulty, QuestionKind
from study.quiz.formats.entries import essay_settings
from study.quiz.formats.gaps import cut_gaps
from study.quiz.formats.gift_answers import LEAST_CHOICES, check_multiple, check_single, decimal
from study.quiz.formats.items import (
    Choice,
    FileRefused,
    Item,
    ItemFault,
    NoQuestions,
    Number,
    Pair,
    Parsed,
    Refused,
)
from study.quiz.formats.moodle_files import MoodleFiles
from study.quiz.formats.texts import EMPTY, Text, TextFormat
from study.quiz.formats.xml import parse_xml
from study.quiz.kinds import FULL, Settings
from study.quiz.kinds.by_hand import FILES_MAX

if TYPE_CHECKING:
    from lxml.etree import _Element

_FORMATS = MappingProxyType(
    {
        "html": TextFormat.HTML,
        "markdown": TextFormat.MARKDOWN,
        "plain_text": TextFormat.PLAIN,
        "moodle_auto_format": TextFormat.MOODLE,
    }
)
_BANDS = (("correctfeedback", FULL), ("partiallycorrectfeedback", 1), ("incorrectfeedback", 0))
UNIT_OPTIONAL = "0"


class NotMoodle(FileRefused):
    """XML of another kind."""

    message = _l("The file is XML, but not of Moodle's questions: it begins with <%(tag)s>, not with <quiz>.")


def parse(data: bytes) -> Parsed:
    """Read a whole file.

    Raises:
        NotXml, NotMoodle, HasDoctype, NoQuestions: see there.
    """
    files = MoodleFiles()
    parsed = Parsed(files=files.enclosures.files)
    category, number = "", 0
    for element in _root(files.set_aside(data)).iterchildren("question"):
        kind = element.get("type", "")
        if kind == "category":
            category = _words(element, "category/text")
            continue
        number += 1
        line = int(element.sourceline or 1)
        files.settle(element)
        try:
            parsed.items.append(_item(element, kind, number=number, line=line, category=category))
        except ItemFault as fault:
            parsed.refused.append(Refused(number=number, line=line, error=str(fault)))
    if not number:
        raise NoQuestions
    return parsed


def _root(data: bytes) -> "_Element":
    root = parse_xml(data)
    if root.tag != "quiz":
        raise NotMoodle(tag=str(root.tag).rpartition("}")[2][:40])
    return root


def _item(element: "_Element", kind: str, *, number: int, line: int, category: str) -> Item:
    """Read one question.

    Raises:
        ItemFault: its kind is not known, or something is missing or wrong.
    """
    reader = _READERS.get(kind)
    if reader is None:
        raise ItemFault(_l("Questions of the kind “%(kind)s” are not known here."), kind=kind[:40])
    found = {"text": _text(element, "questiontext"), **reader(element)}
    if not found["text"]:
        raise ItemFault(_l("The question has no text."))
    return Item(
        number=number,
        line=line,
        name=_words(element, "name/text"),
        feedback=_text(element, "generalfeedback"),
        bands=tuple((least, said) for tag, least in _BANDS if (said := _text(element, tag))),
        category=category,
        external_id=_words(element, "idnumber"),
        language=_language(element),
        **_tags(element),
        **found,
    )


def _language(element: "_Element") -> str:
    said = element.get("{http://www.w3.org/XML/1998/namespace}lang", "")[:2].lower()
    return said if said in ("zh", "en") else ""


def _tags(element: "_Element") -> dict[str, Any]:
    """Return the tags, and the level, which Moodle has no other place for."""
    tags = [tag for found in element.iterfind("tags/tag") if (tag := _words(found, "text"))]
    levels = {f"level:{level.value}": level for level in Difficulty}
    level = next((levels[tag] for tag in tags if tag in levels), None)
    return {"tags": tuple(tag for tag in tags if tag not in levels), "level": level}


def _words(element: "_Element", path: str) -> str:
    return (element.findtext(path) or "").strip()


def _text(element: "_Element", path: str) -> Text:
    found = element.find(path) if path else element
    if found is None or not (said := _words(found, "text")):
        return EMPTY
    return Text(said, _FORMATS.get(found.get("format", ""), TextFormat.MOODLE))


def _says(element: "_Element", path: str) -> bool:
    return _words(element, path) in ("1", "true")


def _fraction(element: "_Element") -> int:
    said = element.get("fraction", "0")
    try:
        percent = Decimal(said.strip())
    except InvalidOperation as error:
        raise ItemFault(_l("“%(weight)s” is not a weight."), weight=said[:12]) from error
    if not percent.is_finite() or abs(percent) > 100:
        raise ItemFault(_l("A weight lies between -100 and 100, not %(weight)s."), weight=said[:12])
    return int((percent * 10).to_integral_value())


def _choice(element: "_Element") -> Choice:
    text = _text(element, "")
    if not text:
        raise ItemFault(_l("One of the answers is empty."))
    return Choice(text=text, fraction=_fraction(element), feedback=_text(element, "feedback"))


def _choices(element: "_Element") -> dict[str, Any]:
    options = [_choice(answer) for answer in element.iterfind("answer")]
    if len(options) < LEAST_CHOICES:
        raise ItemFault(_l("A choice needs at least two answers."))
    is_single = _says(element, "single")
    (check_single if is_single else check_multiple)(options)
    kind = QuestionKind.SINGLE_CHOICE if is_single else QuestionKind.MULTIPLE_CHOICE
    return {"kind": kind, "options": tuple(options), "settings": _order(element)}


def _order(element: "_Element") -> Settings:
    """Keep the order where shuffling is turned off; old files say it twice, and the last one counts."""
    said = [(found.text or "").strip() for found in element.iterfind("shuffleanswers")]
    return Settings(keep_order=bool(said) and said[-1] in ("0", "false"))


def _true_false(element: "_Element") -> dict[str, Any]:
    said = {_words(answer, "text").lower(): answer for answer in element.iterfind("answer")}
    if set(said) != {"true", "false"}:
        raise ItemFault(_l("A true or false question needs the answers “true” and “false”."))
    options = [_choice(said["true"]), _choice(said["false"])]
    if sorted(option.fraction for option in options) != [0, FULL]:
        raise ItemFault(_l("One of “true” and “false” has to earn the full mark, the other nothing."))
    return {"kind": QuestionKind.TRUE_FALSE, "options": tuple(options)}


def _short(element: "_Element") -> dict[str, Any]:
    options = [_choice(answer) for answer in element.iterfind("answer")]
    if not options:
        raise ItemFault(_l("The answer is missing."))
    check_single(options)
    settings = Settings(case_counts=_says(element, "usecase"))
    return {"kind": QuestionKind.SHORT_ANSWER, "options": tuple(options), "settings": settings}


def _number(answer: "_Element") -> Number:
    said, around = _words(answer, "text"), _words(answer, "tolerance")
    value = "*" if said == "*" else f"{decimal(said):f}"
    tolerance = f"{abs(decimal(around or '0')):f}" if value != "*" else "0"
    return Number(value=value, tolerance=tolerance, fraction=_fraction(answer), feedback=_text(answer, "feedback"))


def _numerical(element: "_Element") -> dict[str, Any]:
    numbers = tuple(_number(answer) for answer in element.iterfind("answer"))
    if not numbers:
        raise ItemFault(_l("The answer is missing."))
    cost = 0
    if (_words(element, "unitgradingtype") or UNIT_OPTIONAL) != UNIT_OPTIONAL:
        cost = int(min(Decimal(1), abs(decimal(_words(element, "unitpenalty") or "0"))) * FULL)
    units = tuple(_unit(unit) for unit in element.iterfind("units/unit"))
    return {
        "kind": QuestionKind.NUMERICAL,
        "numbers": numbers,
        "settings": Settings(units=units, unit_cost=cost if units else 0),
    }


def _unit(element: "_Element") -> tuple[str, str]:
    """Return a unit with what it is of the first one: Moodle says how many of it make one of that."""
    many = decimal(_words(element, "multiplier") or "1")
    if not many:
        raise ItemFault(_l("A unit is worth nothing: its multiplier is 0."))
    return _words(element, "unit_name"), f"{Decimal(1) / many:f}"


def _matching(element: "_Element") -> dict[str, Any]:
    pairs = tuple(
        Pair(left=_text(pair, ""), right=_words(pair, "answer/text")) for pair in element.iterfind("subquestion")
    )
    if any(not pair.right for pair in pairs):
        raise ItemFault(_l("Each text needs its partner."))
    if len([pair for pair in pairs if pair.left]) < LEAST_CHOICES:
        raise ItemFault(_l("A matching question needs at least two pairs."))
    return {"kind": QuestionKind.MATCHING, "pairs": pairs, "settings": _order(element)}


def _ordering(element: "_Element") -> dict[str, Any]:
    """Read the items by their places, which stand where other kinds have weights."""
    found = []
    for answer in element.iterfind("answer"):
        text = _text(answer, "")
        if not text:
            raise ItemFault(_l("One of the answers is empty."))
        found.append(
            (decimal(answer.get("fraction", "")), Choice(text=text, fraction=0, feedback=_text(answer, "feedback")))
        )
    if len(found) < LEAST_CHOICES:
        raise ItemFault(_l("Give at least two items to put in order."))
    found.sort(key=lambda one: one[0])
    return {"kind": QuestionKind.ORDERING, "options": tuple(choice for _place, choice in found)}


def _essay(element: "_Element") -> dict[str, Any]:
    files = _words(element, "attachments")
    settings = replace(
        essay_settings(_words(element, "responsefieldlines")),
        # -1 is as many as one likes.
        files=FILES_MAX if files == "-1" else min(int(files[:6]), FILES_MAX) if files.isdecimal() else 0,
        guide=_text(element, "graderinfo").markdown(),
    )
    return {"kind": QuestionKind.ESSAY, "settings": settings}


def _description(element: "_Element") -> dict[str, Any]:
    return {"kind": QuestionKind.DESCRIPTION}


def _cloze(element: "_Element") -> dict[str, Any]:
    text = _text(element, "questiontext")
    words, gaps, case_counts = cut_gaps(text.text, text.format)
    return {
        "kind": QuestionKind.CLOZE,
        "text": Text(words, text.format),
        "gaps": gaps,
        "settings": Settings(case_counts=case_counts),
    }


_READERS: MappingProxyType[str, Callable[["_Element"], dict[str, Any]]] = MappingProxyType(
    {
        "multichoice": _choices,
        "truefalse": _true_false,
        "shortanswer": _short,
        "numerical": _numerical,
        "matching": _matching,
        "ordering": _ordering,
        "essay": _essay,
        "description": _description,
        "cloze": _cloze,
    }
)
