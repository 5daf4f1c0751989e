"""How segments are written: Whoosh's own format, without what its writer spends on each single posting.

Whoosh asks the file system once a posting for a length column that we do not have, checks types of every posting and
compresses blocks of twenty bytes. Here whole posting lists are handed over at once. The files stay readable by Whoosh's
own reader. Segments are pickled with the path of their codec: this class must not move without a new
``SCHEMA_VERSION``.
"""

import zlib
from array import array
from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import itemgetter
from pickle import dumps
from typing import Any

from whoosh.codec.whoosh3 import WHOOSH3_HEADER_MAGIC, W3Codec, W3FieldWriter, W3PostingsWriter

BLOCK = 1024
"""Postings a block: we read lists whole, so long blocks cost nothing and spare headers."""

INLINE_BELOW = 4
"""Shorter lists are kept inside the record of their term."""

COMPRESS_FROM = 120
"""Bytes of a block from which compression gains anything."""

Posting = tuple[str, bytes, int, float, bytes]
"""Field, term, document, weight, bytes of the posting (always empty here)."""


class PostingsWriter(W3PostingsWriter):
    """Takes whole posting lists."""

    # Whoosh has no annotations.
    _ids: Any
    _weights: Any
    _terminfo: Any
    _maxweight: float

    def add_list(self, ids: Sequence[int], weights: Sequence[float]) -> None:
        """Add all postings of the present term, in order of documents."""
        for start in range(0, len(ids), BLOCK):
            if self._ids:
                self._write_block()
            self._ids = array("I", ids[start : start + BLOCK])
            self._weights = array("f", weights[start : start + BLOCK])
            self._maxweight = max(self._weights)

    def finish_postings(self) -> Any:
        """End the present term and return its record."""
        if self.written() or len(self) >= INLINE_BELOW:
            return super().finish_postings()
        info = self._terminfo
        info.add_block(self)
        # The original calls a method of another name, which does not exist.
        info.set_inlined(self._ids, self._weights, ())
        self._terminfo = None
        return info

    def _write_block(self, last: bool = False) -> None:
        file = self._postfile
        if not self._blockcount:
            file.write(WHOOSH3_HEADER_MAGIC)
        self._terminfo.add_block(self)
        data = dumps((self._mini_ids(), self._mini_weights(), None), 2)
        compression = 1 if len(data) >= COMPRESS_FROM else 0
        if compression:
            data = zlib.compress(data, compression)
        info = dumps((len(self._ids), self._ids[-1], self._maxweight, compression, 0, 0), 2)
        length = len(info) + len(data)
        file.write_int(-length if last else length)
        file.write(info + data)
        self._blockcount += 1
        self._new_block()


class FieldWriter(W3FieldWriter):
    """Groups sorted postings into lists."""

    def add_postings(self, schema: Any, _lengths: object, items: Iterable[Posting]) -> None:
        """Write all postings, sorted by field, term and document."""
        for name, of_field in groupby(items, key=itemgetter(0)):
            self.start_field(name, schema[name])
            for term, of_term in groupby(of_field, key=itemgetter(1)):
                _fields, _terms, ids, weights, _bytes = zip(*of_term, strict=True)
                self.start_term(term)
                self._postwriter.add_list(ids, weights)
                self.finish_term()
            self.finish_field()


class Codec(W3Codec):
    """Whoosh's third format, written list by list."""

    length_stats = False

    def field_writer(self, storage: Any, segment: Any) -> FieldWriter:
        """Return what writes the terms of a segment."""
        return FieldWriter(self, storage, segment)

    def postings_writer(self, dbfile: Any, byteids: bool = False) -> PostingsWriter:
        """Return what writes posting lists."""
        return PostingsWriter(dbfile, blocklimit=BLOCK, byteids=byteids)
