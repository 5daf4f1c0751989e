"""CPU time of requests through the real WSGI application, two by turns, so that a busy machine slows both alike."""

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from sqlalchemy import event
from werkzeug.test import EnvironBuilder

from core.db import db

WARM = 6
"""Turns before those that count."""

Act = Callable[[], float]
"""Does one thing and returns the CPU seconds that it took."""


class Browser:
    """Sends requests to an application in this process and keeps cookies, as a browser does."""

    def __init__(self, app: Flask, token: str = "") -> None:
        self.app = app
        self.cookies = {"lang": "zh-Hans", **({"xuetan_session": token} if token else {})}

    def spend(self, path: str, fields: dict[str, str] | None = None, status: int = 200) -> float:
        """Return the CPU seconds that one request took, its answer read to the end.

        Raises:
            RuntimeError: it was answered with another status.
        """
        path, _mark, query = path.partition("?")
        environ = EnvironBuilder(
            path=path,
            query_string=query,
            method="GET" if fields is None else "POST",
            data=urlencode(fields) if fields is not None else None,
            content_type="application/x-www-form-urlencoded" if fields is not None else None,
            headers={"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())},
            base_url=self.app.config["BASE_URL"],
        ).get_environ()
        answered: list[Any] = []
        begun = time.process_time()
        body = self.app.wsgi_app(environ, lambda *head: answered.append(head))
        for _part in body:
            pass
        if hasattr(body, "close"):
            body.close()
        took = time.process_time() - begun
        got, headers = answered[0][:2]
        if int(got[:3]) != status:
            raise RuntimeError(f"{path}?{query}: {got}")
        self._keep([value for name, value in headers if name.lower() == "set-cookie"])
        return took

    def _keep(self, lines: Sequence[str]) -> None:
        for line in lines:
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value


@dataclass(frozen=True, kw_only=True)
class Side:
    """One of the two things compared: what is asked for by turns, and where."""

    app: Flask
    acts: Sequence[Act]


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What a comparison found: CPU milliseconds, their ratio turn by turn, and questions to the database."""

    big: float
    small: float
    ratio: float
    """The median of the ratios: what else the machine does changes from turn to turn, but hardly within one."""
    low: float
    high: float
    queries: int


def compare(big: Side, small: Side, *, turns: int) -> Figures:
    """Do both by turns and return the medians."""
    spent: tuple[list[float], list[float]] = ([], [])
    for turn in range(turns + WARM):
        # Who goes first changes, so that what one leaves in the processor's caches helps both.
        for which in (0, 1) if turn % 2 else (1, 0):
            acts = (big, small)[which].acts
            took = acts[turn % len(acts)]()
            if turn >= WARM:
                spent[which].append(took * 1000)
    ratios = sorted(one / other for one, other in zip(*spent, strict=True))
    with counted(big.app) as seen:
        big.acts[0]()
    return Figures(
        big=statistics.median(spent[0]),
        small=statistics.median(spent[1]),
        ratio=statistics.median(ratios),
        low=ratios[len(ratios) // 4],
        high=ratios[-len(ratios) // 4],
        queries=len(seen),
    )


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """Collect the statements that the application sends in the block."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("PRAGMA", "BEGIN", "SAVEPOINT", "RELEASE")):
            seen.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)
