"""Forums of any size, made fast: rows go straight into the real tables, past services and outbox.

What the services would have left is left here too: numbers without gaps, paths, counters, the copies that lists show.
``xuetan forum check`` finds nothing in it.
"""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import insert, text

from bench.material import pool
from core.db import Base, db, transaction
from core.markup import RENDER_VERSION
from forum import paths
from forum.enums import ThreadKind
from forum.models import Post, Thread, ThreadChoice, ThreadTag

BATCH = 20_000
"""Rows a transaction."""
TEXTS = 20
"""As many as a page holds: so each page by number holds the same texts."""
QUESTION_EVERY, UNANSWERED_EVERY, SOLVED_EVERY = 3, 9, 6
DIGEST_EVERY, HIDDEN_EVERY = 25, 500
POST_HIDDEN_EVERY, POST_DELETED_EVERY = 211, 307
SUPPORTED_EVERY = 3
"""Post of the threads that are longer than usual."""
CHOICES = {"f1": 4, "f2": 10}
"""Key of a field → how many choices it has."""

Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What all threads of a site stand on."""

    members: list[int]
    prolific: int
    """A member who has written in a tenth of all threads."""
    tags: list[tuple[int, Row]]
    """(id, what lists show of it)"""
    begun: datetime
    until: datetime
    threads: int
    """About how many there will be: their activity is spread over the whole time."""


@dataclass
class _Waiting:
    """Rows that wait for the next transaction, in the order in which tables need each other."""

    rows: dict[type[Base], list[Row]] = field(
        default_factory=lambda: {model: [] for model in (Thread, Post, ThreadTag, ThreadChoice)}
    )

    def flush(self) -> None:
        with transaction():
            for model, rows in self.rows.items():
                if rows:
                    # The table itself: the mapper would send rows with different empty columns apart.
                    db.session.connection().execute(insert(model.__table__), rows)
                    rows.clear()


class Builder:
    """Makes threads one after the other; ids go on from those given."""

    def __init__(self, ground: Ground, *, thread_id: int = 1, post_id: int = 1) -> None:
        self.ground = ground
        self.thread_id, self.post_id = thread_id, post_id
        self.random = random.Random(20)
        self.texts = pool(TEXTS)
        self.waiting = _Waiting()

    def write(self, board_id: int, sizes: list[int], *, sorted_out: bool = True) -> list[int]:
        """Make threads of these sizes and return their ids.

        ``sorted_out`` ones are of all sorts: questions, some without an answer and some solved, tagged, classified,
        in the digest, hidden. The others are half discussions, half questions that nobody has solved.
        """
        ids = []
        for at, size in enumerate(sizes):
            thread = self._thread(board_id, at, size, sorted_out=sorted_out)
            ids.append(thread["id"])
            for post in self._posts(thread, thread.pop("size")):
                self.waiting.rows[Post].append(post)
                if len(self.waiting.rows[Post]) >= BATCH:
                    # The thread goes in before its posts; what they make of it is written at its end.
                    self._settle_later(thread)
            self._settle(thread)
        self.waiting.flush()
        return ids

    def _settle_later(self, thread: Row) -> None:
        if not thread.get("stored"):
            self._put(thread)
            thread["stored"] = True
        self.waiting.flush()

    def _settle(self, thread: Row) -> None:
        if not thread.pop("stored", False):
            self._put(thread)
            return
        self.waiting.flush()
        with transaction():
            stored = db.session.get_one(Thread, thread["id"])
            for name in ("reply_count", "last_number", "last_posted_at", "accepted_post_id"):
                setattr(stored, name, thread[name])
            db.session.flush()
            stored.updated_at = thread["updated_at"]

    def _put(self, thread: Row) -> None:
        rows = self.waiting.rows
        rows[Thread].append({name: value for name, value in thread.items() if name not in {"tag_ids", "stored"}})
        for tag_id in thread["tag_ids"]:
            rows[ThreadTag].append({"thread_id": thread["id"], "tag_id": tag_id})
        for key, choice in thread["fields"].items():
            choice_row = {"thread_id": thread["id"], "board_id": thread["board_id"], "key": key, "choice": choice}
            rows[ThreadChoice].append(choice_row)

    def _thread(self, board_id: int, at: int, size: int, *, sorted_out: bool) -> Row:
        ident, ground = self.thread_id, self.ground
        self.thread_id += 1
        span = ground.until - ground.begun
        begun = ground.begun + span * min(0.99, ident / (1.2 * ground.threads))
        asks = at % QUESTION_EVERY == 0 if sorted_out else at % 2 == 0
        if sorted_out and size < 20 and at % UNANSWERED_EVERY == 0:
            size = 1
        tags = [ground.tags[at % len(ground.tags)]] if sorted_out and at % 10 < 5 else []
        return {
            "id": ident,
            "kind": ThreadKind.QUESTION if asks else ThreadKind.DISCUSSION,
            "title": f"第 {ident} 次例会：记录与账目",
            "audience": "public",
            "board_id": board_id,
            "author_id": self._author(ident, 1),
            "reply_count": 0,
            "last_number": 0,
            "last_posted_at": begun,
            "created_at": begun,
            "updated_at": begun,
            "hidden_at": begun if sorted_out and at % HIDDEN_EVERY == HIDDEN_EVERY - 1 else None,
            "accepted_post_id": self.post_id + 1 if sorted_out and size > 1 and at % SOLVED_EVERY == 0 else None,
            "digest_at": begun + timedelta(days=2) if sorted_out and at % DIGEST_EVERY == 1 else None,
            "tags": [shown for _id, shown in tags],
            "tag_ids": [ident for ident, _shown in tags],
            "fields": {key: at % count for key, count in CHOICES.items()} if sorted_out else {},
            "size": size,
        }

    def _author(self, thread_id: int, number: int) -> int:
        if number == 2 and thread_id % 10 == 5:
            return self.ground.prolific
        return self.ground.members[(thread_id * 31 + number) % len(self.ground.members)]

    def _posts(self, thread: Row, size: int) -> Iterator[Row]:
        first, thread_id = self.post_id, thread["id"]
        self.post_id += size
        step = min(timedelta(hours=self.random.randint(1, 40)), (self.ground.until - thread["created_at"]) / size)
        known = ["", ""]
        for number in range(1, size + 1):
            parent = self._parent(number) if number > 1 else 0
            if number > 1:
                known.append(paths.child(known[parent], number))
            body, html = self.texts[number % TEXTS]
            moment = thread["created_at"] + step * (number - 1)
            hidden = thread["hidden_at"] if number == 1 else moment if number % POST_HIDDEN_EVERY == 0 else None
            deleted = moment if number % POST_DELETED_EVERY == 0 else None
            thread["last_number"], thread["last_posted_at"] = number, moment
            support = 1 + number % 5 if size >= 20 and number % SUPPORTED_EVERY == 0 else 0
            thread["reply_count"] += number > 1 and hidden is None and deleted is None
            yield {
                "id": first + number - 1,
                "thread_id": thread_id,
                "number": number,
                "parent_id": first + parent - 1 if parent > 1 else None,
                "path": known[number],
                "author_id": self._author(thread_id, number),
                "body": body,
                "html": html,
                "render_version": RENDER_VERSION,
                "language": "zh-Hans",
                "created_at": moment,
                "hidden_at": hidden,
                "deleted_at": deleted,
                "support_count": support,
                "reactions": {"agree": support} if support else {},
            }

    def _parent(self, number: int) -> int:
        """Return whom a post answers: a chain, a broom, anybody: the shape changes every thousand posts."""
        shape = number // 1000 % 4 if number >= 1000 else 3
        if number == 2 or shape == 1:
            return 1
        if shape == 0:
            return number - 1
        return max(1, (number - 1) // 1000 * 1000) if shape == 2 else self.random.randrange(1, number)


def write_rows(model: type[Base], rows: Iterator[dict[str, Any]]) -> None:
    """Put rows straight into a table, past services and outbox, some a transaction."""
    while part := list(islice(rows, BATCH)):
        with transaction():
            db.session.connection().execute(insert(model.__table__), part)


@contextmanager
def hurrying() -> Iterator[None]:
    """Let SQLite write without waiting for the disk in the block: the data can be made again."""
    sqlite = db.engine.dialect.name == "sqlite"
    if sqlite:
        # There is one connection only, and it remembers.
        connection = db.engine.raw_connection()
        for pragma in ("synchronous=OFF", "cache_size=-400000"):
            connection.driver_connection.execute(f"PRAGMA {pragma}")
        connection.close()
    try:
        yield
    finally:
        db.session.remove()
        db.engine.dispose()


def gather_statistics() -> None:
    """Tell the planner how the tables look now, as every bulk load should."""
    with transaction():
        db.session.execute(text("ANALYZE"))
