"""Passages of a text: quoting one, and finding it again when the text has changed since."""

import re
from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2s
from typing import Final, NamedTuple

from core.text import plain

QUOTE_MAX: Final = 500
"""Characters of a passage that are quoted."""
ALIKE: Final = 0.5
"""From which share of common pairs of characters on two passages count as one that was changed."""

_BLOCK: Final = re.compile(r'<(\w+)[^<>]* id="(p\d+)"[^<>]*>')
_FOOTNOTES: Final = '<section class="footnotes"'
_BROKEN: Final = re.compile(r"(?<=\s)[\w'’-]{1,40}\Z", re.ASCII)
_NOTE_SIGN: Final = re.compile(r'<sup class="footnote-ref">.*?</sup>', re.DOTALL)


class Passage(NamedTuple):
    """A paragraph, heading, list …, or a question."""

    mark: str
    """What names it as long as it says this; of lasting ones, as long as it is there."""
    text: str
    place: str = ""
    """The anchor at which it stands now."""
    is_lasting: bool = False
    page: int = 0
    """The page on which it is shown; 0 where all of the text is shown at once."""

    def address_on(self, url: str) -> str:
        """Return where it stands on the page at an address."""
        shown = f"{url}?page={self.page}" if self.page else url
        return f"{shown}#{self.place}" if self.place else shown

    @property
    def digest(self) -> str:
        """What is another one as soon as it says anything else."""
        return _digest(self.text)

    @property
    def quote(self) -> str:
        """As much of it as is quoted."""
        if len(self.text) <= QUOTE_MAX:
            return self.text
        # Not within a word; Chinese has none to cut.
        return _BROKEN.sub("", self.text[: QUOTE_MAX + 1])[:QUOTE_MAX].rstrip()


class Block(NamedTuple):
    """A passage and where its HTML stands."""

    passage: Passage
    tag: str
    end: int


def _digest(text: str) -> str:
    return blake2s(text.encode(), digest_size=8).hexdigest()


def _words(html: str) -> str:
    return " ".join(plain(_NOTE_SIGN.sub("", html)).split())


def blocks_of(html: str) -> Iterator[Block]:
    """Yield the blocks, of HTML rendered with anchors, that have words."""
    stop = html.find(_FOOTNOTES)
    stop = len(html) if stop < 0 else stop
    found = [match for match in _BLOCK.finditer(html) if match.start() < stop]
    for place, match in enumerate(found):
        end = found[place + 1].start() if place + 1 < len(found) else stop
        block = html[match.start() : end].rstrip()
        if text := _words(block):
            yield Block(Passage(f"t{_digest(text)}", text, match[2]), match[1], match.start() + len(block))


SOUGHT_MAX: Final = 24
_WRITTEN_AS_IT_IS: Final = re.compile(r"""[^<>&"'\s][^<>&"'\n]*""")


def sought(quote: str) -> str:
    """Return the longest words of a quotation that stand in HTML as they are, so that a database can look for them."""
    found = max(_WRITTEN_AS_IT_IS.findall(quote), key=len, default="")
    return str(found)[:SOUGHT_MAX].rstrip()


def passages_of(html: str) -> list[Passage]:
    """Return the passages of HTML rendered with anchors, in order."""
    return [block.passage for block in blocks_of(html)]


def find_quoted(passages: Iterable[Passage], quote: str) -> Passage | None:
    """Return the first passage that holds these words."""
    return next((one for one in passages if quote and quote in one.text), None)


def find_marked(passages: Iterable[Passage], mark: str) -> Passage | None:
    """Return the passage with this mark."""
    return next((one for one in passages if mark and one.mark == mark), None)


def find_again(passages: Sequence[Passage], mark: str, quote: str) -> Passage | None:
    """Return what a quoted passage is now: by its mark, by its words, else the one that is most like it."""
    # One mark may stand for a passage in two languages.
    if marked := [one for one in passages if mark and one.mark == mark]:
        return find_quoted(marked, quote) or _most_like(marked, quote, least=0)
    fleeting = [one for one in passages if not one.is_lasting]
    return find_quoted(fleeting, quote) or _most_like(fleeting, quote, least=ALIKE)


def _most_like(passages: Sequence[Passage], quote: str, *, least: float) -> Passage | None:
    pairs = _pairs(quote)
    shares = [(_share(pairs, _pairs(one.quote)), -place) for place, one in enumerate(passages)]
    share, place = max(shares, default=(-1.0, 0))
    return passages[-place] if share >= least else None


def _pairs(text: str) -> set[str]:
    return {text[place : place + 2] for place in range(len(text) - 1)}


def _share(one: set[str], other: set[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other) or 1)
