"""Writes Moodle XML that reads back as the same questions; what Moodle has no place for is left out."""

from base64 import b64encode
from collections.abc import Callable, Iterable
from types import MappingProxyType
from typing import Any
from urllib.parse import quote
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from study.enums import QuestionKind
from study.quiz.figures import percent
from study.quiz.formats.entries import Entry, middle, refuse_kind
from study.quiz.formats.moodle_files import PLUGIN
from study.quiz.kinds import FULL, Gap, Option, cloze
from study.quiz.kinds.numbers import decimal_of

_BANDS = ((FULL, "correctfeedback"), (1, "partiallycorrectfeedback"), (0, "incorrectfeedback"))


def write(entries: Iterable[Entry]) -> bytes:
    """Return a whole file.

    Raises:
        ItemFault: Moodle has no questions of this kind.
    """
    root, folder = Element("quiz"), ""
    for entry in entries:
        if entry.folder != folder:
            folder = entry.folder
            category = SubElement(SubElement(root, "question", type="category"), "category")
            SubElement(category, "text").text = f"$course$/top/{folder}".rstrip("/")
        root.append(_question(entry))
    _lay_out(root)
    written: bytes = tostring(root, encoding="utf-8")
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + written + b"\n"


def _lay_out(root: Element) -> None:
    """Put each question on lines of its own; blanks inside of texts are left as they are."""
    root.text = "\n"
    for question in root:
        question.text, question.tail = "\n", "\n"
        for part in question:
            if len(part):
                indent(part, " ", level=1)
            part.tail = "\n"


def _question(entry: Entry) -> Element:
    content = entry.content
    writer = _WRITERS.get(content.kind)
    if writer is None:
        raise refuse_kind(content.kind)
    element = Element("question", type=_TYPES[content.kind])
    element.set("xml:lang", entry.language)
    SubElement(SubElement(element, "name"), "text").text = entry.name or content.name
    text = _with_gaps(entry) if content.kind is QuestionKind.CLOZE else entry.dress(content.text)
    _say(element, "questiontext", text)
    if content.feedback:
        _say(element, "generalfeedback", entry.dress(content.feedback))
    if entry.key:
        SubElement(element, "idnumber").text = entry.key
    told = dict(_BANDS)
    for band in content.bands:
        if tag := told.get(band.least):
            _say(element, tag, entry.dress(band.feedback))
    writer(entry, element)
    _tag(entry, element)
    _enclose(entry, element)
    return element


def _enclose(entry: Entry, element: Element) -> None:
    """Put the pictures beside the texts that show them."""
    if not entry.pictures:
        return
    for parent in list(element.iter()):
        text = parent.find("text")
        if text is None or not (shown := entry.shown_in(text.text or "")):
            continue
        text.text = entry.moved(text.text or "", lambda picture: PLUGIN + quote(picture.name))
        for picture in shown:
            file = SubElement(parent, "file", name=picture.name, path="/", encoding="base64")
            file.text = b64encode(picture.data).decode()


def _tag(entry: Entry, element: Element) -> None:
    names = [*entry.tags, *([f"level:{entry.level.value}"] if entry.level else [])]
    tags = SubElement(element, "tags") if names else element
    for name in names:
        SubElement(SubElement(tags, "tag"), "text").text = name


def _say(parent: Element, tag: str, text: str, **attributes: str) -> Element:
    found = SubElement(parent, tag, {"format": "markdown", **attributes})
    SubElement(found, "text").text = text
    return found


def _answer(entry: Entry, parent: Element, text: str, option: Option) -> Element:
    found = _say(parent, "answer", text, fraction=percent(option.fraction))
    if option.feedback:
        _say(found, "feedback", entry.dress(option.feedback))
    return found


def _keep_order(entry: Entry, element: Element) -> None:
    SubElement(element, "shuffleanswers").text = "0" if entry.content.settings.keep_order else "1"


def _choices(entry: Entry, element: Element) -> None:
    is_single = entry.content.kind is QuestionKind.SINGLE_CHOICE
    SubElement(element, "single").text = "true" if is_single else "false"
    _keep_order(entry, element)
    for option in entry.content.options:
        _answer(entry, element, entry.dress(option.text), option)


def _truth(entry: Entry, element: Element) -> None:
    for words, option in zip(("true", "false"), entry.content.options, strict=True):
        _answer(entry, element, words, option)


def _short(entry: Entry, element: Element) -> None:
    SubElement(element, "usecase").text = "1" if entry.content.settings.case_counts else "0"
    for option in entry.content.options:
        found = _answer(entry, element, option.pattern, option)
        found.set("format", "plain_text")


