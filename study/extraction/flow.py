"""Puts the blocks of a document together to parts of safe HTML: anchored, with its contents, its links led home."""

import posixpath
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import unquote

from lxml import html

from core.markup import safe
from core.text import plain
from study.enums import ExtractionFault
from study.extraction.parts import TEXT_MAX, Entry, Rich, Unreadable
from study.extraction.shots import Shots

FIRST_LEVEL: Final = 2
LAST_LEVEL: Final = 6
CONTENTS_LEVEL: Final = 3
CONTENTS_MAX: Final = 400
WORDS_MAX: Final = 160
ENOUGH: Final = 3_000
"""Characters after which a part ends at the next heading."""
TOO_MUCH: Final = 6_000
"""Characters after which it ends at the next block."""
FIRST_ANCHOR: Final = 100_001
"""Higher than any of a lesson's own text, which may stand on the same page."""
BLOCKS_MAX: Final = 800_000
INLINE_HEIGHT: Final = 48
"""Pictures no higher than this stand in the line, as signs and formulas do."""
HEADINGS: Final = frozenset(f"h{level}" for level in range(1, 7))

PictureOf = Callable[[str], bytes | None]
"""Gives the bytes of the picture at an address inside the document."""


@dataclass(kw_only=True)
class _Placed:
    """A block with where it came from and where it comes to stand."""

    element: Any
    source: str
    part: int
    anchor: str


def _no_picture(_address: str) -> bytes | None:
    return None


