"""What the marks of many papers say about a quiz and its questions: pure rules, no database, no words.

After Moodle, whose published tables come out here to all digits: variances and covariances divide by one less than the
number of papers, a question left open counts as 0, and an item is compared with the *rest* of the paper, not with all
of it. What cannot be known (of one paper, of marks that are all alike) is None, never 0. Shares and coefficients are
per cent, as there.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import sqrt
from operator import mul
from statistics import median

Number = int | float


@dataclass(frozen=True, kw_only=True)
class ItemFigures:
    """What is known of one question, from the papers that asked it."""

    count: int
    facility: float | None
    """Mean of the marks, as a share of the full mark: 0 nobody, 1 everybody."""
    deviation: float | None = None
    """Standard deviation of the marks."""
    discrimination: float | None = None
    """Correlation with the rest of the paper: below 0, the weak do better than the strong."""
    efficiency: float | None = None
    """The same as a share of what marks like these could reach at best."""
    weight: float | None = None
    """Which part of the differences between papers it makes, of all questions together."""


@dataclass(frozen=True, kw_only=True)
class PaperFigures:
    """What is known of the whole papers."""

    count: int
    mean: float | None
    median: float | None
    deviation: float | None
    skewness: float | None
    kurtosis: float | None
    alpha: float | None
    """Cronbach's α: how far the questions measure one thing. Only of papers that all ask the same."""
    error_ratio: float | None
    standard_error: float | None
    """By how much a mark would move by chance, were the paper written again."""


Paper = Mapping[int, Number]
"""The mark for each question of one paper, by the question's number."""


def of_items(papers: Sequence[Paper], full: Mapping[int, Number]) -> dict[int, ItemFigures]:
    """Return the figures of each question; ``full`` says how much it is worth."""
    columns = _columns(papers)
    found = {item: _item(*columns.get(item, ([], [])), full[item]) for item in full}
    roots = {item: sqrt(shared) for item, (_figures, shared) in found.items() if shared is not None and shared >= 0}
    together = sum(roots.values())
    return {
        item: replace(figures, weight=100 * roots[item] / together) if together and item in roots else figures
        for item, (figures, _shared) in found.items()
    }


def _columns(papers: Sequence[Paper]) -> dict[int, tuple[list[Number], list[Number]]]:
    """Return by question the marks for it, and what the rest of each of these papers earned."""
    columns: dict[int, tuple[list[Number], list[Number]]] = defaultdict(lambda: ([], []))
    for paper in papers:
        total = sum(paper.values())
        for item, mark in paper.items():
            marks, rest = columns[item]
            marks.append(mark)
            rest.append(total - mark)
    return columns


def _item(marks: Sequence[Number], rest: Sequence[Number], full: Number) -> tuple[ItemFigures, float | None]:
    """Return the figures of a question but for its weight, and its covariance with the whole paper."""
    facility = sum(marks) / len(marks) / full if marks and full else None
    if len(marks) < 2:
        return ItemFigures(count=len(marks), facility=facility), None
    mine, theirs = _centred(marks), _centred(rest)
    own, other, both = _shared(mine, mine), _shared(theirs, theirs), _shared(mine, theirs)
    best = _shared(sorted(mine), sorted(theirs))
    figures = ItemFigures(
        count=len(marks),
        facility=facility,
        deviation=sqrt(own),
        discrimination=100 * both / sqrt(own * other) if own and other else None,
        efficiency=100 * both / best if best else None,
    )
    return figures, own + both


def of_papers(papers: Sequence[Paper]) -> PaperFigures:
    """Return the figures of the papers as wholes."""
    totals = [sum(paper.values()) for paper in papers]
    spread = _variance(totals)
    deviation, alpha = sqrt(spread) if spread is not None else None, _alpha(papers, spread)
    error = sqrt(1 - alpha / 100) if alpha is not None else None
    return PaperFigures(
        count=len(papers),
        mean=sum(totals) / len(totals) if totals else None,
        median=median(totals) if totals else None,
        deviation=deviation,
        skewness=_skewness(totals),
        kurtosis=_kurtosis(totals),
        alpha=alpha,
        error_ratio=100 * error if error is not None else None,
        standard_error=error * deviation if error is not None and deviation is not None else None,
    )


def _alpha(papers: Sequence[Paper], spread: float | None) -> float | None:
    items = set(papers[0]) if papers else set()
    if len(items) < 2 or not spread or any(paper.keys() != items for paper in papers):
        return None
    own = sum(_variance([paper[item] for paper in papers]) or 0 for item in items)
    return 100 * len(items) / (len(items) - 1) * (1 - own / spread)


def _centred(values: Sequence[Number]) -> list[float]:
    """Return how far each value is from their mean. Values that are all alike are exactly at it."""
    if min(values) == max(values):
        return [0.0] * len(values)
    mean = sum(values) / len(values)
    return [value - mean for value in values]


def _shared(one: Sequence[float], other: Sequence[float]) -> float:
    """Return the covariance of two centred rows of at least two values."""
    total: float = sum(map(mul, one, other))
    return total / (len(one) - 1)


def _variance(values: Sequence[Number]) -> float | None:
    if len(values) < 2:
        return None
    away = _centred(values)
    return _shared(away, away)


def _moment(values: Sequence[Number], power: int) -> float:
    """Return a central moment."""
    return sum(one**power for one in _centred(values)) / len(values)


def _skewness(values: Sequence[Number]) -> float | None:
    """Return k3 / k2^1.5 from k-statistics."""
    n = len(values)
    if n < 3:
        return None
    k2, k3 = n * _moment(values, 2) / (n - 1), n * n * _moment(values, 3) / ((n - 1) * (n - 2))
    return k3 / k2**1.5 if k2 else None


def _kurtosis(values: Sequence[Number]) -> float | None:
    """Return k4 / k2² from k-statistics."""
    n = len(values)
    if n < 4:
        return None
    second, fourth = _moment(values, 2), _moment(values, 4)
    k2 = n * second / (n - 1)
    k4 = n * n * ((n + 1) * fourth - 3 * (n - 1) * second**2) / ((n - 1) * (n - 2) * (n - 3))
    return k4 / k2**2 if k2 else None
