"""What the text of a document says beyond its terms: single characters and long words asked for.

Pairs of characters miss a word written another way round or broken by one character; single characters find those, but
reading their posting lists would cost more than all pairs together. So they are counted in the texts of the best
documents only.
"""

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from search.engines.whoosh.ranking import Ranking

K1 = 1.2
B = 0.75
LONG_WORD = 0.5
"""Weight of a whole word of three characters and more beside its characters."""

Scored = tuple[float, int, int]
"""Score, place of the segment, number of the document there."""


def add_text_signals(ranking: "Ranking", found: list[Scored]) -> list[Scored]:
    """Return the documents in their final order."""
    wanted = [(sign, 1.0) for sign in ranking.query.characters]
    wanted += [(word, LONG_WORD) for word in ranking.query.long_words]
    if not wanted or len(found) < 2:
        return found
    snapshot = ranking.snapshot
    weights = [(text, weight * snapshot.text_idf(text)) for text, weight in wanted]
    average = snapshot.average_length
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
