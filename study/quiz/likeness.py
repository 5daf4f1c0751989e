"""Tells whether two questions say nearly the same, from a short sketch of each: no database, no words.

A sketch is the smallest hashes of all runs of three letters in the question and its answers. Two sketches share about
the part that the questions share, so thousands can be compared without reading them.
"""

import unicodedata
from bisect import insort
from collections import Counter, defaultdict
from collections.abc import Iterable
from struct import unpack
from typing import Generic, TypeVar
from zlib import crc32

from study.quiz.kinds.content import QuestionContent

RUN = 3
KEPT = 24
LOOKED_UP = 8
"""Of the smallest hashes: two questions that are alike share one of these, nearly always."""
COMMON = 200
ALIKE = 0.8
"""The share of both that makes them alike."""

T = TypeVar("T")


def sketch_of(content: QuestionContent) -> str:
    """Return the sketch of a question: hashes of eight digits each, in order; empty where there are no words."""
    texts = [content.text.zh, content.text.en]
    for option in content.options:
        texts += (option.text.zh, option.text.en, option.partner.zh, option.partner.en, option.pattern)
    for gap in content.gaps:
        texts += (word for option in gap.options for word in (option.text.zh, option.text.en, option.pattern))
    return _sketch(" ".join(filter(None, texts)))


def _sketch(text: str) -> str:
    letters = [sign for sign in unicodedata.normalize("NFKC", text).casefold() if sign.isalnum()]
    words = "".join(letters).encode("utf-32-le")
    width = 4
    runs = {crc32(words[at : at + RUN * width]) for at in range(0, max(width, len(words) - (RUN - 1) * width), width)}
    return "".join(f"{value:08x}" for value in sorted(runs)[:KEPT]) if letters else ""


def _values(sketch: str) -> tuple[int, ...]:
    return unpack(f">{len(sketch) // 8}I", bytes.fromhex(sketch))


def _looked_up(sketch: str) -> tuple[int, ...]:
    return _values(sketch[: 8 * LOOKED_UP])


def share(one: frozenset[int], other: frozenset[int]) -> float:
    """Return about what part two questions share, 0 to 1, from the values of their sketches."""
    if one == other:
        return 1.0 if one else 0.0
    smallest = sorted(one | other)[:KEPT]
    return len((one & other).intersection(smallest)) / len(smallest)


class Likeness(Generic[T]):
    """The questions among which others are looked for."""

    def __init__(self, known: Iterable[tuple[T, str]] = ()) -> None:
        # Most are only ever looked up: their values are read when they are compared.
        self._known: list[tuple[T, str]] = []
        self._at: dict[T, int] = {}
        self._places: defaultdict[int, list[int]] = defaultdict(list)
        for question, sketch in known:
            self.add(question, sketch)

    def add(self, question: T, sketch: str) -> None:
        """Remember a question; what it said before is forgotten, and it keeps its place among the others."""
        place = self._at.setdefault(question, len(self._known))
        if place < len(self._known):
            for value in _looked_up(self._known[place][1]):
                self._places[value].remove(place)
            self._known[place] = question, sketch
        else:
            self._known.append((question, sketch))
        for value in _looked_up(sketch):
            insort(self._places[value], place)

    def find(self, sketch: str, *, without: T | None = None) -> T | None:
        """Return the question that is most like this one, ``without`` one that is left out of account.

        None where none is alike. Of several the first wins.
        """
        looked_up = [self._places.get(value, []) for value in _looked_up(sketch)]
        # What begins as hundreds begin says little; what is alike shares rarer words too.
        telling = [places for places in looked_up if len(places) <= COMMON] or looked_up
        met = Counter(place for places in telling for place in places)
        wanted, least = frozenset(_values(sketch)), (len(telling) + 1) // 2
        best: tuple[float, T] | None = None
        for place, times in met.items():
            question, other = self._known[place]
            if times < least or question == without:
                continue
            found = share(wanted, frozenset(_values(other)))
            if found >= ALIKE and (best is None or found > best[0]):
                best = found, question
            if found == 1:
                break
        return best[1] if best else None
