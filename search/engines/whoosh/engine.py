"""The Whoosh index as the port sees it."""

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from core.documents import Document
from core.refs import Ref
from search.engines import Changes, Found, IndexMissing, Loader, Progress, Request
from search.engines.whoosh import writing
from search.engines.whoosh.ranking import Ranking
from search.engines.whoosh.reading import Reader, Snapshot
from search.engines.whoosh.schema import version_of
from search.engines.whoosh.store import Store

OPEN_TRIES = 5
OPEN_PAUSE_SECONDS = 0.05

SEGMENT_DOCUMENTS = 20_000
"""A rebuild commits this often, to bound its memory."""

SEGMENT_CHARACTERS = 12_000_000

CATCH_UP_NOTES = 200
"""With fewer noted changes than this a rebuild stops the writers for a moment and goes live."""


class WhooshEngine:
    """One index directory. Any number of processes search; one at a time writes."""

    def __init__(self, directory: Path) -> None:
        self.store = Store(directory)
        self._reader = Reader()

    def _snapshot(self) -> Snapshot:
        """Return the newest state. Commits and swaps remove files under a reader's hands, so opening is retried."""
        for _try in range(OPEN_TRIES - 1):
            try:
                return self._reader.snapshot(self.store.current())
            except IndexMissing:
                raise
            except Exception:
                time.sleep(OPEN_PAUSE_SECONDS)
        return self._reader.snapshot(self.store.current())

    def apply(self, changes: Changes) -> int:
        """Put changes into the live index, and tell a running rebuild of them."""
        with self.store.writing():
            self.store.note(iter(changes))
            return self._apply_to(self.store.current(), self._snapshot(), changes)

    def _apply_to(self, directory: Path, snapshot: Snapshot, changes: Changes) -> int:
        documents = [document for document in changes.values() if document is not None]
        same = writing.unchanged(snapshot, {document.ref: version_of(document) for document in documents})
        fresh = [document for document in documents if document.ref not in same]
        removed = [ref for ref, document in changes.items() if document is None and snapshot.locate(ref)]
        if fresh or removed:
            writing.write(directory, snapshot, fresh, removed)
        return len(fresh) + len(removed)

    def find(self, request: Request) -> Found:
        """Search the newest state of the index."""
        return Ranking(self._snapshot(), request).find() if request.query else Found()

    def versions(self) -> dict[Ref, str]:
        """Return what is in the index."""
        return self._snapshot().states()

    @staticmethod
    def version_of(document: Document) -> str:
        """Return the version the index keeps of a document."""
        return version_of(document)

    def rebuild(self, documents: Iterable[Sequence[Document]], load: Loader, progress: Progress) -> int:
        """Build beside the live index, catch up with what changed meanwhile, then swap."""
        with self.store.rebuilding():
            directory = self.store.fresh()
            writing.create(directory)
            for batch in _portions(documents):
                writing.write(directory, None, batch)
                progress(len(batch))
            reader = Reader()
            with self._caught_up(directory, reader, load):
                size = reader.snapshot(directory).size
                self.store.swap_in(directory)
            reader.forget()
        self._reader.forget()
        return size

    @contextmanager
    def _caught_up(self, directory: Path, reader: Reader, load: Loader) -> Iterator[None]:
        """Bring noted changes into a new generation; the block runs while nobody writes."""
        while True:
            with self.store.writing():
                refs = self.store.take_notes()
                if len(refs) < CATCH_UP_NOTES:
                    self._apply_to(directory, reader.snapshot(directory), load(refs))
                    yield
                    return
            self._apply_to(directory, reader.snapshot(directory), load(refs))

    def fault(self) -> str:
        """Return what is wrong with the index, or an empty string."""
        try:
            snapshot = self._snapshot()
            for part, gone in snapshot.parts:
                if part.size > len(gone):
                    part.state(part.size - 1)
        except IndexMissing as error:
            return str(error)
        except Exception as error:
            return f"The index is damaged ({type(error).__name__}: {error}); run `xuetan search rebuild`."
        return ""

    def status(self) -> dict[str, object]:
        """Return figures for people who run the site."""
        snapshot = self._snapshot()
        size = sum(path.stat().st_size for path in snapshot.directory.iterdir())
        return {
            "engine": "whoosh",
            "documents": snapshot.size,
            "segments": len(snapshot.parts),
            "bytes": size,
            "generation": snapshot.directory.name,
        }

    def close(self) -> None:
        """Let go of every open file."""
        self._reader.forget()


def _portions(documents: Iterable[Sequence[Document]]) -> Iterator[list[Document]]:
    portion: list[Document] = []
    characters = 0
    for batch in documents:
        portion += batch
        characters += sum(len(document.text) for document in batch)
        if len(portion) >= SEGMENT_DOCUMENTS or characters >= SEGMENT_CHARACTERS:
            yield portion
            portion, characters = [], 0
    if portion:
        yield portion
