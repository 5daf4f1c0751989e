"""Question files: which formats there are, which one a file is in, and the way to read it."""

import re
from collections.abc import Callable, Sequence
from pathlib import PurePath
from types import MappingProxyType

from study.quiz.formats import aiken, documents, gift, grids, json_lists, moodle_xml, plain, qti, tables, trivia, xml
from study.quiz.formats.items import (
    Blank,
    Choice,
    ColumnsUnknown,
    FileRefused,
    FormatUnknown,
    Item,
    ItemFault,
    NoQuestions,
    Number,
    Pair,
    Parsed,
    Refused,
)
from study.quiz.formats.packages import is_package

AUTO = "auto"
_JSON = re.compile(rb"[\xef\xbb\xbf\s]*[\[{]\s*[\[{\"]")
TABLES = frozenset({"csv", "xlsx"})
"""Formats whose columns somebody may name."""
FORMATS: MappingProxyType[str, Callable[[bytes], Parsed]] = MappingProxyType(
    {
        "gift": gift.parse,
        "aiken": aiken.parse,
        "moodle-xml": moodle_xml.parse,
        "qti": qti.parse,
        "csv": tables.parse,
        "xlsx": tables.parse,
        "docx": documents.parse,
        "json": json_lists.parse,
        "text": plain.parse,
    }
)
NAMES = MappingProxyType(
    {
        "gift": "GIFT",
        "aiken": "Aiken",
        "moodle-xml": "Moodle XML",
        "qti": "QTI 1.2, 2.1, 2.2, 3.0",
        "csv": "CSV",
        "xlsx": "XLSX",
        "docx": "DOCX",
        "json": "JSON",
        "text": "A. B. C. D.",
    }
)
"""What the formats are called."""
ENDINGS = MappingProxyType(
    {
        ".gift": "gift",
        ".aiken": "aiken",
        ".csv": "csv",
        ".tsv": "csv",
        ".xlsx": "xlsx",
        ".docx": "docx",
        ".json": "json",
        ".zip": "qti",
    }
)


def detect(data: bytes, name: str) -> str:
    """Return the format of a file by its content, and by its name where the content leaves it open.

    Raises:
        FormatUnknown: neither tells.
        NoQuestions: the file is empty.
    """
    if not data.strip(b"\xef\xbb\xbf \r\n\t"):
        raise NoQuestions
    if by_name := ENDINGS.get(PurePath(name).suffix.lower()):
        return by_name
    if xml.looks_like(data):
        return "qti" if qti.looks_like(data) else "moodle-xml"
    if _JSON.match(data):
        return "json"
    if is_package(data):
        raise FormatUnknown(formats=", ".join(NAMES.values()))
    text = trivia.decode(data) if trivia.looks_like(data) else _text(data)
    for format_name, looks_like in BY_TEXT:
        if looks_like(text):
            return format_name
    raise FormatUnknown(formats=", ".join(NAMES.values()))


BY_TEXT: Sequence[tuple[str, Callable[[str], bool]]] = (
    ("text", plain.looks_like),
    ("aiken", aiken.looks_like),
    ("csv", tables.looks_like),
    ("gift", lambda text: "{" in text and "}" in text),
)


def _text(data: bytes) -> str:
    try:
        return grids.decode(data)
    except grids.NotText:
        raise FormatUnknown(formats=", ".join(NAMES.values())) from None


def read(data: bytes, name: str, format_name: str = AUTO, roles: Sequence[str] = ()) -> Parsed:
    """Read a question file; ``roles`` say what stands in each column of a table.

    Raises:
        FileRefused: the file as a whole cannot be read.
    """
    if format_name == AUTO:
        format_name = detect(data, name)
    if roles and format_name in TABLES:
        return tables.parse(data, roles)
    return FORMATS[format_name](data)


__all__ = [
    "AUTO",
    "FORMATS",
    "NAMES",
    "TABLES",
    "Blank",
    "Choice",
    "ColumnsUnknown",
    "FileRefused",
    "FormatUnknown",
    "Item",
    "ItemFault",
    "NoQuestions",
    "Number",
    "Pair",
    "Parsed",
    "Refused",
    "detect",
    "read",
]
