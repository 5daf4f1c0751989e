"""Searching, as one reader."""

import logging
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from core.db import db
from core.documents import Document, closed_to, passed_over, source_for, sources
from core.i18n import current_locale
from core.permissions import Actor, finding
from core.refs import Ref
from core.subjects import Key
from search import snippets
from search.choices import Choice, choices
from search.engines import Found, Hit, IndexMissing, Request, Sort
from search.landing import address
from search.limits import resolved
from search.parsing import Query, folded, parse
from search.services import READ_BATCH, engine
from search.suggestions import meant

log = logging.getLogger(__name__)

OFFSET_MAX = 1000
FALLBACK_SECONDS = 0.8

TALKED_OF = 200
"""The best so many are put in order by how much they are discussed."""


@dataclass(frozen=True, kw_only=True)
class Narrowing:
    """What is chosen of the results, and how they are ordered."""

    chosen: Mapping[str, str] = field(default_factory=dict)
    """Facets with the value each must have."""
    after: datetime | None = None
    before: datetime | None = None
    periods: Mapping[str, datetime] = field(default_factory=dict)
    """Beginnings from which on results are counted."""
    sort: Sort = Sort.RELEVANCE


EVERYTHING = Narrowing()


@dataclass(frozen=True, kw_only=True)
class ShownHit:
    """One result as a page or a program shows it."""

    ref: Ref
    external_id: str
    title: tuple[snippets.Piece, ...]
    url: str
    score: float
    snippet: snippets.Snippet
    place: str
    author_name: str
    language: str
    created_at: datetime
    solved: bool = False
    keys: Sequence[Key] = ()
    """What opens it to the reader, who sees its title only until then."""

    def as_json(self) -> dict[str, Any]:
        """Return the hit for programs; the snippet is escaped HTML with ``<mark>``."""
        return {
            "kind": self.ref.kind,
            "id": self.ref.id,
            "external_id": self.external_id,
            "title": "".join(piece.text for piece in self.title),
            "url": self.url,
            "score": self.score,
            "snippet": snippets.as_html(self.snippet.pieces),
        } | ({"closed": [key.words for key in self.keys]} if self.keys else {})


@dataclass(frozen=True, kw_only=True)
class Results:
    """What was found for one reader."""

    total: int
    took_ms: float
    hits: Sequence[ShownHit]
    kinds: Mapping[str, int] = field(default_factory=dict)
    periods: Mapping[str, int] = field(default_factory=dict)
    choices: Mapping[str, Sequence[Choice]] = field(default_factory=dict)
    suggestion: str | None = None
    titles_only: bool = False
    """The index could not be used; only titles were looked at."""

    def as_json(self) -> dict[str, Any]:
        """Return the results for programs."""
        return {
            "total": self.total,
            "took_ms": self.took_ms,
            "suggestion": self.suggestion,
            "hits": [hit.as_json() for hit in self.hits],
        } | ({"titles_only": True} if self.titles_only else {})


def _request(query: Query, actor: Actor, narrowing: Narrowing, offset: int, limit: int) -> Request:
    by_talk = narrowing.sort is Sort.DISCUSSED
    return Request(
        query=query,
        tokens=actor.tokens,
        chosen=narrowing.chosen,
        passed_over=frozenset() if narrowing.chosen.get("course") else passed_over(actor),
        after=narrowing.after,
        before=narrowing.before,
        periods=narrowing.periods,
        sort=narrowing.sort,
        offset=0 if by_talk else min(max(0, offset), OFFSET_MAX),
        limit=TALKED_OF if by_talk else limit,
    )


def documents_of(hits: Sequence[Hit], actor: Actor) -> dict[Ref, Document]:
    """Return the documents behind hits as they are now, without those the reader may not see any more."""
    ids: dict[str, list[int]] = defaultdict(list)
    for hit in hits:
        ids[hit.ref.kind].append(hit.ref.id)
    found: dict[Ref, Document] = {}
    for kind, wanted in ids.items():
        source = source_for(kind)
        for document in source.get(wanted) if source else ():
            if document.is_for(actor):
                found[document.ref] = document
    return found


