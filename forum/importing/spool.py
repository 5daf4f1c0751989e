"""Posts put by on disk until a source is read to its end, since the posts of a thread may stand anywhere in it."""

import json
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from core.i18n import _
from forum.importing.lines import Line, LineRefused


class Spool:
    """Lines by thread, in the order in which the threads began."""

    def __init__(self, rows: sqlite3.Connection) -> None:
        self.rows = rows
        rows.execute("CREATE TABLE threads (id INTEGER PRIMARY KEY, name TEXT UNIQUE)")
        rows.execute("CREATE TABLE lines (id INTEGER PRIMARY KEY, thread_id INTEGER, post TEXT UNIQUE, line TEXT)")
        rows.execute("CREATE INDEX by_thread ON lines (thread_id, id)")

    def add(self, line: Line) -> None:
        """Put a line by.

        Raises:
            LineRefused: the source has given the same post before.
        """
        self.rows.execute("INSERT OR IGNORE INTO threads (name) VALUES (?)", (line.thread_id,))
        values = asdict(line) | {"created_at": line.created_at.isoformat()}
        added = self.rows.execute(
            "INSERT OR IGNORE INTO lines (thread_id, post, line) "
            "VALUES ((SELECT id FROM threads WHERE name = ?), ?, ?)",
            (line.thread_id, line.post_id, json.dumps(values)),  # ASCII: half a character is text, too.
        )
        if not added.rowcount:
            raise LineRefused(_("The post “%(id)s” stands in the file twice.", id=line.post_id))

    def counts(self) -> tuple[int, int]:
        """Return how many threads and posts there are."""
        (threads,) = self.rows.execute("SELECT count(*) FROM threads").fetchone()
        (posts,) = self.rows.execute("SELECT count(*) FROM lines").fetchone()
        return threads, posts

    def threads(self) -> Iterator[list[Line]]:
        """Yield the lines of each thread, in the order of the source."""
        for (number,) in self.rows.execute("SELECT id FROM threads ORDER BY id"):
            found = self.rows.execute("SELECT line FROM lines WHERE thread_id = ? ORDER BY id", (number,))
            if lines := [_line(text) for (text,) in found]:
                yield lines


def _line(text: str) -> Line:
    values: dict[str, Any] = json.loads(text)
    values["created_at"] = datetime.fromisoformat(values["created_at"])
    values["ancestors"], values["tags"] = tuple(values["ancestors"]), tuple(values["tags"])
    return Line(**values)


@contextmanager
def scratch() -> Iterator[sqlite3.Connection]:
    """Offer an empty database on disk that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="xuetan-import-") as folder:
        rows = sqlite3.connect(Path(folder) / "rows.sqlite3", isolation_level=None)
        try:
            rows.execute("PRAGMA journal_mode=OFF")
            rows.execute("PRAGMA synchronous=OFF")
            yield rows
        finally:
            rows.close()


@contextmanager
def spooling() -> Iterator[Spool]:
    """Offer a spool that is gone afterwards."""
    with scratch() as rows:
        yield Spool(rows)
