"""How good a ranking is, by what people judged relevant: the figures retrieval is compared by."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

Judgments = Mapping[str, Mapping[str, int]]
"""For each query the documents judged relevant, each with its grade from 1 on."""

DEPTH = 10
"""Results of a query that are looked at."""


@dataclass(frozen=True)
class Score:
    """The means over all judged queries, 0 to 1."""

    queries: int
    ndcg: float
    recall: float

    def as_json(self) -> dict[str, float]:
        """Return the figures for programs."""
        return {
            "queries": self.queries,
            f"ndcg@{DEPTH}": round(self.ndcg, 4),
            f"recall@{DEPTH}": round(self.recall, 4),
        }


def read_judgments(lines: Iterable[str]) -> Judgments:
    """Read lines of query, document and grade, parted by tabs, below a heading.

    Raises:
        ValueError: a line is not of this form.
    """
    judged: dict[str, dict[str, int]] = defaultdict(dict)
    for number, line in enumerate(lines):
        if number and line.strip():
            query, document, grade = line.rstrip("\r\n").split("\t")
            if int(grade) > 0:
                judged[query][document] = int(grade)
    return judged


def discounted_gain(grades: Iterable[int]) -> float:
    """Return the gain of grades in order: 2^grade - 1 each, worth less the later it comes."""
    return math.fsum((2.0**grade - 1) / math.log2(place + 2) for place, grade in enumerate(grades))


def score(found: Mapping[str, Sequence[str]], judged: Judgments) -> Score:
    """Return how good the documents found for each query are; a judged query that found nothing counts as 0."""
    ndcg = recall = 0.0
    for query, relevant in judged.items():
        best = list(dict.fromkeys(found.get(query, ())))[:DEPTH]
        ideal = discounted_gain(sorted(relevant.values(), reverse=True)[:DEPTH])
        ndcg += discounted_gain(relevant.get(document, 0) for document in best) / ideal
        recall += sum(document in relevant for document in best) / len(relevant)
    size = len(judged)
    return Score(size, ndcg / size if size else 0.0, recall / size if size else 0.0)
