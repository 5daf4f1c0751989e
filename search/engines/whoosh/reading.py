"""Reading the index: segments that stay open as long as they live, and their posting lists decoded once.

Whoosh's matchers cost some microseconds a posting; whole blocks decoded into arrays cost a tenth, and the lists of
common words are kept between queries.
"""

import threading
import weakref
import zlib
from array import array
from pathlib import Path
from typing import Any

from whoosh.columns import NumericColumn
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC
from whoosh.reading import SegmentReader, TermNotFound

from core.refs import Ref
from search.engines.whoosh.postings import EMPTY, PostingCache, Postings, decode
from search.engines.whoosh.schema import SCHEMA
from search.engines.whoosh.signals import idf_in_sample
from search.engines.whoosh.spelling import is_guessable

CANON_READ = 30_000
"""Bytes of a text that ranking looks at."""

SAMPLE = 300


class Part:
    """One segment. It never changes, but documents in it may be taken out."""

    def __init__(self, storage: FileStorage, segment: Any, cache: PostingCache) -> None:
        self.name: str = segment.segment_id()
        self.size: int = segment.doc_count_all()
        self._reader = SegmentReader(storage, SCHEMA, segment)
        weakref.finalize(self, self._reader.close)
        self._cache = cache
        self._lock = threading.Lock()
        self.lengths = self._numbers("length", "H")
        self.created = self._numbers("created", "I")
        self.total_length = sum(self.lengths)
        self._canon = self._reader.column_reader("canon")
        self.masks: dict[frozenset[str], bytearray] = {}
        self._values: dict[str, list[str]] = {}
        self._words: dict[str, list[str]] = {}

    def _numbers(self, name: str, code: str) -> "array[int]":
        # Its own ``load`` unpacks number by number.
        column = self._reader.column_reader(name, NumericColumn(code), translate=False)
        numbers: array[int] = column._dbfile.get_array(column._basepos, code, column._count)
        return numbers + array(code, [0] * (self.size - len(numbers)))

    def values_of(self, field: str) -> list[str]:
        """Return what each document has in a field of one value, or an empty string."""
        found = self._values.get(field)
        if found is None:
            found = [""] * self.size
            for name in self.values(field):
                for number in self.postings(field, name).ids:
                    found[number] = name
            self._values[field] = found
        return found

    def postings(self, field: str, term: str) -> Postings:
        """Return the documents that hold a term."""
        key = (self.name, field, term)
        found = self._cache.get(key)
        if found is None:
            # Segment files have one position each, so one thread reads at a time.
            with self._lock:
                try:
                    found = decode(self._reader.postings(field, term.encode("utf-8", "replace")))
                except TermNotFound:
                    found = EMPTY
            self._cache.put(key, found)
        return found

    def merged(self, character: str) -> Postings:
        """Return the documents that hold a single Chinese character: in pairs that begin with it, or as a last one."""
        key = (self.name, "character", character)
        found = self._cache.get(key)
        if found is None:
            counts: dict[int, float] = {}
            for term in self.beginning(character):
                one = self.postings("terms", term)
                for number, count in zip(one.ids, one.counts, strict=True):
                    counts[number] = counts.get(number, 0.0) + count
            ids = array("I", sorted(counts))
            found = Postings(ids, array("f", (counts[number] for number in ids)))
            self._cache.put(key, found)
        return found

    def beginning(self, prefix: str) -> list[str]:
        """Return the terms that begin so."""
        with self._lock:
            return [term.decode("utf-8") for term in self._reader.expand_prefix("terms", prefix.encode("utf-8"))]

    def words_with(self, letter: str) -> list[str]:
        """Return the English words that begin with a letter."""
        found = self._words.get(letter)
        if found is None:
            found = self._words[letter] = [term for term in self.beginning(letter) if is_guessable(term)]
        return found

    def values(self, field: str) -> list[str]:
        """Return every value of a field."""
        with self._lock:
            return [term.decode("utf-8") for term in self._reader.lexicon(field)]

    def canon(self, number: int) -> str:
        """Return the canonical text of a document, title first."""
        with self._lock:
            packed = self._canon[number]
        return zlib.decompress(packed).decode("utf-8")

    def beginning_of_canon(self, number: int) -> str:
        """Return the canonical text of a document as far as ranking reads it."""
        with self._lock:
            packed = self._canon[number]
        return zlib.decompressobj().decompress(packed, CANON_READ).decode("utf-8", "ignore")

    def state(self, number: int) -> tuple[Ref, str]:
        """Return which thing a document is, and its version."""
        with self._lock:
            ref, version = self._reader.stored_fields(number)["state"]
        return Ref.parse(ref), version


