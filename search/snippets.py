"""The few words of a text that show why it was found, with what was asked for marked.

They are cut from the text in the database after the access check, never from the index. A snippet is a list of pieces;
templates escape each and put ``<mark>`` round the hits.
"""

import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from search.analysis import HAN, word_stems
from search.parsing import Query, folded

LENGTH = 160
"""Characters a snippet shows, about."""

LEAD = 40
"""Characters before the first hit, when no sentence begins there."""

PAGE_MAX = 200_000
"""Characters of a page that are looked at."""

_SENTENCE_END = re.compile(r"[。！？；!?;…]+[”’」』）)\"']*|\.(?=\s)|\n+")
_WORD = re.compile(rf"[^\W_{HAN}]+")


class Piece(NamedTuple):
    """Some text, and whether it was asked for."""

    text: str
    is_hit: bool = False


class Span(NamedTuple):
    """A hit in a text, and which word of the query it is."""

    start: int
    end: int
    needle: str


@dataclass(frozen=True)
class Snippet:
    """What to show of a text."""

    pieces: tuple[Piece, ...] = ()
    at: int = -1
    """The character of the whole text at which the first hit stands; -1 when nothing was found."""
    page: int = 0
    """Number of the page, from 1, when the text has pages and something was found; else 0."""

    def __str__(self) -> str:
        return "".join(piece.text for piece in self.pieces)


class Needles:
    """What to look for in a text."""

    def __init__(self, query: Query) -> None:
        runs: list[str] = []
        stems: set[str] = set()
        for text, terms in _wanted(query):
            for part in re.findall(rf"[{HAN}]+|[^\s{HAN}]+", folded(text)):
                if re.match(rf"[{HAN}]", part):
                    runs += [part, *terms] if len(part) > 1 else [part]
                else:
                    stems.update(stem for word in _WORD.findall(part) for stem in word_stems(word))
        runs = sorted({run for run in runs if re.match(rf"[{HAN}]", run)}, key=len, reverse=True)
        self.stems = stems
        self._runs = re.compile("|".join(map(re.escape, runs))) if runs else None

    def find(self, text: str) -> list[Span]:
        """Return where the needles are, in order, without overlaps."""
        flat, places = _flatten(text)
        found = [Span(m.start(), m.end(), m[0]) for m in self._runs.finditer(flat)] if self._runs else []
        if self.stems:
            for match in _WORD.finditer(flat):
                hits = [stem for stem in word_stems(match[0]) if stem in self.stems]
                found += [Span(match.start(), match.end(), stem) for stem in hits]
        found.sort()
        return [Span(places[start], places[end - 1] + 1, needle) for start, end, needle in found if end > start]


def _wanted(query: Query) -> Iterable[tuple[str, tuple[str, ...]]]:
    needed = [word for word in query.words if word.needed]
    for word in needed or query.words:
        yield word.text, word.terms
    for phrase in query.phrases:
        yield phrase.canon, ()


def _flatten(text: str) -> tuple[str, Sequence[int]]:
    """Return the text folded for comparison, and for each of its characters the place in the original."""
    flat = folded(text)
    if len(flat) == len(text):
        # Folding that keeps the length keeps the places, but for rare texts where a gain hides a loss.
        return flat, range(len(text))
    places: list[int] = []
    parts: list[str] = []
    for at, sign in enumerate(text):
        small = folded(sign)
        parts.append(small)
        places += [at] * len(small)
    return "".join(parts), places


def mark(text: str, query: Query) -> tuple[Piece, ...]:
    """Return a short text whole, with its hits marked."""
    return tuple(_pieces(text, Needles(query).find(text)))


def _pieces(text: str, spans: Iterable[Span]) -> Iterable[Piece]:
    at = 0
    for start, end in _joined(spans):
        if start > at:
            yield Piece(text[at:start])
        yield Piece(text[start:end], is_hit=True)
        at = end
    if at < len(text):
        yield Piece(text[at:])


def _joined(spans: Iterable[Span]) -> list[tuple[int, int]]:
    """Return hits that touch or overlap as one."""
    joined: list[tuple[int, int]] = []
    for start, end, _needle in spans:
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined


def cut(text: str, query: Query) -> Snippet:
    """Return the sentences in which most of what was asked for stands together."""
    needles = Needles(query)
    pages = text.split("\f")
    best: tuple[int, int, Span | None] = (0, 0, None)
    for number, page in enumerate(pages):
        count, start = _densest(needles.find(page[:PAGE_MAX]))
        if start is not None and count > best[0]:
            best = (count, number, start)
    _count, number, first = best
    page = pages[number][:PAGE_MAX]
    pieces = _around(page, first, needles)
    if first is None:
        return Snippet(pieces)
    before = sum(len(one) + 1 for one in pages[:number])
    return Snippet(pieces, before + first.start, number + 1 if len(pages) > 1 else 0)


def _densest(spans: Sequence[Span]) -> tuple[int, Span | None]:
    """Return the hit from which on most different needles follow within a snippet, and how many."""
    best: tuple[int, Span | None] = (0, None)
    end = reach = 0
    for at, span in enumerate(spans[:2000]):
        end = max(end, at)
        while end < len(spans) and spans[end].end <= span.start + LENGTH - LEAD:
            end += 1
        # A longer needle says more than a pair of characters.
        count = sum(len(needle) for needle in {one.needle for one in spans[at:end]} | {span.needle})
        # Of windows that overlap and hold the same, the last begins nearest to what was asked for.
        same = best[1] is not None and count == best[0] and span.start < reach
        if count > best[0]:
            reach = span.start + LENGTH - LEAD
        if count > best[0] or same:
            best = (count, span)
    return best


def _around(page: str, first: Span | None, needles: Needles) -> tuple[Piece, ...]:
    start = _begin(page, first.start) if first else 0
    end = _finish(page, start, first.end if first else 0)
    text = " ".join(page[start:end].split())
    found = list(_pieces(text, needles.find(text)))
    if start > 0 and found:
        found.insert(0, Piece("…"))
    if end < len(page.rstrip()) and found:
        found.append(Piece("…"))
    return tuple(found)


def _begin(page: str, hit: int) -> int:
    """Return where the snippet begins: with a sentence, if one begins near."""
    low = max(0, hit - LENGTH // 2)
    ends = [match.end() for match in _SENTENCE_END.finditer(page, low, hit)]
    if ends:
        return ends[0] if hit - ends[0] <= LEAD * 2 else ends[-1]
    if hit <= LENGTH // 2:
        return 0
    start = hit - LEAD
    space = page.find(" ", start, hit)
    return space + 1 if space > 0 and page[start].isascii() else start


def _finish(page: str, start: int, needed: int) -> int:
    """Return where the snippet ends: with a sentence, if one ends near."""
    limit = max(start + LENGTH, needed)
    if limit >= len(page):
        return len(page)
    ends = [match.end() for match in _SENTENCE_END.finditer(page, start, limit) if match.end() >= needed]
    if ends and ends[-1] - start >= LENGTH // 2:
        return ends[-1]
    space = page.rfind(" ", max(needed, limit - 20), limit)
    return space if space > 0 and page[limit].isascii() else limit


def as_html(pieces: Iterable[Piece]) -> str:
    """Return pieces as escaped HTML text for programs that read JSON; pages use the template instead."""
    return "".join(f"<mark>{html.escape(text)}</mark>" if is_hit else html.escape(text) for text, is_hit in pieces)
