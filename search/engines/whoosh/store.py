"""The directory of the index: generations, the pointer to the live one, and locks between processes.

``index/current`` holds the name of the live generation and is replaced by rename. Each generation is a directory of
its own with a small ``about.json``. While a rebuild runs, ``index/rebuilding`` exists and the references of all changes
are appended to it, so that the new generation gets them before it goes live.
"""

import fcntl
import json
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.refs import Ref
from search.engines import IndexBusy, IndexMissing
from search.engines.whoosh.schema import SCHEMA_VERSION

LOCK_SECONDS = 30.0


@contextmanager
def _locked(path: Path, seconds: float) -> Iterator[None]:
    """Hold a lock file against other threads and processes."""
    end = time.monotonic() + seconds
    with path.open("a") as handle:
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > end:
                    raise IndexBusy(str(path)) from None
                time.sleep(0.02)
        yield


class Store:
    """All generations of one site's index."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.lock_seconds = LOCK_SECONDS

    def _prepare(self) -> None:
        self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.directory.chmod(0o700)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the lock of whoever changes the live index or swaps it."""
        self._prepare()
        with _locked(self.directory / "write.lock", self.lock_seconds):
            yield

    @contextmanager
    def rebuilding(self) -> Iterator[None]:
        """Hold the lock of the one rebuild, and have changes noted meanwhile."""
        self._prepare()
        with _locked(self.directory / "rebuild.lock", 0):
            with self.writing():
                (self.directory / "rebuilding").write_text("", "utf-8")
            try:
                yield
            finally:
                (self.directory / "rebuilding").unlink(missing_ok=True)

    def note(self, refs: Iterator[Ref]) -> None:
        """Tell a running rebuild what changes. The caller holds ``writing``."""
        journal = self.directory / "rebuilding"
        if journal.exists():
            with journal.open("a", encoding="utf-8") as out:
                out.writelines(f"{ref}\n" for ref in refs)

    def take_notes(self) -> list[Ref]:
        """Return what was noted since the last time, each once. The caller holds ``writing``."""
        journal = self.directory / "rebuilding"
        lines = journal.read_text("utf-8").split()
        journal.write_text("", "utf-8")
        return [Ref.parse(line) for line in dict.fromkeys(lines)]

    def fresh(self) -> Path:
        """Make the directory of a new generation."""
        path = self.directory / f"{time.strftime('%Y%m%d%H%M%S', time.gmtime())}-{secrets.token_hex(3)}"
        path.mkdir(mode=0o700)
        (path / "about.json").write_text(json.dumps({"version": SCHEMA_VERSION}), "utf-8")
        return path

    def current(self) -> Path:
        """Return the directory of the live generation.

        Raises:
            IndexMissing: there is none of this version.
            OSError: it went away this moment, or is damaged.
        """
        try:
            path = self.directory / (self.directory / "current").read_text("utf-8").strip()
        except FileNotFoundError as error:
            raise IndexMissing("There is no index; run `xuetan search rebuild`.") from error
        about = json.loads((path / "about.json").read_text("utf-8"))
        if about.get("version") != SCHEMA_VERSION:
            raise IndexMissing("The index was made by another version; run `xuetan search rebuild`.")
        return path

    def swap_in(self, path: Path) -> None:
        """Make a generation the live one and drop all others. The caller holds ``writing``."""
        pointer = self.directory / "current.new"
        with pointer.open("w", encoding="utf-8") as out:
            out.write(path.name)
            out.flush()
            os.fsync(out.fileno())
        pointer.replace(self.directory / "current")
        self.sweep(path)

    def sweep(self, keep: Path | None) -> None:
        """Remove every generation but one: left by interrupted rebuilds, or no longer live."""
        for other in self.directory.iterdir():
            if other.is_dir() and (keep is None or other.name != keep.name):
                shutil.rmtree(other, ignore_errors=True)
