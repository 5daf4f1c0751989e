"""Question files: which formats there are, which one a file is in, and the way to read it."""

from collections.abc import Callable
from pathlib import PurePath
from types import MappingProxyType

from study.quiz.formats import aiken, gift, moodle_xml, tables
from study.quiz.formats.items import (
    Blank,
    Choice,
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

AUTO = "auto"
FORMATS: MappingProxyType[str, Callable[[bytes], Parsed]] = MappingProxyType(
    {"gift": gift.parse, "aiken": aiken.parse, "moodle-xml": moodle_xml.parse, "csv": tables.parse}
)
NAMES = MappingProxyType({"gift": "GIFT", "aiken": "Aiken", "moodle-xml": "Moodle XML", "csv": "CSV"})
"""What the formats are called."""
ENDINGS = MappingProxyType({".gift": "gift", ".aiken": "aiken", ".xml": "moodle-xml", ".csv": "csv", ".tsv": "csv"})


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
    if moodle_xml.looks_like(data):
        return "moodle-xml"
    text = _text(data)
    if aiken.looks_like(text):
        return "aiken"
    if tables.looks_like(text):
        return "csv"
    if "{" in text and "}" in text:
        return "gift"
    raise FormatUnknown(formats=", ".join(NAMES.values()))


def _text(data: bytes) -> str:
    try:
        return tables.decode(data)
    except tables.NotText:
        raise FormatUnknown(formats=", ".join(NAMES.values())) from None


def read(data: bytes, name: str, format_name: str = AUTO) -> Parsed:
    """Read a question file.

    Raises:
        FileRefused: the file as a whole cannot be read.
    """
    if format_name == AUTO:
        format_name = detect(data, name)
    return FORMATS[format_name](data)


__all__ = [
    "AUTO",
    "FORMATS",
    "NAMES",
    "Blank",
    "Choice",
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