class Snapshot:
    """The index as it was after one commit."""

    def __init__(self, parts: list[tuple[Part, frozenset[int]]], generation: int, directory: Path) -> None:
        self.parts = parts
        self.generation = generation
        self.directory = directory
        self.size = sum(part.size - len(gone) for part, gone in parts)
        # What was taken out counts no more, so that an index with a history ranks as one built from nothing.
        total = sum(part.total_length - sum(part.lengths[number] for number in gone) for part, gone in parts)
        self.average_length = max(1.0, total / self.size) if self.size else 1.0
        self._idf: dict[str, float] = {}
        self._sample: list[str] | None = None

    def text_idf(self, text: str) -> float:
        """Return how rare a piece of text is, estimated from a sample of documents."""
        found = self._idf.get(text)
        if found is None:
            if self._sample is None:
                self._sample = self._take_sample()
            found = self._idf[text] = idf_in_sample(text, self._sample, max(1, self.size))
        return found

    def _take_sample(self) -> list[str]:
        every = max(1, sum(part.size for part, _gone in self.parts) // SAMPLE)
        return [part.beginning_of_canon(at) for part, _gone in self.parts for at in range(0, part.size, every)]

    def inherit(self, old: "Snapshot") -> "Snapshot":
        """Take over what was estimated from an earlier state of like size."""
        if old.size * 0.8 < self.size < old.size * 1.2:
            self._idf, self._sample = old._idf, old._sample
        return self

    def locate(self, ref: Ref) -> list[tuple[int, int]]:
        """Return (part, number) of the live documents of a thing."""
        name = str(ref)
        return [
            (at, number)
            for at, (part, gone) in enumerate(self.parts)
            for number in part.postings("ref", name).ids
            if number not in gone
        ]

    def states(self) -> dict[Ref, str]:
        """Return every live document's version."""
        return dict(
            part.state(number) for part, gone in self.parts for number in range(part.size) if number not in gone
        )


class Reader:
    """Keeps the newest snapshot at hand, reopening only what is new."""

    def __init__(self) -> None:
        self._cache = PostingCache()
        self._snapshot: Snapshot | None = None
        self._lock = threading.Lock()

    def snapshot(self, directory: Path) -> Snapshot:
        """Return the newest state of an index. A commit that removes files meanwhile makes it fail: try again."""
        with self._lock:
            self._snapshot = self._refresh(directory)
            return self._snapshot

    def _refresh(self, directory: Path) -> Snapshot:
        storage = FileStorage(str(directory), supports_mmap=True)
        old = self._snapshot if self._snapshot is not None and self._snapshot.directory == directory else None
        generation = TOC._latest_generation(storage, "MAIN")
        if old is not None and old.generation == generation:
            return old
        toc = TOC.read(storage, "MAIN", schema=SCHEMA)
        known = {part.name: part for part, _gone in old.parts} if old else {}
        parts = [
            (known.get(segment.segment_id()) or Part(storage, segment, self._cache), frozenset(segment.deleted_docs()))
            for segment in toc.segments
        ]
        fresh = Snapshot(parts, toc.generation, directory)
        return fresh.inherit(old) if old else fresh

    def forget(self) -> None:
        """Let go of every open file."""
        with self._lock:
            self._snapshot = None
            self._cache = PostingCache()
