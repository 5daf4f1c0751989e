"""Reads questions from Word documents: their paragraphs as lines, with the numbers and letters of automatic lists."""

from collections import Counter
from collections.abc import Iterator
from string import ascii_uppercase
from typing import TYPE_CHECKING

from core.i18n import _l
from study.quiz.formats.items import FileRefused, Parsed
from study.quiz.formats.packages import Package
from study.quiz.formats.plain import parse_lines

if TYPE_CHECKING:
    from lxml.etree import _Element

MAIN, LISTS, STYLES = "word/document.xml", "word/numbering.xml", "word/styles.xml"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DIGITS = "一二三四五六七八九十"


class NotWord(FileRefused):
    """An archive of another kind."""

    message = _l("The file is no Word document (DOCX).")


def parse(data: bytes) -> Parsed:
    """Read a whole document.

    Raises:
        NotWord, NoQuestions, PackageBroken, PackageTooLarge, PackageEscapes, HasDoctype: see there.
    """
    package = Package(data)
    if MAIN not in package.names:
        raise NotWord
    lists = Lists(*(package.parse(name) if name in package.names else None for name in (LISTS, STYLES)))
    return parse_lines(list(_lines(package.parse(MAIN), lists)))


class Lists:
    """The automatic lists of a document: what stands before each of their paragraphs."""

    def __init__(self, root: "_Element | None", styles: "_Element | None" = None) -> None:
        self._styles = {
            style.get(f"{W}styleId", ""): found
            for style in (styles.iter(f"{W}style") if styles is not None else ())
            if (found := style.find(f"{W}pPr/{W}numPr")) is not None
        }
        self._forms: dict[tuple[str, str], str] = {}
        self._counts: Counter[tuple[str, str]] = Counter()
        if root is None:
            return
        levels = {
            (abstract.get(f"{W}abstractNumId", ""), level.get(f"{W}ilvl", "")): _value(level.find(f"{W}numFmt"))
            for abstract in root.iter(f"{W}abstractNum")
            for level in abstract.iter(f"{W}lvl")
        }
        for number in root.iter(f"{W}num"):
            wanted = _value(number.find(f"{W}abstractNumId"))
            for (abstract_id, level), form in levels.items():
                if abstract_id == wanted:
                    self._forms[number.get(f"{W}numId", ""), level] = form

    def before(self, paragraph: "_Element") -> str:
        """Return what Word writes before a paragraph."""
        found = paragraph.find(f"{W}pPr/{W}numPr")
        if found is None:
            found = self._styles.get(_value(paragraph.find(f"{W}pPr/{W}pStyle")))
        if found is None:
            return ""
        list_id, level = _value(found.find(f"{W}numId")), _value(found.find(f"{W}ilvl")) or "0"
        form = self._forms.get((list_id, level), "")
        self._counts[list_id, level] += 1
        for key in [key for key in self._counts if key[0] == list_id and key[1] > level]:
            del self._counts[key]
        return _mark(form, self._counts[list_id, level])


def _mark(form: str, count: int) -> str:
    if form in ("upperLetter", "lowerLetter"):
        return f"{ascii_uppercase[(count - 1) % len(ascii_uppercase)]}. "
    if form in ("decimal", "decimalFullWidth", "decimalEnclosedCircle"):
        return f"{count}. "
    if form.startswith(("chinese", "japanese", "ideograph", "taiwanese")) and count <= len(DIGITS):
        return f"{DIGITS[count - 1]}、"
    return ""


def _value(element: "_Element | None") -> str:
    return str(element.get(f"{W}val", "")) if element is not None else ""


def _lines(root: "_Element", lists: Lists) -> Iterator[str]:
    for paragraph in root.iter(f"{W}p"):
        yield from (lists.before(paragraph) + _words(paragraph)).split("\n")


def _words(paragraph: "_Element") -> str:
    found = []
    for part in paragraph.iter(f"{W}t", f"{W}tab", f"{W}br", f"{W}cr", f"{W}drawing", f"{W}pict"):
        if part.tag == f"{W}t":
            found.append(part.text or "")
        else:
            found.append("\n" if part.tag in (f"{W}br", f"{W}cr") else "\t")
    return "".join(found)
