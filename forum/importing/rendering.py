"""Rendering of imported posts in a pool of processes, since it is pure work for the processor.

The workers are started afresh (spawn), import this module alone and open no database.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Final

from core.markup import SOURCE_MAX, render
from core.text import detect_language, normalise, plain
from forum.importing.bbcode import bbcode_to_html, s9e_to_html
from forum.importing.mail_text import mail_to_markdown
from forum.importing.markup import html_to_markdown, text_to_markdown

CHUNK: Final = 25
POOL_PAYS_FROM: Final = 200
"""Posts below which starting processes costs more than it saves."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A post ready to be stored; ``too_long`` when nothing of it may be."""

    body: str
    html: str
    language: str
    too_long: bool = False


def _as_is(source: str, _base: str) -> str:
    return source.strip()


_TO_MARKDOWN: Final[dict[str, Callable[[str, str], str]]] = {
    "markdown": _as_is,
    "html": html_to_markdown,
    "text": lambda source, _base: text_to_markdown(source),
    "s9e": lambda source, base: html_to_markdown(s9e_to_html(source), base),
    "mail": lambda source, _base: mail_to_markdown(source),
}


def make_ready(job: tuple[str, ...]) -> Ready:
    """Render one (format, body, address where its links start, words to begin with); the last two may be left out."""
    form, source, base, opening = (*job, "", "")[:4]
    source = normalise(source)
    kind, _mark, uid = form.partition(":")
    if kind == "bbcode":
        kind, source = "html", bbcode_to_html(source, uid)
    body = "\n\n".join(filter(None, (text_to_markdown(opening), _TO_MARKDOWN[kind](source, base))))
    if len(body) > SOURCE_MAX:
        return Ready("", "", "und", too_long=True)
    html = render(body).html
    return Ready(body, html, detect_language(plain(html)))


class Renderer:
    """Renders batches, in the processes of a pool or, where none can be had, here."""

    def __init__(self, pool: ProcessPoolExecutor | None) -> None:
        self._pool = pool

    def render(self, jobs: Sequence[tuple[str, ...]]) -> list[Ready]:
        """Render in the given order."""
        if self._pool is None:
            return [make_ready(job) for job in jobs]
        try:
            return list(self._pool.map(make_ready, jobs, chunksize=CHUNK))
        except BrokenProcessPool:
            # A worker was killed, as happens when memory is short: go on alone.
            self._pool = None
            return self.render(jobs)


@contextmanager
def renderer(post_count: int) -> Iterator[Renderer]:
    """Offer a renderer with as many processes as there are processors, or with none for a few posts."""
    cores = os.process_cpu_count() if hasattr(os, "process_cpu_count") else len(os.sched_getaffinity(0))
    if post_count < POOL_PAYS_FROM or (cores or 1) < 2:
        yield Renderer(None)
        return
    with ProcessPoolExecutor(cores, mp_context=get_context("spawn")) as pool:
        yield Renderer(pool)
