"""Posting lists: which documents hold a term and how often, decoded once and kept while they are used."""

import threading
from array import array
from bisect import bisect_left
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from search.engines.whoosh.reading import Part

CACHED_POSTINGS = 1_500_000
"""Postings kept decoded over all segments; eight bytes each."""

LARGE = 5_000
"""Documents in a segment from which on it is spared needless work."""

NO_IDS = array("I")
NO_COUNTS = array("f")


class Postings:
    """The documents of one segment that hold a term, ascending, and how often."""

    __slots__ = ("_average", "_impacts", "counts", "ids")

    def __init__(self, ids: "array[int]", counts: "array[float]") -> None:
        self.ids = ids
        self.counts = counts
        self._average = 0.0
        self._impacts = counts

    def without(self, gone: frozenset[int]) -> int:
        """Return how many of the documents are not among ``gone``."""
        ids = self.ids
        if not gone or not ids:
            return len(ids)
        if len(gone) > len(ids):
            return sum(number not in gone for number in ids)
        return len(ids) - sum(
            at < len(ids) and ids[at] == number for number in gone for at in (bisect_left(ids, number),)
        )

    def impacts(self, part: "Part", average: float, k1: float, b: float) -> "array[float]":
        """Return what each count is worth given the length of its document, worked out once."""
        # A small segment is worked out again at once, a large one when the average has really moved.
        leeway = 0.05 if part.size > LARGE else 0.0
        if abs(average - self._average) > leeway * average:
            lengths = part.lengths
            base, slope = k1 * (1 - b), k1 * b / average
            self._impacts = array(
                "f",
                (
                    count * (k1 + 1) / (count + base + slope * lengths[number])
                    for number, count in zip(self.ids, self.counts, strict=True)
                ),
            )
            self._average = average
        return self._impacts


EMPTY = Postings(NO_IDS, NO_COUNTS)


class PostingCache:
    """The posting lists read last, up to a number of postings."""

    def __init__(self, limit: int = CACHED_POSTINGS) -> None:
        self.limit = limit
        self.size = 0
        self._lists: OrderedDict[tuple[str, str, str], Postings] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: tuple[str, str, str]) -> Postings | None:
        """Return a list if it is kept."""
        with self._lock:
            found = self._lists.get(key)
            if found is not None:
                self._lists.move_to_end(key)
            return found

    def put(self, key: tuple[str, str, str], postings: Postings) -> None:
        """Keep a list, and drop those not used for longest."""
        with self._lock:
            if key in self._lists:
                return
            self._lists[key] = postings
            self.size += len(postings.ids) + 16
            while self.size > self.limit and len(self._lists) > 1:
                _key, dropped = self._lists.popitem(last=False)
                self.size -= len(dropped.ids) + 16


def decode(matcher: Any) -> Postings:
    """Read a posting list block by block."""
    ids, counts = array("I"), array("f")
    if not hasattr(matcher, "_read_ids"):
        # A short list that was kept inside the term's own record.
        while matcher.is_active():
            ids.append(matcher.id())
            counts.append(matcher.weight())
            matcher.next()
        return Postings(ids, counts)
    while matcher.is_active():
        matcher._read_ids()
        matcher._read_weights()
        ids.extend(matcher._ids)
        counts.extend(matcher._weights)
        matcher._next_block()
    return Postings(ids, counts)
