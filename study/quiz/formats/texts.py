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
_ATTACHED = "@@PLUGINFILE@@/"
_MATH = re.compile(r"\\\((.+?)\\\)|\\\[(.+?)\\\]|\$\$(.+?)\$\$", re.DOTALL)
_PARAGRAPH = re.compile(r"\s*(?:<p>)?([^<>&]*)(?:</p>)?\s*")
_HELD = re.compile("\ue020(\\d+)\ue021")
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
        if self.format is not TextFormat.PLAIN and _ATTACHED in self.text:
            return re.split(r"[\"'\s<>)]", self.text.split(_ATTACHED, 1)[1], maxsplit=1)[0][:80]
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
    if (found := _PARAGRAPH.fullmatch(html)) and not _MATH.search(html):
        return from_plain(_SPACES.sub(" ", found[1]))
    formulas: list[str] = []

    def hold(found: re.Match[str]) -> str:
        formulas.append(plain(found[1] or found[2] or found[3]).strip())
        return f"\ue020{len(formulas) - 1}\ue021"

    from markdownify import markdownify  # noqa: PLC0415 -- brings two parsers, and only imports need it

    held = _MATH.sub(hold, normalise(html))
    text = str(markdownify(held, heading_style="ATX", strip=["img"])).strip()
    # Markdown would take the signs of a formula for its own; here one stands between dollars.
    return _HELD.sub(lambda found: f"${formulas[int(found[1])]}$" if int(found[1]) < len(formulas) else "", text)


def from_plain(text: str) -> str:
    """Return Markdown that shows exactly these words: signs are escaped only where Markdown would take them."""
    text = normalise(text).strip()
    if not _SPECIAL.search(text) or len(text) > SOURCE_MAX:
        return text
    shown = plain(render(text).html)
    if _SPACES.sub(" ", shown).strip() == _SPACES.sub(" ", text).strip() and "<a" not in shown:
        return text
    return _LIST_START.sub(r"\1\\\2", _SIGNS.sub(r"\\\1", text))
