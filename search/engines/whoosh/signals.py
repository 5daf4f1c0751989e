"""What the text of a document says beyond its terms: single characters, and words side by side.

Pairs of characters miss a word written another way round or broken by one character; single characters find those, but
reading their posting lists would cost more than all pairs together. So they are counted in the texts of the best
documents only, and so are English words that follow each other as they do in the query.
"""

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from search.engines.whoosh.ranking import Ranking

K1 = 1.8
B = 0.85
"""Saturation of counts and weight of length, as in BM25."""

SIDE_BY_SIDE = 0.2
"""Weight of two neighbouring words together, in shares of the less rare one's."""

STRESS = 0.5
"""Weight of what stands in quotation marks inside a question, as a whole."""

Scored = tuple[float, int, int]
"""Score, place of the segment, number of the document there."""


def _wanted(ranking: "Ranking") -> list[tuple[str, float]]:
    """Return what to count in the texts, and what each is worth."""
    query, snapshot, idf = ranking.query, ranking.snapshot, ranking.idf
    wanted = [(sign, snapshot.text_idf(sign)) for sign in query.characters]
    wanted += [(phrase.canon, STRESS * snapshot.text_idf(phrase.canon)) for phrase in query.stressed]
    for one, two in query.neighbours:
        if one in idf and two in idf:
            wanted.append((f" {one} {two} ", SIDE_BY_SIDE * min(idf[one], idf[two])))
    return wanted


def add_text_signals(ranking: "Ranking", found: list[Scored]) -> list[Scored]:
    """Return the documents in their final order."""
    weights = _wanted(ranking) if len(found) > 1 else []
    if not weights:
        return found
    average = ranking.snapshot.average_length
    rescored = []
    for score, at, number in found:
        part = ranking.scopes[at].part
        canon = part.beginning_of_canon(number)
        norm = K1 * (1 - B + B * part.lengths[number] / average)
        extra = 0.0
        for text, weight in weights:
            count = canon.count(text)
            if count:
                extra += weight * count * (K1 + 1) / (count + norm)
        rescored.append((score + extra, at, number))
    rescored.sort(reverse=True)
    return rescored


def idf_in_sample(text: str, sample: list[str], size: int) -> float:
    """Return the inverse document frequency of a piece of text, estimated from some documents."""
    if not sample:
        return 1.0
    held = sum(text in canon for canon in sample) * size / len(sample)
    return math.log(1 + (size - held + 0.5) / (held + 0.5))
