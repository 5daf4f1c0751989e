"""The fields of the index, and how one document becomes them.

The schema is pickled by the path of its classes: this module and its names must not move without a new
``SCHEMA_VERSION``.
"""

import hashlib
import zlib
from collections import Counter
from collections.abc import Iterator
from typing import Any

from whoosh import columns, fields, formats

from core.documents import Document
from search.analysis import ANALYSIS_VERSION, analyse

SCHEMA_VERSION = f"whoosh-3.{ANALYSIS_VERSION}"
"""What the index beside it must carry; any other asks for a rebuild."""

TITLE_WEIGHT = 2
"""A word of the title counts as often as this in the text."""

LENGTH_MAX = 65535


class Terms(fields.FieldType):
    """Terms with their counts, made by our own analysis: no analyser, no positions, nothing stored."""

    def __init__(self) -> None:
        self.format = formats.Existence()
        self.indexed = True
        self.stored = self.scorable = self.unique = False
        self.analyzer = self.vector = self.column_type = None
        self.multitoken_query = "default"

    def index(self, value: Counter[str], **_options: Any) -> Iterator[tuple[bytes, int, float, bytes]]:
        """Yield term, frequency, weight and (empty) posting bytes."""
        for term, count in value.items():
            yield term.encode("utf-8", "replace"), count, float(count), b""


class Keys(fields.FieldType):
    """Exact values to narrow by."""

    def __init__(self) -> None:
        self.format = formats.Existence()
        self.indexed = True
        self.stored = self.scorable = self.unique = False
        self.analyzer = self.vector = self.column_type = None
        self.multitoken_query = "default"

    def index(self, value: str | frozenset[str], **_options: Any) -> Iterator[tuple[bytes, int, float, bytes]]:
        """Yield the one value, or each of several."""
        for one in (value,) if isinstance(value, str) else sorted(value):
            yield one.encode("utf-8", "replace"), 1, 1.0, b""


NARROWED_BY = ("kind", "audience", "board", "course", "author", "language", "branch", "solved")
SOLVED = "yes"

SCHEMA = fields.Schema(
    ref=Keys(),
    terms=Terms(),
    **{name: Keys() for name in NARROWED_BY},
    state=fields.STORED(),
    canon=fields.COLUMN(columns.VarBytesColumn()),
    length=fields.COLUMN(columns.NumericColumn("H")),
    created=fields.COLUMN(columns.NumericColumn("I")),
)


def version_of(document: Document) -> str:
    """Return a hash of what the index holds of a document."""
    values = (
        document.title,
        document.text,
        " ".join(document.audiences),
        document.language,
        document.board,
        document.course,
        document.author,
        document.branch,
        SOLVED if document.solved else "",
        f"{document.created_at.timestamp():.0f}",
    )
    return hashlib.blake2b("\x1f".join(values).encode("utf-8", "replace"), digest_size=9).hexdigest()


def fields_of(document: Document) -> dict[str, Any]:
    """Return the fields of a document as the index takes them."""
    terms, canon = analyse(document.text)
    title_terms, title_canon = analyse(document.title)
    length = terms.total() + title_terms.total()
    for term, count in title_terms.items():
        terms[term] += count * TITLE_WEIGHT
    plain = ("board", "course", "author", "language", "branch")
    values: dict[str, Any] = {name: getattr(document, name) or None for name in plain}
    return values | {
        "audience": frozenset(document.audiences),
        "kind": document.ref.kind,
        "solved": SOLVED if document.solved else None,
        "ref": str(document.ref),
        "terms": terms,
        "state": (str(document.ref), version_of(document)),
        "canon": zlib.compress(f"{title_canon}\n{canon}".encode("utf-8", "replace"), 1),
        "length": min(length, LENGTH_MAX),
        "created": min(max(0, int(document.created_at.timestamp())), 2**32 - 1),
    }
