"""What results can be narrowed by, as links with counts show it."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from core.documents import names_of
from search.engines import Found

SHOWN = {"board": 8, "course": 8, "branch": 8, "author": 6, "language": 4, "solved": 1}
"""Values of each facet that are offered, in this order; kinds are all shown."""


class Choice(NamedTuple):
    """One value to narrow by."""

    value: str
    name: str
    number: int


def choices(found: Found, chosen: Mapping[str, str]) -> dict[str, Sequence[Choice]]:
    """Return for each facet with anything to choose its values, the most frequent first, what is chosen among them."""
    offered: dict[str, Sequence[Choice]] = {}
    for facet, most in SHOWN.items():
        counts, here = found.counts.get(facet, {}), chosen.get(facet, "")
        values = sorted(counts, key=lambda value: (value != here, -counts[value], value))[:most]
        if len(values) > 1 or here or (facet == "solved" and values):
            offered[facet] = _named(facet, values, counts)
    return offered


def _named(facet: str, values: Sequence[str], counts: Mapping[str, int]) -> list[Choice]:
    finder = names_of(facet)
    names = finder.names(values) if finder else {}
    return [Choice(value, str(names.get(value, value)), counts[value]) for value in values]