def _title(document: Document) -> str:
    """Return the title in the reader's language: the Chinese face stands first, the English second."""
    faces = document.title.split("\n")
    return faces[-1] if current_locale() == "en" else faces[0]


def _shown(document: Document, score: float, query: Query, keys: Sequence[Key]) -> ShownHit:
    snippet = snippets.cut("" if keys else document.text, query)
    return ShownHit(
        ref=document.ref,
        external_id=document.external_id,
        title=snippets.mark(_title(document), query),
        url=address(document, snippet),
        score=score,
        snippet=snippet,
        place=str(document.place),
        author_name=document.author_name,
        language=document.language,
        created_at=document.created_at,
        solved=document.solved,
        keys=keys,
    )


def search(text: str, actor: Actor, narrowing: Narrowing = EVERYTHING, *, offset: int = 0, limit: int = 10) -> Results:
    """Return what this reader finds. Anything may be typed; a broken index gives titles instead of an error."""
    started = time.perf_counter()
    query, actor = resolved(parse(text)), finding(actor)
    request = _request(query, actor, narrowing, offset, limit)
    titles_only = False
    try:
        found = engine().find(request)
    except IndexMissing as missing:
        log.warning("%s", missing)
        found, titles_only = _titles(request, actor), True
    except Exception:
        # A damaged index raises anything at all. The reader gets what can be had without it.
        log.exception("The index cannot be searched")
        found, titles_only = _titles(request, actor), True
    documents = documents_of(found.hits, actor)
    gone = len(found.hits) - len(documents)
    if narrowing.sort is Sort.DISCUSSED:
        found = _by_talk(found, documents, offset, limit)
    shown = [documents[hit.ref] for hit in found.hits if hit.ref in documents]
    closed = closed_to(documents, actor)
    hits = [
        _shown(documents[hit.ref], hit.score, query, closed.get(hit.ref, ()))
        for hit in found.hits
        if hit.ref in documents
    ]
    return Results(
        total=max(len(hits), found.total - gone),
        took_ms=round((time.perf_counter() - started) * 1000, 1),
        hits=hits,
        kinds=found.kinds,
        periods=found.counts.get("period", {}),
        suggestion=meant(text, found.guesses, shown) if found.guesses else None,
        choices=choices(found, narrowing.chosen, shown),
        titles_only=titles_only,
    )


def _by_talk(found: Found, documents: Mapping[Ref, Document], offset: int, limit: int) -> Found:
    """Return a page of what was found, most discussed first; of equals the better one."""
    hits = sorted((hit for hit in found.hits if hit.ref in documents), key=lambda hit: -documents[hit.ref].popularity)
    return replace(found, hits=tuple(hits[offset : offset + limit]))


def _titles(request: Request, actor: Actor) -> Found:
    """Look through titles in the database, as far as a second goes."""
    wanted = [folded(word.text) for word in request.query.words if word.needed]
    wanted += [phrase.canon.strip() for phrase in request.query.phrases]
    end = time.monotonic() + FALLBACK_SECONDS
    hits: list[Hit] = []
    for source in sources():
        if request.chosen.get("kind") not in (None, "", source.kind) or not wanted:
            continue
        last = 0
        while time.monotonic() < end and (batch := source.documents(last, READ_BATCH)):
            hits += [
                Hit(one.ref, 1.0) for one in batch if _may_be_found(one, request, actor) and _has(one.title, wanted)
            ]
            last = max(one.ref.id for one in batch)
    db.session.rollback()
    return Found(len(hits), tuple(hits[request.offset : request.offset + request.limit]))


def _may_be_found(document: Document, request: Request, actor: Actor) -> bool:
    return document.is_for(actor) and document.course not in request.passed_over


def _has(title: str, wanted: Sequence[str]) -> bool:
    flat = folded(title)
    return all(word in flat for word in wanted)