@dataclass
class Flow:
    """A document that is being put together."""

    shots: Shots = field(default_factory=Shots)
    _placed: list[_Placed] = field(default_factory=list)
    _goals: dict[tuple[str, str], _Placed] = field(default_factory=dict)
    _levels: list[tuple[int, int]] = field(default_factory=list)
    _contents: list[Entry] = field(default_factory=list)
    _part: int = 0
    _size: int = 0
    _total: int = 0

    def begin(self) -> None:
        """Let a new part begin, as a chapter or a slide does."""
        self._part += 1
        self._size = 0

    def add(
        self,
        blocks: Iterable[tuple[Any, set[str]]],
        *,
        source: str = "",
        picture: PictureOf = _no_picture,
        splits: bool,
    ) -> None:
        """Add blocks of one file inside the document.

        Raises:
            Unreadable: the document holds more than any of a course.
        """
        self._part = max(self._part, 1)
        for element, names in blocks:
            words = "".join(element.itertext())
            self._total += len(words)
            if self._total > TEXT_MAX or len(self._placed) >= BLOCKS_MAX:
                raise Unreadable(ExtractionFault.TOO_LARGE_INSIDE)
            is_heading = element.tag in HEADINGS
            if is_heading and self._repeats(words):
                # Books often say the name of a chapter twice, once for its own page.
                self._goals.update({(source, name): self._placed[-1] for name in names})
                continue
            if splits and (self._size > TOO_MUCH or (is_heading and self._size > ENOUGH)):
                self.begin()
            self._size += len(words)
            self._put(element, names, source, words)
            for image in list(element.iter("img")):
                self._show(image, picture)
            if element.tag == "p" and not words.strip() and len(element):
                element.tag = "figure"

    def _put(self, element: Any, names: set[str], source: str, words: str) -> None:
        anchor = f"p{FIRST_ANCHOR + len(self._placed)}"
        one = _Placed(element=element, source=source, part=self._part, anchor=anchor)
        self._placed.append(one)
        for name in ("", *names):
            self._goals.setdefault((source, name), one)
        if element.tag in HEADINGS:
            self._note_heading(one, words)

    def _repeats(self, words: str) -> bool:
        """Tell whether a heading says the same as the one right before it in its part."""
        last = self._placed[-1] if self._placed else None
        if last is None or last.part != self._part or last.element.tag not in HEADINGS:
            return False
        return "".join(last.element.itertext()).split() == words.split()

    def _note_heading(self, one: _Placed, words: str) -> None:
        """Let levels follow without a gap, whatever the document jumps over."""
        level = int(one.element.tag[1])
        while self._levels and self._levels[-1][0] >= level:
            self._levels.pop()
        new = min(self._levels[-1][1] + 1 if self._levels else FIRST_LEVEL, LAST_LEVEL)
        self._levels.append((level, new))
        one.element.tag = f"h{new}"
        shown = " ".join(words.split())[:WORDS_MAX]
        if shown and new <= CONTENTS_LEVEL and len(self._contents) < CONTENTS_MAX:
            self._contents.append(Entry(new, one.part, one.anchor, shown))

    def _show(self, image: Any, picture: PictureOf) -> None:
        """Put our own copy in the place of a picture, or what it shows in words."""
        alt = " ".join((image.get("alt") or "").split())[:WORDS_MAX]
        shot = self.shots.take(picture(image.get("src") or ""))
        if shot is None:
            image.tag = "em"
            image.attrib.clear()
            image.text = f"[{alt}]" if alt else ""
            image.drop_tag()
            return
        number, full, small = shot
        image.attrib.clear()
        image.set("src", f"pictures/{number}/small")
        image.set("width", str(small.width))
        image.set("height", str(small.height))
        if small.height > INLINE_HEIGHT:
            image.set("data-kb", str(-(-len(full.content) // 1024)))
            image.set("loading", "lazy")
            if not any(True for _one in image.iterancestors("a")):
                _wrap(image, "a", {"class": "pic", "href": f"pictures/{number}"})
        # Stands last: pages that save data look for it there.
        image.set("alt", alt)

    def finish(self) -> Rich:
        """Return the document."""
        parts: list[list[str]] = [[] for _number in range(max((one.part for one in self._placed), default=0))]
        for one in self._placed:
            for link in list(one.element.iter("a")):
                self._lead(link, one.source)
            for quote in one.element.iter("blockquote"):
                quote.set("class", "quote")
            for code in one.element.iter("pre"):
                code.set("tabindex", "0")  # Wide lines are moved sideways, by keys too.
            parts[one.part - 1].append(_markup(one))
        safe_parts = tuple(safe("\n".join(part)) for part in parts)
        return Rich(safe_parts, tuple(self._contents), tuple(self.shots.taken))

    def _lead(self, link: Any, source: str) -> None:
        """Let a link inside the document lead to where its goal stands now; links to nowhere become words."""
        address = link.get("href") or ""
        if link.get("class") == "pic" or address.lower().startswith(("http://", "https://", "mailto:")):
            return
        path, _sign, name = address.partition("#")
        there = posixpath.normpath(posixpath.join(posixpath.dirname(source), unquote(path))) if path else source
        goal = self._goals.get((there, unquote(name))) or (self._goals.get((there, "")) if path else None)
        if goal is None or not address:
            link.drop_tag()
        else:
            link.set("href", f"?page={goal.part}#{goal.anchor}")


def _markup(one: _Placed) -> str:
    """Return a block as HTML with its anchor; wide ones can be moved sideways."""
    is_wide = one.element.tag in ("table", "math")
    if not is_wide:
        one.element.set("id", one.anchor)
    markup = str(html.tostring(one.element, encoding="unicode", with_tail=False))
    return f'<div class="scroll" tabindex="0" id="{one.anchor}">{markup}</div>' if is_wide else markup


def _wrap(element: Any, tag: str, attributes: dict[str, str]) -> None:
    tail, element.tail = element.tail, None
    box = html.Element(tag)
    box.attrib.update(attributes)
    element.getparent().replace(element, box)
    box.append(element)
    box.tail = tail


def words_of(rich: Rich) -> int:
    """Return how many characters other than blanks a document shows."""
    return sum(len("".join(plain(part).split())) for part in rich.parts)
