"""The port behind which an engine stands: what goes in, what comes out."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from core.documents import Document
from core.refs import Ref
from search.parsing import Query


class Sort(StrEnum):
    """Orders of results."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    DISCUSSED = "discussed"
    """Of the best by relevance first what is most talked about; who reads the documents knows that, not the engine."""


FACETS = ("kind", "board", "course", "branch", "author", "language", "solved")
"""What results are narrowed by, each value with its count."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """One search: the query with what it is limited to, who asks, and what is chosen of its results.

    What is chosen cuts down what the query has found, so that every count is that of the page behind it.
    """

    query: Query
    tokens: frozenset[str]
    chosen: Mapping[str, str] = field(default_factory=dict)
    """Facets with the value each must have."""
    passed_over: frozenset[str] = frozenset()
    """Courses of which nothing is found."""
    after: datetime | None = None
    before: datetime | None = None
    periods: Mapping[str, datetime] = field(default_factory=dict)
    """Beginnings from which on to count."""
    counted: bool = True
    """Whether anybody looks at the counts."""
    sort: Sort = Sort.RELEVANCE
    offset: int = 0
    limit: int = 10


@dataclass(frozen=True)
class Hit:
    """One document found."""

    ref: Ref
    score: float


@dataclass(frozen=True)
class Found:
    """What an engine found for one reader; every number counts only what this reader may see."""

    total: int = 0
    hits: tuple[Hit, ...] = ()
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """For each facet its values, with how many there would be were that one chosen; ``period`` is among them."""
    guesses: Mapping[str, str] = field(default_factory=dict)
    """Words of the query that nothing has, each with the stem of one spelled much like it."""

    @property
    def kinds(self) -> Mapping[str, int]:
        """Found documents of each kind."""
        return self.counts.get("kind", {})


class IndexMissing(Exception):
    """There is no index, or it was made by another version and must be rebuilt."""


class IndexBusy(Exception):
    """Another process kept writing for longer than we wait."""


Changes = Mapping[Ref, Document | None]
"""The last state of each thing; None takes it out."""

Progress = Callable[[int], None]
"""Told how many more documents are done."""

Loader = Callable[[Sequence[Ref]], Changes]
"""Reads the present state of things from the database."""


class Engine(Protocol):
    """A full-text index."""

    def apply(self, changes: Changes) -> int:
        """Put changes into the index and return how many documents were written or taken out.

        Raises:
            IndexMissing: there is nothing to change; a rebuild will read everything anyway.
            IndexBusy: try again later.
        """

    def find(self, request: Request) -> Found:
        """Search.

        Raises:
            IndexMissing: there is no usable index. Any other exception means that it is damaged.
        """

    def version_of(self, document: Document) -> str:
        """Return the version the index keeps of a document."""

    def versions(self) -> dict[Ref, str]:
        """Return what is in the index, with the version of each document."""

    def rebuild(self, documents: Iterable[Sequence[Document]], load: Loader, progress: Progress) -> int:
        """Build a fresh index beside the live one and swap it in; return how many documents it holds.

        What is applied meanwhile is in the new index too.
        """

    def fault(self) -> str:
        """Return what is wrong with the index, or an empty string."""

    def status(self) -> dict[str, object]:
        """Return figures for people who run the site."""
