"""The contents of a lesson: its headings, read from the stored HTML that the renderer wrote."""

import re
from typing import Any, NamedTuple

from markupsafe import escape

from core.i18n import _
from core.text import plain

_HEADING = re.compile(r'<h([23]) id="([\w-]+)">(.*?)</h\1>', re.DOTALL)


class Heading(NamedTuple):
    """One heading with the anchor that leads to it, of a document also its part."""

    level: int
    anchor: str
    words: str
    page: int = 0


def headings(html: str) -> list[Heading]:
    """Return the headings of the second and third level in order."""
    return [Heading(int(level), anchor, plain(words)) for level, anchor, words in _HEADING.findall(html)]


WINDOW = 6_000
"""Characters of a document that are shown at once; the other pages stand as links."""


def window(pages: list[str], around: int) -> range:
    """Return the numbers of the pages to show: from page ``around`` on, as many as the window holds, at least one."""
    first = min(max(around, 1), max(len(pages), 1))
    size, last = 0, first
    for number in range(first, len(pages) + 1):
        size += len(pages[number - 1])
        if number > first and size > WINDOW:
            break
        last = number
    return range(first, last + 1)


LINES_MAX = 60
"""Headings of a document that are listed; of longer lists only those of the first level."""

_OWN_PICTURE = re.compile(r'(<(?:img|a)(?: [a-z-]+="[^"]*")*? (?:src|href)=")(?=pictures/\d)')

_UNNAMED = re.compile(r'(<img src="pictures/(\d+)/small"(?: [a-z-]+="[^"]*")*? alt=)""')


def document_headings(contents: list[list[Any]]) -> list[Heading]:
    """Return the table of contents of a document as it was kept."""
    found = [Heading(level, anchor, words, part) for level, part, anchor, words in contents]
    if len(found) <= LINES_MAX:
        return found
    first = min(one.level for one in found)
    return [one for one in found if one.level == first]


def at_home(html: str, url: str) -> str:
    """Return a part of a document whose pictures are those at an address; those without words get a number."""
    return _OWN_PICTURE.sub(rf"\1{url}/", _UNNAMED.sub(_named, html))


def _named(picture: re.Match[str]) -> str:
    words = escape(_("Picture %(number)s", number=picture[2]))
    return f'{picture[1]}"{words}"'
