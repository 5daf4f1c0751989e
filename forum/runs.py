"""Which posts of a thread somebody has read: runs of numbers, (first, last), apart and in order.

Nearly always that is one run from the opening post. Who reads the end of a long thread first has another one beyond the
gap, so that nothing in between is lost and nothing behind has to be read twice.
"""

from collections.abc import Iterable, Sequence
from typing import Final

Run = tuple[int, int]

RUNS_MAX: Final = 100
"""Runs that are kept of one thread. What falls out counts as unread again, which loses nothing."""


def united(runs: Iterable[Sequence[int]]) -> list[Run]:
    """Return the same numbers as runs that neither touch nor overlap, in order."""
    found: list[Run] = []
    for first, last in sorted((run[0], run[1]) for run in runs):
        if first > last:
            continue
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(last, found[-1][1]))
        else:
            found.append((first, last))
    return found


def of_numbers(numbers: Iterable[int]) -> list[Run]:
    """Return some numbers as runs."""
    return united((number, number) for number in numbers)


def split_off(runs: Sequence[Run]) -> tuple[int, list[Run]]:
    """Return the last number of the run that begins with the opening post, 0 without one, and the runs behind it."""
    reached, ahead = (runs[0][1], runs[1:]) if runs and runs[0][0] <= 1 else (0, runs)
    return max(0, reached), list(ahead[: RUNS_MAX - 1])


def count(runs: Iterable[Sequence[int]]) -> int:
    """Return how many numbers there are in runs that are apart."""
    return sum(run[1] - run[0] + 1 for run in runs)


def contains(runs: Iterable[Sequence[int]], number: int) -> bool:
    """Tell whether a number is in one of the runs."""
    return any(run[0] <= number <= run[1] for run in runs)
