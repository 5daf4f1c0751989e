"""Narrowing what was found, and counting what each choice would leave."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from search.engines import FACETS, Request
from search.engines.whoosh.reading import Part

PERIOD = "period"


class Sorted(NamedTuple):
    """Documents of one segment by what of the choices they miss."""

    passed: Collection[int]
    missing_one: Mapping[str, list[int]]
    """Those that miss a single choice, by its name: another value of that facet would show them."""


def _missed(part: Part, request: Request) -> list[tuple[str, frozenset[int] | None]]:
    """Return each choice with the documents that have it; None for the period, which is compared."""
    chosen: list[tuple[str, frozenset[int] | None]] = [
        (name, frozenset(part.postings(name, value).ids)) for name, value in request.chosen.items() if value
    ]
    if request.after is not None or request.before is not None:
        chosen.append((PERIOD, None))
    return chosen


def sort_out(part: Part, numbers: Collection[int], request: Request) -> Sorted:
    """Tell documents that have all choices from those that miss one."""
    chosen = _missed(part, request)
    if not chosen:
        return Sorted(numbers, {})
    first = request.after.timestamp() if request.after else 0
    last = request.before.timestamp() if request.before else float("inf")
    passed: list[int] = []
    missing_one: dict[str, list[int]] = defaultdict(list)
    for number in numbers:
        fails = [
            name
            for name, having in chosen
            if (number not in having if having is not None else not first <= part.created[number] < last)
        ]
        if not fails:
            passed.append(number)
        elif len(fails) == 1:
            missing_one[fails[0]].append(number)
    return Sorted(passed, missing_one)


def count(parts: Iterable[tuple[Part, Sorted]], request: Request) -> dict[str, dict[str, int]]:
    """Return for each facet its values with their counts."""
    counts: dict[str, Counter[str]] = {name: Counter() for name in (*FACETS, PERIOD)}
    for part, found in parts:
        for name in FACETS:
            values = part.values_of(name).__getitem__
            counts[name].update(map(values, found.passed))
            counts[name].update(map(values, found.missing_one.get(name, ())))
        for name, moment in request.periods.items():
            first, created = moment.timestamp(), part.created
            of_period = (*found.passed, *found.missing_one.get(PERIOD, ()))
            counts[PERIOD][name] += sum(created[number] >= first for number in of_period)
    return {name: {value: many for value, many in found.items() if value} for name, found in counts.items()}
