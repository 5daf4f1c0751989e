"""Texts of question files in whatever dress they come, and their way to Markdown."""

import re
from dataclasses import dataclass
from enum import StrEnum

from core.markup import SOURCE_MAX, render
from core.text import normalise, plain

_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<!--")
_ENTITY = re.compile(r"&(?:[a-zA-Z]+|#\d+);")
_SIGNS = re.compile(r"([\\`*_\[\]<>#&!|~^:@+=-])")
_SPECIAL = re.compile(r"[\\`*_\[\]<>#&!|~^:@+=-]|^\s*\d+[.)]|www\.|\n", re.MULTILINE)
_LIST_START = re.compile(r"^(\s*\d+)([.)])", re.MULTILINE)
_SHOWN = re.compile(
    r"<(?:img|audio|video|iframe|object|embed|source)\b(?:[^<>]*?\bsrc\s*=\s*[\"']?([^\"'\s<>]*))?", re.IGNORECASE
)
_PICTURE = re.compile(r"!\[[^\]]*\]\(\s*([^)\s]*)")
_SPACES = re.compile(r"\s+")


class TextFormat(StrEnum):
    """How a text is written."""

    MOODLE = "moodle"
    PLAIN = "plain"
    HTML = "html"
    MARKDOWN = "markdown"


@dataclass(frozen=True)
class Text:
    """A text and how it is written."""

    text: str = ""
    format: TextFormat = TextFormat.PLAIN

    def __bool__(self) -> bool:
        return bool(self.text)

    def markdown(self) -> str:
        """Return the text as Markdown that shows the same words."""
        if self.format is TextFormat.MARKDOWN:
            return normalise(self.text)
        looks_html = bool(_TAG.search(self.text) or _ENTITY.search(self.text))
        if self.format is TextFormat.HTML or (self.format is TextFormat.MOODLE and looks_html):
            return from_html(self.text)
        return from_plain(self.text)

    def shows(self) -> str | None:
        """Return the name of a picture or recording that the text shows, perhaps empty; None where it shows none."""
        pattern = _PICTURE if self.format is TextFormat.MARKDOWN else _SHOWN
        found = pattern.search(self.text) if self.format is not TextFormat.PLAIN else None
        return (found[1] or "").rsplit("/", 1)[-1][:80] if found else None

    def words(self) -> str:
        """Return the bare words on one line: for names and comparison."""
        text = plain(self.text) if self.format is TextFormat.HTML else self.text
        return _SPACES.sub(" ", text).strip()


EMPTY = Text()


def from_html(html: str) -> str:
    """Turn HTML into Markdown; pictures are dropped, ``Text.shows`` tells of them before."""
    from markdownify import markdownify  # noqa: PLC0415 -- brings two parsers, and only imports need it

    return str(markdownify(normalise(html), heading_style="ATX", strip=["img"])).strip()


def from_plain(text: str) -> str:
    """Return Markdown that shows exactly these words: signs are escaped only where Markdown would take them."""
    text = normalise(text).strip()
    if not _SPECIAL.search(text) or len(text) > SOURCE_MAX:
        return text
    shown = plain(render(text).html)
    if _SPACES.sub(" ", shown).strip() == _SPACES.sub(" ", text).strip() and "<a" not in shown:
        return text
    return _LIST_START.sub(r"\1\\\2", _SIGNS.sub(r"\\\1", text))
