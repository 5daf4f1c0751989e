"""``python -m bench search --texts FOLDER``: how long a search takes among many texts.

Rights, counts and snippets are included. The folder holds ``*.jsonl`` or ``*.jsonl.gz`` with id, title and text. One in
five texts is for members or a branch only.
CPU time stands beside time by the clock: what else runs on the machine slows only the one.
"""

import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from pathlib import Path

from bench.search import BATCH, corpus
from core.clock import utcnow
from core.documents import Document
from core.refs import Ref
from search import snippets
from search.engines import Request
from search.engines.whoosh import WhooshEngine
from search.parsing import parse
from search.words import cut

PAGE = 20
QUERIES = 200
TOKENS = frozenset({"public", "members", "branch:1"})
AUDIENCES = ("public",) * 8 + ("members", "branch:2")
LIMITS = {"2 to 4 words": (15, 60), "20 to 40 characters": (0, 150)}
"""Milliseconds wanted at the median (0: none said) and of nineteen in twenty."""


def _documents(folder: Path) -> Iterator[Document]:
    number, now = 0, utcnow()
    for path in sorted(folder.glob("*.jsonl*")):
        for batch in corpus(path.with_suffix("") if path.suffix == ".gz" else path):
            for one in batch:
                number += 1
                yield replace(
                    one,
                    ref=Ref("material", number),
                    audience=AUDIENCES[number % len(AUDIENCES)],
                    course=path.name.partition(".")[0],
                    author=f"member{number % 50}",
                    created_at=now - timedelta(hours=number % 9000),
                )


def queries_from(texts: list[str], dice: random.Random) -> dict[str, list[str]]:
    """Return short and long queries in words that texts have."""
    made: dict[str, list[str]] = {name: [] for name in LIMITS}
    short, long = made.values()
    for _turn in range(QUERIES):
        text = dice.choice(texts)
        words = [word for word in cut(text[:300]) if len(word) > 1]
        short.append(" ".join(dice.sample(words, min(len(words), dice.randint(2, 4)))))
        start = dice.randrange(max(1, len(text) - 40))
        long.append(text[start : start + dice.randint(20, 40)])
    return made


def _timed(act: Callable[[str], None], queries: list[str]) -> tuple[list[float], list[float]]:
    by_clock, cpu = [], []
    for text in queries:
        begun, spent = time.perf_counter(), time.process_time()
        act(text)
        by_clock.append((time.perf_counter() - begun) * 1000)
        cpu.append((time.process_time() - spent) * 1000)
    return by_clock, cpu


def run(folder: Path, *, most: int) -> bool:
    """Build an index of so many texts, ask it, and print what both took; return whether searches kept their limits."""
    held = {one.ref: one for one in islice(_documents(folder), most)}
    everything, beginning = list(held.values()), utcnow() - timedelta(days=30)
    with tempfile.TemporaryDirectory() as name:
        engine = WhooshEngine(Path(name) / "index")
        begun, spent = time.perf_counter(), time.process_time()
        batches = (everything[at : at + BATCH] for at in range(0, len(everything), BATCH))
        engine.rebuild(batches, lambda _refs: {}, lambda _number: None)
        took, cpu = time.perf_counter() - begun, time.process_time() - spent
        written = sum(len(f"{one.title}{one.text}".encode()) for one in everything)
        size = int(str(engine.status()["bytes"]))
        print(f"\n{len(held):,} texts indexed in {took:.0f} s ({cpu:.0f} s of CPU), {size / written:.2f} × the text")

        def search(text: str) -> None:
            query = parse(text)
            found = engine.find(Request(query=query, tokens=TOKENS, periods={"month": beginning}, limit=PAGE))
            for hit in found.hits:
                snippets.cut(held[hit.ref].text, query)

        asked = queries_from([one.text for one in everything if len(one.text) > 20], random.Random(6))
        kept = [_measure(search, name_, texts) for name_, texts in asked.items()]
        engine.close()
    return all(kept)


def _measure(search: Callable[[str], None], name: str, texts: list[str]) -> bool:
    _timed(search, texts[:20])
    by_clock, cpu = _timed(search, texts)
    middle, slow = statistics.median(cpu), statistics.quantiles(cpu, n=20)[-1]
    wanted = LIMITS[name]
    kept = slow <= wanted[1] and (not wanted[0] or middle <= wanted[0])
    clock = f"by the clock p50 {statistics.median(by_clock):6.1f}, p95 {statistics.quantiles(by_clock, n=20)[-1]:6.1f}"
    limits = f"≤ {wanted[0] or '–'}, {wanted[1]}{'' if kept else '   MISSED'}"
    print(f"{name:20} CPU ms: p50 {middle:6.1f}, p95 {slow:6.1f}; {clock}   {limits}", flush=True)
    return kept
