"""Small writes that a GET causes (read positions, opened lessons) are collected and written in bulk.

GET never writes. A crash loses what the last few seconds collected, and only that.
"""

import atexit
import logging
import threading
from collections.abc import Callable, Hashable
from typing import Any

from flask import Flask, current_app

log = logging.getLogger(__name__)

_buffers: list["WriteBuffer"] = []


class WriteBuffer:
    """Collects values by key and hands them to ``flush`` every few seconds, inside an app context.

    ``flush`` gets a dict and opens its own transaction.
    """

    def __init__(self, name: str, flush: Callable[[dict[Any, Any]], None], *, seconds: float = 3) -> None:
        self.name = name
        self._flush = flush
        self._seconds = seconds
        self._values: dict[Hashable, Any] = {}
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None
        _buffers.append(self)

    def put(self, key: Hashable, value: Any, merge: Callable[[Any, Any], Any] | None = None) -> None:
        """Keep a value; where the key is there already, ``merge(old, new)`` decides, by default the new one."""
        app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
        with self._lock:
            if merge and key in self._values:
                value = merge(self._values[key], value)
            self._values[key] = value
            if self._timer is None and app.config.get("WRITE_BUFFERS_RUN", True):
                self._timer = threading.Timer(self._seconds, self._flush_in, [app])
                self._timer.daemon = True
                self._timer.start()

    def peek(self, key: Hashable) -> Any:
        """Return what waits under a key, so that a page can count it already; None when nothing does."""
        return self._values.get(key)

    def forget(self) -> None:
        """Drop what waits."""
        with self._lock:
            self._values = {}

    def _flush_in(self, app: Flask) -> None:
        with app.app_context():
            self.flush_now()

    def flush_now(self) -> None:
        """Write what was collected; on failure it is kept for the next time."""
        with self._lock:
            values, self._values, self._timer = self._values, {}, None
        if not values:
            return
        try:
            self._flush(values)
        except Exception:
            log.exception("Write buffer %s could not be flushed; its values are kept", self.name)
            with self._lock:
                self._values = {**values, **self._values}


def flush_all() -> None:
    """Write everything that waits, in the present app context."""
    for buffer in _buffers:
        buffer.flush_now()


def drop_all() -> None:
    """Drop everything that waits, as between two tests."""
    for buffer in _buffers:
        buffer.forget()


def flush_at_exit(app: Flask) -> None:
    """Write everything that waits when the process ends in an orderly way."""

    def finish() -> None:
        with app.app_context():
            flush_all()

    atexit.register(finish)
