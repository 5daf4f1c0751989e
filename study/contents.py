"""The contents of a lesson: its headings, read from the stored HTML that the renderer wrote."""

import re
from typing import NamedTuple

from core.text import plain

_HEADING = re.compile(r'<h([23]) id="([\w-]+)">(.*?)</h\1>', re.DOTALL)


class Heading(NamedTuple):
    """One heading with the anchor that leads to it."""

    level: int
    anchor: str
    words: str


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
