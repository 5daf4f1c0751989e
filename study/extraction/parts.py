"""What extraction gives and why it may fail, and how the lines of a page are put together."""

import lzma
import re
import unicodedata
import zipfile
import zlib
from dataclasses import dataclass
from typing import NamedTuple

from core.text import normalise
from study.enums import ExtractionFault

PAGE_BREAK = "\f"
TEXT_MAX = 20_000_000
"""Characters of one file that are kept at most; more is refused as a bomb."""


UNPACKED_MAX = 300 * 1024 * 1024
ENTRIES_MAX = 10_000
"""Parts of an archive; no document has more."""

OFFICE_BEFORE_2007 = b"\xd0\xcf\x11\xe0"
"""How old Office files begin, and every newer one with a password."""

DAMAGE = (zipfile.BadZipFile, KeyError, EOFError, OSError, RuntimeError, ValueError, zlib.error, lzma.LZMAError)
"""What a damaged archive raises: a wrong directory or checksum, a missing part, an early end, a place before the
beginning, a packing or password that nobody meant, a garbled name, garbled data."""


_PACKING = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def entries_of(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """Return what an archive holds.

    Raises:
        zipfile.BadZipFile: a part is packed in a way that office and course files never use, and that Python unpacks
            as a whole, however little of it is asked for.
    """
    entries = archive.infolist()
    for entry in entries:
        if entry.compress_type not in _PACKING:
            raise zipfile.BadZipFile(entry.filename)
    return entries


class Unreadable(Exception):
    """A file gives no text; the fault says why."""

    def __init__(self, fault: ExtractionFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


class Cue(NamedTuple):
    """What is said from one moment to another, in milliseconds from the beginning."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Shot:
    """A picture out of a document, encoded by us: whole, and small enough for a slow link."""

    content: bytes
    media_type: str
    small: bytes
    small_type: str


class Entry(NamedTuple):
    """A line of the table of contents: how deep, in which part, at which anchor, its words."""

    level: int
    part: int
    anchor: str
    words: str


@dataclass(frozen=True)
class Rich:
    """A document as safe HTML: a slide, a chapter or some sections in each part, its contents and pictures."""

    parts: tuple[str, ...]
    contents: tuple[Entry, ...] = ()
    pictures: tuple[Shot, ...] = ()


@dataclass(frozen=True)
class Extracted:
    """The text of a file by page, the title it gives itself, if any, and what it says of time."""

    pages: tuple[str, ...]
    title: str = ""
    cues: tuple[Cue, ...] = ()
    """Of subtitles: when what is said."""
    length_ms: int = 0
    """Of films and recordings; 0 when the file does not say."""
    rich: Rich | None = None
    """Of documents that can be shown as more than plain words."""

    @property
    def text(self) -> str:
        """Return all pages with a form feed between them."""
        return PAGE_BREAK.join(self.pages)


def clean_page(text: str) -> str:
    """Return one page normalised, without form feeds of its own, radicals turned into the characters they show."""
    return normalise(_RADICALS.sub(_as_character, text.replace(PAGE_BREAK, "\n"))).strip()


# Some PDF writers store the radical sign ⼀ (U+2F00) where 一 (U+4E00) is shown; nobody would find such words.
_RADICALS = re.compile("[\u2e80-\u2fdf]")


def _as_character(sign: re.Match[str]) -> str:
    return unicodedata.normalize("NFKC", sign[0])


_HAN_END = re.compile("[\u3400-\u9fff\uf900-\ufaff，、（《“]$")
_HAN_START = re.compile("^[\u3400-\u9fff\uf900-\ufaff，。、；：？！）》”]")
# A line that ends with a figure is as a rule the row of a table and stays by itself.
_LATIN_END = re.compile(r"[A-Za-z,]$")
_LATIN_START = re.compile(r"^[a-z(]")
_HYPHEN_END = re.compile(r"[a-z]-$")
_LIST_START = re.compile(r"^(?:[•·●○■□▪–\-*]|\d{1,3}[.)、．]|[（(]?[一二三四五六七八九十]{1,3}[、）)])")
FULL_LINE = 0.6
SHORTEST_FULL_LINE = 12


def join_lines(text: str) -> str:
    """Join lines that a page broke in the middle of a sentence.

    A line goes on in the next one when it is nearly as wide as the widest of the page, ends without a stop and the
    next begins as a continuation. Chinese is joined without, English with a blank; short lines, as on slides and in
    lists, are left alone.
    """
    lines = [line.strip() for line in text.splitlines()]
    widest = max((_width(line) for line in lines), default=0)
    joined: list[str] = []
    full = False
    for line in lines:
        glue = _glue(joined[-1], line) if joined and full else None
        if glue is None:
            joined.append(line)
        else:
            joined[-1] = (joined[-1][:-1] if glue == "-" else joined[-1] + glue) + line
        full = _width(line) >= max(SHORTEST_FULL_LINE, widest * FULL_LINE)
    return "\n".join(joined)


def _width(line: str) -> int:
    return sum(2 if ord(sign) >= 0x2E80 else 1 for sign in line)


def _glue(before: str, after: str) -> str | None:
    """Return what stands between two lines of one sentence: nothing, a blank, or ``-`` for "drop the hyphen"."""
    if not before or not after or _LIST_START.match(after):
        return None
    if _HAN_END.search(before):
        return "" if _HAN_START.match(after) or after[0].isalnum() else None
    if _HAN_START.match(after) and _LATIN_END.search(before):
        return ""
    if _HYPHEN_END.search(before) and after[0].islower():
        return "-"
    return " " if _LATIN_END.search(before) and _LATIN_START.match(after) else None