def _number(entry: Entry, element: Element) -> None:
    for option in entry.content.options:
        value, around = middle(option)
        SubElement(_answer(entry, element, value, option), "tolerance").text = around
    settings = entry.content.settings
    if settings.units:
        units = SubElement(element, "units")
        for name, factor in settings.units:
            unit = SubElement(units, "unit")
            SubElement(unit, "multiplier").text = f"{1 / (decimal_of(factor) or 1):f}"
            SubElement(unit, "unit_name").text = name
        SubElement(element, "unitgradingtype").text = "1" if settings.unit_cost else "0"
        SubElement(element, "unitpenalty").text = f"{settings.unit_cost / FULL:g}"


def _pairs(entry: Entry, element: Element) -> None:
    _keep_order(entry, element)
    for option in entry.content.options:
        found = _say(element, "subquestion", entry.dress(option.text))
        SubElement(SubElement(found, "answer"), "text").text = entry.dress(option.partner)


def _items(entry: Entry, element: Element) -> None:
    for place, option in enumerate(entry.content.options, start=1):
        found = _say(element, "answer", entry.dress(option.text), fraction=str(place))
        if option.feedback:
            _say(found, "feedback", entry.dress(option.feedback))


def _essay(entry: Entry, element: Element) -> None:
    settings = entry.content.settings
    SubElement(element, "responsefieldlines").text = str(settings.lines)
    if settings.files:
        SubElement(element, "attachments").text = str(settings.files)
    if settings.guide:
        _say(element, "graderinfo", settings.guide)


def _nothing(entry: Entry, element: Element) -> None:
    """Write no answers."""


def _with_gaps(entry: Entry) -> str:
    gaps = {gap.key: _gap(entry, gap) for gap in entry.content.gaps}
    return cloze.GAP.sub(lambda found: gaps.get(found[1], found[0]), entry.dress(entry.content.text))


_GAP_TYPES = MappingProxyType(
    {
        QuestionKind.SINGLE_CHOICE: "MULTICHOICE",
        QuestionKind.SHORT_ANSWER: "SHORTANSWER",
        QuestionKind.NUMERICAL: "NUMERICAL",
    }
)
_IN_GAPS = str.maketrans({sign: f"\\{sign}" for sign in '\\~#}=/"%:{'})


def _gap(entry: Entry, gap: Gap) -> str:
    name = _GAP_TYPES[gap.kind]
    if gap.kind is QuestionKind.SHORT_ANSWER and entry.content.settings.case_counts:
        name += "_C"
    answers = []
    for option in gap.options:
        words, around = entry.dress(option.text) if gap.kind is QuestionKind.SINGLE_CHOICE else option.pattern, ""
        if gap.kind is QuestionKind.NUMERICAL:
            words, width = middle(option)
            around = f":{width}" if width != "0" else ""
        weight = "=" if option.fraction == FULL else f"%{percent(option.fraction)}%" if option.fraction else ""
        remark = f"#{entry.dress(option.feedback).translate(_IN_GAPS)}" if option.feedback else ""
        answers.append(f"{weight}{words.translate(_IN_GAPS)}{around}{remark}")
    return f"{{{gap.weight}:{name}:{'~'.join(answers)}}}"


_TYPES = MappingProxyType(
    {
        QuestionKind.SINGLE_CHOICE: "multichoice",
        QuestionKind.MULTIPLE_CHOICE: "multichoice",
        QuestionKind.TRUE_FALSE: "truefalse",
        QuestionKind.SHORT_ANSWER: "shortanswer",
        QuestionKind.NUMERICAL: "numerical",
        QuestionKind.MATCHING: "matching",
        QuestionKind.ORDERING: "ordering",
        QuestionKind.CLOZE: "cloze",
        QuestionKind.ESSAY: "essay",
        QuestionKind.DESCRIPTION: "description",
    }
)
_WRITERS: MappingProxyType[QuestionKind, Callable[[Entry, Element], Any]] = MappingProxyType(
    {
        QuestionKind.SINGLE_CHOICE: _choices,
        QuestionKind.MULTIPLE_CHOICE: _choices,
        QuestionKind.TRUE_FALSE: _truth,
        QuestionKind.SHORT_ANSWER: _short,
        QuestionKind.NUMERICAL: _number,
        QuestionKind.MATCHING: _pairs,
        QuestionKind.ORDERING: _items,
        QuestionKind.CLOZE: _nothing,
        QuestionKind.ESSAY: _essay,
        QuestionKind.DESCRIPTION: _nothing,
    }
)
