"""What is written into question files: questions with their place, and how two faces go into one text."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from core.faces import Faces
from core.i18n import _l
from core.markup import SOURCE_MAX
from study.enums import Difficulty, QuestionKind
from study.quiz.formats.items import ItemFault
from study.quiz.kinds import Option, QuestionContent, Settings
from study.quiz.kinds.numbers import decimal_of

_BOTH = re.compile(
    r'(?:<span lang="zh" class="multilang">(.*?)</span>)?(?:<span lang="en" class="multilang">(.*)</span>)?', re.DOTALL
)
_INSIDE = r"[^<]++|<(?!/?span\b)"
_TOLD = re.compile(
    r"<span\b(?=[^<>]*multilang)([^<>]*)>"
    # A span of another kind may lie inside; one in another language never does, so no text is walked twice.
    rf"((?:{_INSIDE}|<span\b(?![^<>]*multilang)[^<>]*>(?:{_INSIDE})*+</span>)*+)</span>",
    re.IGNORECASE,
)
_ATTRIBUTE = re.compile(r"\b(class|lang)\s*+=\s*+[\"']([^\"']*+)[\"']", re.IGNORECASE)
_LANGUAGE = re.compile(r"[A-Za-z_-]+")
LINES_MOST = 60
_ADDRESS = re.compile(r"(?:\\?/study\\?/pictures\\?/)\d{1,9}(?!\d)")
"""Gaps of Moodle have a backslash before each stroke."""
UNHELD = _l("This format has no questions of the kind “%(kind)s”.")


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A picture that a question shows, as files hold it."""

    name: str
    """Its own among all pictures of the bank."""
    media_type: str
    sha256: str
    path: Path

    @property
    def data(self) -> bytes:
        """Return what it holds."""
        return self.path.read_bytes()


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A question on its way into a file."""

    content: QuestionContent
    name: str = ""
    key: str = ""
    """What the file calls it, so that it is found again; empty where its content says it all."""
    folder: str = ""
    tags: Sequence[str] = ()
    level: Difficulty | None = None
    pictures: Mapping[str, Shown] = field(default_factory=dict)
    """What it shows, by the address in its texts."""

    def moved(self, text: str, place: Callable[[Shown], str]) -> str:
        """Return a text that names its pictures where a file has them."""
        if not self.pictures:
            return text

        def named(found: re.Match[str]) -> str:
            picture = self.pictures.get(found[0].replace("\\", ""))
            return place(picture) if picture else found[0]

        return _ADDRESS.sub(named, text)

    def shown_in(self, *texts: str) -> list[Shown]:
        """Return the pictures that texts name, each once."""
        found = (one[0].replace("\\", "") for text in texts for one in _ADDRESS.finditer(text))
        return [self.pictures[address] for address in dict.fromkeys(found) if address in self.pictures]

    @property
    def language(self) -> str:
        """Return the language that needs no mark: that of the question, Chinese where it has both."""
        return "zh" if self.content.text.zh else "en"

    def dress(self, faces: Faces) -> str:
        """Return both faces as one text; faces in another language than the question's are marked, as Moodle does."""
        return dress(faces, self.language)


def dress(faces: Faces, language: str) -> str:
    """Return one text that holds both faces."""
    if not faces:
        return ""
    if not (faces.en if language == "zh" else faces.zh):
        return faces.zh or faces.en
    return "".join(
        f'<span lang="{name}" class="multilang">{text}</span>'
        for name, text in (("zh", faces.zh), ("en", faces.en))
        if text
    )


def undress(text: str) -> tuple[str, str] | None:
    """Return the Chinese and the English part of a text that marks them; None where it marks none, or is too long."""
    if "multilang" not in text or len(text) > SOURCE_MAX:
        return None
    if (found := _BOTH.fullmatch(text)) and (found[1] or found[2]):
        return found[1] or "", found[2] or ""
    if not any(_language(found) for found in _TOLD.finditer(text)):
        return None

    def part(found: re.Match[str], *, is_zh: bool) -> str:
        language = _language(found)
        if not language:
            return found[0]
        return found[2] if language.startswith("zh") is is_zh else ""

    zh = _TOLD.sub(lambda found: part(found, is_zh=True), text)
    return zh, _TOLD.sub(lambda found: part(found, is_zh=False), text)


def _language(found: re.Match[str]) -> str:
    """Return the language that a span names, empty where it marks none."""
    told = {name.lower(): value for name, value in _ATTRIBUTE.findall(found[1])}
    language = str(told.get("lang", "")).lower()
    return language if told.get("class") == "multilang" and _LANGUAGE.fullmatch(language) else ""


def essay_settings(lines: str) -> Settings:
    """Return how an essay is asked that says how many lines of room it offers."""
    # Nobody needs more digits, and Python refuses very many.
    wanted = int(lines[:6]) if lines.isdecimal() else 0
    return Settings(lines=min(wanted, LINES_MOST)) if wanted > 0 else Settings()


def refuse_kind(kind: QuestionKind) -> ItemFault:
    """Return the fault of a kind that a format cannot hold."""
    return ItemFault(UNHELD, kind=kind.value)


def middle(option: Option) -> tuple[str, str]:
    """Return an accepted number as a value and what it may be off by: also of a range, and of a share."""
    if ".." in option.pattern:
        low, high = (decimal_of(words) or Decimal(0) for words in option.pattern.split("..", 1))
        return f"{(low + high) / 2:f}", f"{abs(high - low) / 2:f}"
    value, around = decimal_of(option.pattern), option.tolerance.strip()
    if value is not None and around.endswith(("%", "％")):
        width = decimal_of(around.rstrip("%％")) or 0
        return option.pattern, f"{abs(value) * width / 100:f}"
    return option.pattern, around or "0"
