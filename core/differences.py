"""What has changed between two texts: by words and Chinese characters where that is quick, else by lines."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import groupby
from typing import Final, NamedTuple

WORK_MAX: Final = 100_000
"""What one comparison may cost: words of both texts, and pairs of equal ones. Half a second on a small machine."""

SHOWN_AROUND: Final = 120
"""Characters that are shown before and after a change."""

# Words, runs of blanks, line ends, and every other sign by itself: so Chinese is compared by characters.
_TOKEN: Final = re.compile(r"[A-Za-z0-9\u00c0-\u024f\u0370-\u1fff_'’]+|[^\S\n]+|\n|.", re.DOTALL)


class Change(StrEnum):
    """What became of a piece of text."""

    SAME = "same"
    GONE = "gone"
    NEW = "new"
    CUT = "cut"
    """A stretch without changes that is not shown."""


class Piece(NamedTuple):
    """A piece of a text and what became of it."""

    change: Change
    text: str


def compare(old: str, new: str) -> list[Piece]:
    """Return the pieces of both texts in order; without ``NEW`` they give the old text, without ``GONE`` the new."""
    budget = _Budget(WORK_MAX)
    return list(_joined(_by_lines(old.splitlines(keepends=True), new.splitlines(keepends=True), budget)))


def shortened(pieces: Sequence[Piece]) -> list[Piece]:
    """Return the pieces with long stretches that are the same cut to what stands around the changes."""
    found: list[Piece] = []
    for number, piece in enumerate(pieces):
        text = piece.text
        if piece.change is not Change.SAME or len(text) <= 3 * SHOWN_AROUND:
            found.append(piece)
            continue
        if number:
            found.append(Piece(Change.SAME, text[:SHOWN_AROUND]))
        found.append(Piece(Change.CUT, ""))
        if number < len(pieces) - 1:
            found.append(Piece(Change.SAME, text[-SHOWN_AROUND:]))
    return found


class _Budget:
    """What is left to spend on one comparison."""

    def __init__(self, left: int) -> None:
        self.left = left

    def allows(self, old: Sequence[str], new: Sequence[str]) -> bool:
        """Tell whether these tokens may be compared, and count what it costs."""
        counts = Counter(new)
        cost = len(old) + len(new) + sum(number * counts[token] for token, number in Counter(old).items())
        if cost > self.left:
            return False
        self.left -= cost
        return True


def _blocks(
    old: Sequence[str], new: Sequence[str], budget: _Budget
) -> Iterator[tuple[Change, Sequence[str], Sequence[str]]]:
    """Yield stretches of tokens: the same in both, or replaced (either side may be empty)."""
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    yield Change.SAME, old[:head], new[:head]
    inner_old, inner_new = old[head : len(old) - tail], new[head : len(new) - tail]
    if not budget.allows(inner_old, inner_new):
        yield Change.NEW, inner_old, inner_new
    else:
        for tag, a, b, c, d in SequenceMatcher(None, inner_old, inner_new, autojunk=False).get_opcodes():
            yield Change.SAME if tag == "equal" else Change.NEW, inner_old[a:b], inner_new[c:d]
    yield Change.SAME, old[len(old) - tail :], new[len(new) - tail :]


def _by_lines(old: Sequence[str], new: Sequence[str], budget: _Budget) -> Iterator[Piece]:
    for change, before, after in _blocks(old, new, budget):
        if change is Change.SAME:
            yield Piece(Change.SAME, "".join(before))
        elif before and after:
            yield from _by_words("".join(before), "".join(after), budget)
        else:
            yield Piece(Change.GONE, "".join(before))
            yield Piece(Change.NEW, "".join(after))


def _by_words(old: str, new: str, budget: _Budget) -> Iterator[Piece]:
    gone = fresh = island = ""
    for change, left, right in _blocks(_TOKEN.findall(old), _TOKEN.findall(new), budget):
        same = "".join(left)
        if change is not Change.SAME:
            # A blank or one sign between two changes reads better as part of them.
            gone, fresh, island = gone + island + same, fresh + island + "".join(right), ""
        elif _is_island(left) and not island and (gone or fresh):
            island = same
        elif left:
            yield from (Piece(Change.GONE, gone), Piece(Change.NEW, fresh), Piece(Change.SAME, island + same))
            gone = fresh = island = ""
    yield from (Piece(Change.GONE, gone), Piece(Change.NEW, fresh), Piece(Change.SAME, island))


def _is_island(tokens: Sequence[str]) -> bool:
    return len(tokens) == 1 and (len(tokens[0]) == 1 or tokens[0].isspace()) and tokens[0] != "\n"


def _joined(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """Put neighbours of one kind together, and drop empty ones."""
    for change, group in groupby((piece for piece in pieces if piece.text), key=lambda piece: piece.change):
        yield Piece(change, "".join(piece.text for piece in group))
