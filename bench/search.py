"""``python -m bench search --relevance FOLDER``: how good and how fast searching is on sets with judged answers.

Each folder below holds ``corpus.jsonl`` (or ``.jsonl.gz``) with id, title and text, ``queries.jsonl`` with id and text,
and ``qrels.tsv`` with query, document and grade. All sets are searched with the same settings.
"""

import gzip
import json
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.clock import utcnow
from core.documents import Document
from core.permissions import VISITOR
from core.refs import Ref
from core.text import detect_language
from search.engines import Engine, Request
from search.engines.whoosh import WhooshEngine
from search.parsing import parse
from search.scoring import DEPTH, Score, read_judgments, score

BATCH = 500
WARM_UP = 20

BASELINES = {
    "zh-law-stard-a": (0.361, 0.454),
    "zh-cmrc2018-dev": (0.983, 0.996),
    "zh-hant-drcd-dev": (0.957, 0.990),
    "en-se-quantum": (0.483, 0.619),
    "en-xquad": (0.971, 0.995),
}
"""nDCG and recall of the best of three plain engines (SQLite FTS5, tantivy, Whoosh) on the sets known by name."""


@dataclass(frozen=True)
class Measured:
    """What one set gave."""

    score: Score
    documents: int
    building: float
    bytes: int
    middle: float
    slow: float


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    packed = path.with_suffix(path.suffix + ".gz")
    content = gzip.decompress(packed.read_bytes()) if packed.exists() else path.read_bytes()
    yield from (json.loads(line) for line in content.splitlines() if line.strip())


def corpus(path: Path) -> Iterator[list[Document]]:
    """Yield the documents of a file of JSON lines as batches, open to everybody."""
    now, batch = utcnow(), []
    for number, row in enumerate(_lines(path), 1):
        batch.append(
            Document(
                ref=Ref("material", number),
                title=row["title"],
                text=row["text"],
                audience="public",
                language=detect_language(row["text"]),
                url="",
                created_at=now,
                updated_at=now,
                external_id=row["id"],
            )
        )
        if len(batch) == BATCH:
            yield batch
            batch = []
    yield batch


def ask(engine: Engine, text: str) -> tuple[list[int], float]:
    """Return the documents found for a query, best first, and the milliseconds it took."""
    begun = time.perf_counter()
    found = engine.find(Request(query=parse(text), tokens=VISITOR.tokens, limit=DEPTH))
    return [hit.ref.id for hit in found.hits], (time.perf_counter() - begun) * 1000


def measure(folder: Path, directory: Path) -> Measured:
    """Index the documents of a set in a directory, ask all its queries and score the answers."""
    engine, names = WhooshEngine(directory), [""]

    def named() -> Iterator[list[Document]]:
        for batch in corpus(folder / "corpus.jsonl"):
            names.extend(document.external_id for document in batch)
            yield batch

    begun = time.perf_counter()
    size = engine.rebuild(named(), lambda _refs: {}, lambda _number: None)
    building = time.perf_counter() - begun
    queries = list(_lines(folder / "queries.jsonl"))
    for query in queries[:WARM_UP]:
        ask(engine, query["text"])
    found: dict[str, list[str]] = {}
    times = []
    for query in queries:
        numbers, took = ask(engine, query["text"])
        found[query["id"]] = [names[number] for number in numbers]
        times.append(took)
    bytes_ = int(str(engine.status()["bytes"]))
    engine.close()
    judged = read_judgments((folder / "qrels.tsv").read_text("utf-8").splitlines())
    slow = statistics.quantiles(times, n=20)[-1]
    return Measured(score(found, judged), size, building, bytes_, statistics.median(times), slow)


def run(folder: Path) -> bool:
    """Print the figures of every set in a folder; return whether all known ones are above plain engines."""
    heads = f"{f'nDCG@{DEPTH}':>8} {'plain':>6} {f'recall@{DEPTH}':>10} {'plain':>6} {'ms: p50':>8} {'p95':>7}"
    print(f"\n{'set':18} {'texts':>7} {heads}")
    missed = []
    for path in sorted(folder.iterdir()):
        if not (path / "qrels.tsv").exists():
            continue
        with tempfile.TemporaryDirectory() as name:
            one = measure(path, Path(name) / "index")
        ndcg, recall = BASELINES.get(path.name, (0.0, 0.0))
        kept = one.score.ndcg >= ndcg and one.score.recall >= recall
        missed += [] if kept else [path.name]
        figures = f"{one.score.ndcg:8.4f} {ndcg:6.3f} {one.score.recall:10.4f} {recall:6.3f}"
        print(
            f"{path.name:18} {one.documents:7,} {figures} {one.middle:8.1f} {one.slow:7.1f}"
            f"   built in {one.building:.1f} s, {one.bytes / 1e6:.1f} MB"
            f"{'' if kept else '   MISSED'}",
            flush=True,
        )
    return not missed
