"""The nearest words for one that nothing holds which the reader may find.

Only words of documents that this reader may find are looked at, so no spelling tells of what is kept from them.
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from search.engines.whoosh.ranking import Scope

SHORTEST = 5
"""Letters from which on a word is worth a guess: of short words everything is near."""

FARTHEST = 2
LONG = 6
"""Letters from which on a word may have two slips, not one."""

WORDS_MAX = 3
"""Words of a query that are guessed at."""


def distance(one: str, two: str, limit: int = FARTHEST) -> int:
    """Return how many letters must be put in, left out, changed or swapped with the next; over the limit, any more."""
    if abs(len(one) - len(two)) > limit:
        return limit + 1
    before: list[int] = []
    last = list(range(len(two) + 1))
    for row, sign in enumerate(one, 1):
        this = [row]
        for column, other in enumerate(two, 1):
            cost = min(last[column] + 1, this[-1] + 1, last[column - 1] + (sign != other))
            if row > 1 and column > 1 and sign == two[column - 2] and one[row - 2] == other:
                cost = min(cost, before[column - 2] + 1)
            this.append(cost)
        if min(this) > limit:
            return limit + 1
        before, last = last, this
    return last[-1]


def is_guessable(term: str) -> bool:
    """Tell whether a term is a word that may be spelled wrong."""
    return len(term) >= SHORTEST and term.isascii() and term.isalpha()


def _may_find(scope: "Scope", term: str) -> int:
    """Return how many documents with a term the reader may find."""
    return sum(map(scope.allowed.__getitem__, scope.part.postings("terms", term).ids))


def is_unknown(scopes: Iterable["Scope"], term: str) -> bool:
    """Tell whether nothing the reader may find has a term."""
    return not any(_may_find(scope, term) for scope in scopes)


def _near(scopes: Iterable["Scope"], term: str) -> Iterator[tuple[int, str]]:
    limit = FARTHEST if len(term) >= LONG else 1
    letters = set(term)
    seen: set[str] = set()
    for scope in scopes:
        for other in scope.part.words_with(term[0]):
            # Each slip changes two letters at most: most words are told apart by their letters alone.
            if other in seen or len(letters.symmetric_difference(other)) > 2 * limit:
                continue
            seen.add(other)
            slips = distance(term, other, limit)
            if 0 < slips <= limit:
                yield slips, other


def nearest(scopes: list["Scope"], term: str) -> str:
    """Return the nearest term that something holds which the reader may find; of equals the most frequent."""
    found = sorted(_near(scopes, term))
    for slips in (1, 2):
        counted = [(sum(_may_find(scope, other) for scope in scopes), other) for many, other in found if many == slips]
        if counted and max(counted)[0]:
            return max(counted)[1]
    return ""
