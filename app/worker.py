"""The outbox worker: delivers what changes left behind, and does what is due by the clock."""

import fcntl
import logging
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import click
from flask import Flask
from sqlalchemy import inspect

from core.buffer import flush_all
from core.db import Busy, db
from core.outbox import OutboxRow, drain, waiting

log = logging.getLogger(__name__)

IDLE_SECONDS = 0.25


@contextmanager
def sole_worker(data: Path, *, wait: bool) -> Iterator[bool]:
    """Hold the lock of the one worker beside this data directory, whose index takes one writer.

    Yields whether the lock is held: without ``wait``, False when a worker runs already.
    """
    with (data / "worker.lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
        else:
            yield True


def catch_up(data: Path) -> None:
    """Deliver what a command left in the outbox, unless a worker runs that will do it."""
    with sole_worker(data, wait=False) as alone:
        # Before the site is made, a command can only have shown its help or said what is missing.
        if not alone or not inspect(db.engine).has_table(OutboxRow.__tablename__):
            return
        left = waiting()[0]
        if not left:
            return
        with click.progressbar(length=left, label="Indexing and telling people", file=sys.stderr) as bar:
            while done := drain():
                bar.update(done)


@dataclass(kw_only=True)
class Timer:
    """Something done every so often. The first run comes one interval after the start."""

    name: str
    every_seconds: float
    act: Callable[[], object]
    due: float = 0.0


class Worker:
    """Runs until stopped. One is enough on SQLite; on PostgreSQL several share the work."""

    def __init__(self, app: Flask, timers: list[Timer]) -> None:
        self.app = app
        self.timers = timers
        self.stopping = threading.Event()

    def stop(self, _signal: int = 0, _frame: FrameType | None = None) -> None:
        """Finish the batch in hand, then end."""
        self.stopping.set()

    def _turn(self) -> int:
        """Deliver one batch and run one round of timers; return how much was delivered."""
        with self.app.app_context():
            try:
                done = drain()
                self._run_timers()
            except Busy:
                # Another process writes for long; what we took stays leased and comes back.
                log.warning("The database was busy; trying again")
                done = 0
            finally:
                db.session.remove()
        return done

    def _run_timers(self) -> None:
        now = time.monotonic()
        for timer in self.timers:
            if timer.due == 0.0:
                timer.due = now + timer.every_seconds
            if now >= timer.due:
                timer.due = now + timer.every_seconds
                try:
                    timer.act()
                except Exception:
                    # A failing timer must not stop the outbox; it is tried again at its next turn.
                    log.exception("Timer %s failed", timer.name)
                    db.session.rollback()

    def run(self) -> None:
        """Work until a signal comes."""
        log.info("Outbox worker runs")
        while not self.stopping.is_set():
            try:
                done = self._turn()
            except Exception:
                # The database may be away for a moment; nothing is lost by waiting.
                log.exception("The outbox could not be read")
                done = 0
                self.stopping.wait(2)
            if not done:
                self.stopping.wait(IDLE_SECONDS)
        with self.app.app_context():
            flush_all()
        log.info("Outbox worker ends")

    def run_until_signal(self) -> None:
        """Work until SIGTERM or Ctrl-C."""
        signal.signal(signal.SIGTERM, self.stop)
        signal.signal(signal.SIGINT, self.stop)
        self.run()
