"""Writing the index: one writer at a time, few segments."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex, LockError
from whoosh.reading import SegmentReader

from core.documents import Document
from core.refs import Ref
from search.engines import IndexBusy
from search.engines.whoosh.codec import Codec
from search.engines.whoosh.postings import decode
from search.engines.whoosh.reading import Snapshot
from search.engines.whoosh.schema import SCHEMA, fields_of

WRITER_SECONDS = 30.0
TIER = 6
"""Segments of like size that may stand side by side before they become one."""


def create(directory: Path) -> None:
    """Make an empty index in a directory of its own, which nobody reads yet."""
    FileIndex.create(FileStorage(str(directory)), SCHEMA, "MAIN")


def _live(segment: Any) -> int:
    return int(segment.doc_count_all() - segment.deleted_count())


def choose_merges(sizes: list[int], added: int) -> set[int]:
    """Return which segments to merge into the new one, by place in ``sizes``.

    Starting from the smallest, a whole tier is taken once there are ``TIER`` segments no larger than what has been
    collected so far allows; so every document is rewritten a few times at most, and segments stay few.
    """
    order = sorted(range(len(sizes)), key=sizes.__getitem__)
    chosen: set[int] = set()
    collected = max(1, added)
    while True:
        tier = [at for at in order if at not in chosen and sizes[at] <= collected * TIER]
        if len(tier) < TIER - 1:
            return chosen | {at for at in order if sizes[at] == 0}
        chosen.update(tier)
        collected += sum(sizes[at] for at in tier)


def _merge_policy(writer: Any, segments: list[Any]) -> list[Any]:
    chosen = choose_merges([_live(segment) for segment in segments], writer.doc_count())
    # A segment that is mostly taken out is written anew as well.
    chosen |= {at for at, segment in enumerate(segments) if segment.deleted_count() * 2 > segment.doc_count_all()}
    kept = []
    for at, segment in enumerate(segments):
        if at not in chosen:
            kept.append(segment)
        elif _live(segment):
            _copy(writer, segment)
    return kept


def _copy(writer: Any, segment: Any) -> None:
    """Write the live documents of a segment anew. Whoosh's own ``add_reader`` stumbles over postings without bytes."""
    reader = SegmentReader(writer.storage, writer.schema, segment)
    base = writer.docnum
    places = writer.write_per_doc(set(writer.schema.names()), reader)
    add = writer.pool.add
    for field, term in reader.all_terms():
        found = decode(reader.postings(field, term))
        for number, weight in zip(found.ids, found.counts, strict=True):
            add((field, term, base + number if places is None else places[number], weight, b""))
    writer._added = True
    reader.close()


def _open_writer(directory: Path) -> Any:
    index = FileIndex(FileStorage(str(directory)), schema=SCHEMA, indexname="MAIN")
    try:
        return index.writer(timeout=WRITER_SECONDS, codec=Codec(), limitmb=96)
    except LockError as error:
        raise IndexBusy(str(directory)) from error


def write(
    directory: Path, snapshot: Snapshot | None, documents: Iterable[Document], removed: Iterable[Ref] = ()
) -> None:
    """Write one batch in one commit: earlier states of these things go, the documents come.

    Args:
        directory: the generation.
        snapshot: its present state, to find earlier documents in; None when it can hold none of them.
        documents: each thing once.
        removed: things to take out.

    Raises:
        IndexBusy: another writer held the index for too long.
    """
    writer = _open_writer(directory)
    try:
        bases = _bases(snapshot)
        for ref in removed:
            _take_out(writer, snapshot, bases, ref)
        for document in documents:
            _take_out(writer, snapshot, bases, document.ref)
            writer.add_document(**{name: value for name, value in fields_of(document).items() if value is not None})
        writer.commit(mergetype=_merge_policy if snapshot is not None else None, merge=False)
    except BaseException:
        # A writer that failed once is in no known state: it is dropped, never committed.
        _drop(writer)
        raise


def _drop(writer: Any) -> None:
    try:
        writer.cancel()
    except Exception:
        if writer.writelock:
            writer.writelock.release()


def _bases(snapshot: Snapshot | None) -> list[int]:
    bases, base = [], 0
    for part, _gone in snapshot.parts if snapshot else ():
        bases.append(base)
        base += part.size
    return bases


def _take_out(writer: Any, snapshot: Snapshot | None, bases: list[int], ref: Ref) -> None:
    for at, number in snapshot.locate(ref) if snapshot else ():
        writer.delete_document(bases[at] + number)


def unchanged(snapshot: Snapshot, versions: Mapping[Ref, str]) -> set[Ref]:
    """Return the things whose documents are in the index as they are."""
    same: set[Ref] = set()
    for ref, version in versions.items():
        found = snapshot.locate(ref)
        if len(found) == 1 and snapshot.parts[found[0][0]][0].state(found[0][1])[1] == version:
            same.add(ref)
    return same
