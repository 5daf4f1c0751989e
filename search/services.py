"""Keeping the index equal to the database."""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import current_app

from core.db import db
from core.documents import Document, DocumentSource, source_for, sources
from core.refs import Ref
from search.engines import Changes, Engine, IndexBusy, IndexMissing
from search.engines.whoosh import WhooshEngine

log = logging.getLogger(__name__)

READ_BATCH = 500


def engine() -> Engine:
    """Return the engine of this site, opened once a process."""
    directory = Path(current_app.config["DATA"]) / "index"
    held: tuple[Path, WhooshEngine] | None = current_app.extensions.get("search")
    if held is None or held[0] != directory:
        if held is not None:
            held[1].close()
        held = directory, WhooshEngine(directory)
        current_app.extensions["search"] = held
    return held[1]


def present(refs: Sequence[Ref]) -> Changes:
    """Return the documents of these things as they are in the database now; None for what must not be found."""
    db.session.rollback()
    found: dict[Ref, Document | None] = dict.fromkeys(refs)
    for kind in {ref.kind for ref in refs}:
        source = source_for(kind)
        if source is None:
            # Not searched at all: a report, a quiz.
            continue
        ids = [ref.id for ref in found if ref.kind == kind]
        # A kind may answer with documents of another: the opening post of a thread is found as the thread.
        found.update({document.ref: document for document in source.get(ids)})
    return found


def refresh(refs: Iterable[Ref]) -> int:
    """Bring the index up to date on these things; an index that is missing or damaged is built anew.

    Raises:
        IndexBusy: another process writes for long; try again later.
    """
    changes = present(list(dict.fromkeys(refs)))
    try:
        return engine().apply(changes)
    except IndexBusy:
        raise
    except IndexMissing as missing:
        log.warning("%s Building it.", missing)
    except Exception:
        if not engine().fault():
            raise
        log.exception("The index is damaged; building it anew")
    return rebuild()


def _batches(source: DocumentSource) -> Iterator[Sequence[Document]]:
    last = 0
    while True:
        # Every batch is read afresh: what changes after it was read is told by the outbox.
        db.session.rollback()
        batch = source.documents(last, READ_BATCH)
        if not batch:
            return
        yield batch
        last = max(document.ref.id for document in batch)


def all_documents() -> Iterator[Sequence[Document]]:
    """Yield everything that may be found, in batches."""
    for source in sources():
        yield from _batches(source)


def count_documents() -> int:
    """Return how many documents there are, roughly."""
    return sum(source.count() for source in sources())


def rebuild(progress: Callable[[int], None] = lambda number: None) -> int:
    """Build the index from nothing beside the live one, and swap it in.

    Raises:
        IndexBusy: another rebuild runs.
    """
    return engine().rebuild(all_documents(), present, progress)


@dataclass(frozen=True)
class Differences:
    """Where database and index differ."""

    missing: list[Ref] = field(default_factory=list)
    extra: list[Ref] = field(default_factory=list)
    stale: list[Ref] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.missing or self.extra or self.stale)

    def as_json(self) -> dict[str, Any]:
        """Return the references as text."""
        return {
            "missing": [str(ref) for ref in self.missing],
            "extra": [str(ref) for ref in self.extra],
            "stale": [str(ref) for ref in self.stale],
        }


def compare(progress: Callable[[int], None] = lambda number: None) -> Differences:
    """Compare every document with the index. What still waits in the outbox counts as a difference.

    Raises:
        IndexMissing: there is no index.
    """
    held = engine()
    indexed = held.versions()
    found = Differences()
    for batch in all_documents():
        for document in batch:
            version = indexed.pop(document.ref, None)
            if version is None:
                found.missing.append(document.ref)
            elif version != held.version_of(document):
                found.stale.append(document.ref)
        progress(len(batch))
    found.extra.extend(indexed)
    return found


def index_fault() -> str:
    """Return what is wrong with the index, or an empty string."""
    return engine().fault()
