"""What results can be narrowed by, as links with counts show it."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from core.documents import Document, names_of
from core.faces import Faces
from search.engines import Found

SHOWN = {"board": 8, "course": 8, "branch": 8, "author": 6, "language": 4, "solved": 1}
"""Values of each facet that are offered, in this order; kinds are all shown."""


class Choice(NamedTuple):
    """One value to narrow by."""

    value: str
    name: str
    number: int


def choices(found: Found, chosen: Mapping[str, str], shown: Sequence[Document]) -> dict[str, Sequence[Choice]]:
    """Return for each facet with anything to choose its values, the most frequent first, what is chosen among them.

    ``shown`` are the documents of the page: what they tell of names need not be asked.
    """
    offered: dict[str, Sequence[Choice]] = {}
    for facet, most in SHOWN.items():
        counts, here = found.counts.get(facet, {}), chosen.get(facet, "")
        values = sorted(counts, key=lambda value: (value != here, -counts[value], value))[:most]
        if len(values) > 1 or here or (facet == "solved" and values):
            offered[facet] = _named(facet, values, counts, shown)
    return offered


def _known(facet: str, shown: Sequence[Document]) -> dict[str, Faces]:
    """Return the names that documents carry with them."""
    if facet == "author":
        return {one.author: Faces(one.author_name) for one in shown if one.author_name}
    return {getattr(one, facet): one.place for one in shown if one.place} if facet in ("board", "course") else {}


def _named(facet: str, values: Sequence[str], counts: Mapping[str, int], shown: Sequence[Document]) -> list[Choice]:
    names, finder = _known(facet, shown), names_of(facet)
    unknown = [value for value in values if value not in names]
    if finder and unknown:
        names |= finder.names(unknown)
    return [Choice(value, str(names.get(value, value)), counts[value]) for value in values]
