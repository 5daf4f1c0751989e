"""Texts of question files in whatever dress they come, and their way to Markdown."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from html import unescape

from core.markup import SOURCE_MAX, render
from core.text import normalise, plain

_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<!--")
_ENTITY = re.compile(r"&(?:[a-zA-Z]+|#\d+);")
_SIGNS = re.compile(r"([\\`*_\[\]<>#&!|~^:@+=-])")
_SPECIAL = re.compile(r"[\\`*_\[\]<>#&!|~^:@+=-]|^\s*\d+[.)]|www\.|\n", re.MULTILINE)
_LIST_START = re.compile(r"^(\s*\d+)([.)])", re.MULTILINE)
_SHOWN = re.compile(
    r"<(?:img|audio|video|iframe|object|embed|source)\b((?:[^<>\"']|\"[^\"]*\"|'[^']*')*+)/?>", re.IGNORECASE
)
_SAID = re.compile(r"\b(src|data|alt)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'<>]+))", re.IGNORECASE)
_MATH = re.compile(r"\\\((.+?)\\\)|\\\[(.+?)\\\]|\$\$(.+?)\$\$", re.DOTALL)
_PARAGRAPH = re.compile(r"\s*(?:<p>)?([^<>&]*)(?:</p>)?\s*")
_HELD = re.compile("\ue020(\\d+)\ue021")
_ALT = r"((?:\\.|[^\[\]\\\n]|\[[^\[\]\n]*\])*+)"
PICTURE = re.compile(rf"!\[{_ALT}\]\(\s*<?([^)\s<>]*)>?[^)\n]{{0,300}}\)")
"""A picture in Markdown: what it shows in words, and its address."""
_ESCAPED = re.compile(r"\\([\\\[\]`*_<>|$~])")
_SPACES = re.compile(r"\s+")


Shown = Callable[[str, str], str]
"""Gives Markdown for a picture or recording: its address in the text and what it shows in words."""


_LINK = re.compile(r"<a\b[^<>]*\bhref\s*=\s*\"(enclosed:[0-9a-f]{64})\"[^<>]*>", re.IGNORECASE)
_TO_FILE = re.compile(r"(?<!!)\[([^\]\n]*)\]\((enclosed:[0-9a-f]{64})\)")


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

    def markdown(self, shown: Shown | None = None) -> str:
        """Return the text as Markdown that shows the same words; ``shown`` says what stands for its pictures."""
        put = shown or in_words
        if self.format is TextFormat.MARKDOWN:
            text = PICTURE.sub(lambda found: put(found[2], _ESCAPED.sub(r"\1", found[1])), normalise(self.text))
            return _TO_FILE.sub(lambda found: _linked(found[2], put) + found[1], text)
        looks_html = bool(_TAG.search(self.text) or _ENTITY.search(self.text))
        if self.format is TextFormat.HTML or (self.format is TextFormat.MOODLE and looks_html):
            return from_html(self.text, put)
        return from_plain(self.text)

    @property
    def shows(self) -> bool:
        """Whether the text shows a picture or plays a recording."""
        if self.format is TextFormat.PLAIN:
            return False
        return bool((PICTURE if self.format is TextFormat.MARKDOWN else _SHOWN).search(self.text))

    def words(self) -> str:
        """Return the bare words on one line: for names and comparison."""
        text = plain(self.text) if self.format is TextFormat.HTML else self.text
        return _SPACES.sub(" ", text).strip()


EMPTY = Text()


def in_words(address: str, alt: str) -> str:
    """Return what stands for a picture that is not shown: what it shows in words, else its name."""
    words = " ".join((alt or address.rsplit("/", 1)[-1][:80]).split())
    return from_plain(f"[{words}]") if words else ""


def _linked(address: str, shown: Shown) -> str:
    """Return what stands before the words of a link to a file: the file where it is a picture, nothing where not."""
    found = shown(address, "")
    return f"{found} " if found.startswith("![") else ""


def from_html(html: str, shown: Shown = in_words) -> str:
    """Turn HTML into Markdown; ``shown`` says what stands for its pictures and recordings."""
    if (found := _PARAGRAPH.fullmatch(html)) and not _MATH.search(html):
        return from_plain(_SPACES.sub(" ", found[1]))
    held: list[str] = []

    def hold(words: str) -> str:
        held.append(words)
        return f"\ue020{len(held) - 1}\ue021" if words else ""

    def formula(found: re.Match[str]) -> str:
        return hold(f"${plain(found[1] or found[2] or found[3]).strip()}$")

    def picture(found: re.Match[str]) -> str:
        said = {one[1].lower(): unescape(one[2] or one[3] or one[4] or "") for one in _SAID.finditer(found[1])}
        return hold(shown(said.get("src", said.get("data", "")), said.get("alt", "")))

    from markdownify import markdownify  # noqa: PLC0415 -- brings two parsers, and only imports need it

    kept = _SHOWN.sub(picture, _MATH.sub(formula, normalise(html)))
    kept = _LINK.sub(lambda found: f"{hold(_linked(found[1], shown))}<a>", kept)
    text = str(markdownify(kept, heading_style="ATX", strip=["img"])).strip()
    # Markdown would take the signs of a formula or an address for its own.
    return _HELD.sub(lambda found: held[int(found[1])] if int(found[1]) < len(held) else "", text)


def from_plain(text: str) -> str:
    """Return Markdown that shows exactly these words: signs are escaped only where Markdown would take them."""
    text = normalise(text).strip()
    if not _SPECIAL.search(text) or len(text) > SOURCE_MAX:
        return text
    shown = plain(render(text).html)
    if _SPACES.sub(" ", shown).strip() == _SPACES.sub(" ", text).strip() and "<a" not in shown:
        return text
    return _LIST_START.sub(r"\1\\\2", _SIGNS.sub(r"\\\1", text))
