"""Counts people by branch: pure rules, no database, no words.

A person counts once in every branch they belong to and in every branch above it, however many of these branches lie
below it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from study.enums import LearningState

Reach = Mapping[int, Sequence[int]]
"""Member → the branches in which they count."""


class Counts(NamedTuple):
    """How many are how far; who is overdue is counted neither as not begun nor as under way."""

    not_begun: int = 0
    under_way: int = 0
    done: int = 0
    overdue: int = 0

    @property
    def taking(self) -> int:
        """All of them."""
        return sum(self)

    def plus(self, other: "Counts") -> "Counts":
        """Return both together."""
        return Counts(*(one + two for one, two in zip(self, other, strict=True)))


@dataclass(frozen=True, kw_only=True)
class Standings:
    """Everybody who takes one course."""

    states: Mapping[int, LearningState]
    late: frozenset[int] = frozenset()
    """Whose day is past, done or not."""
    begun: Mapping[int, date] = field(default_factory=dict)
    """In which week somebody began, for the last weeks."""
    done: Mapping[int, date] = field(default_factory=dict)


def reach_of(memberships: Iterable[tuple[int, int]], paths: Mapping[int, str]) -> dict[int, Sequence[int]]:
    """Return in which branches everybody counts, from (member, branch) pairs and the paths of all branches."""
    above = {branch_id: tuple(int(part) for part in path.strip("/").split("/")) for branch_id, path in paths.items()}
    reach: dict[int, Sequence[int]] = {}
    for user_id, branch_id in memberships:
        known = reach.get(user_id)
        reach[user_id] = above[branch_id] if known is None else tuple({*known, *above[branch_id]})
    return reach


def count_by_branch(standings: Standings, reach: Reach) -> dict[int, Counts]:
    """Return how far those are who take a course, for every branch in which anybody does."""
    # Members of one branch who are equally far are one number, so that a large branch costs no more than a small one.
    alike: Counter[tuple[Sequence[int], str]] = Counter()
    for user_id, state in standings.states.items():
        column = "overdue" if user_id in standings.late and state is not LearningState.DONE else state.value
        if user_id in reach:
            alike[reach[user_id], column] += 1
    found: dict[int, Counter[str]] = defaultdict(Counter)
    for (branches, column), number in alike.items():
        for branch_id in branches:
            found[branch_id][column] += number
    return {branch_id: Counts(**columns) for branch_id, columns in found.items()}


def weeks_by_branch(standings: Standings, reach: Reach) -> dict[tuple[int, date], tuple[int, int]]:
    """Return how many began and finished, for every branch and week in which anybody did."""
    begun, done = (_by_week(weeks, reach) for weeks in (standings.begun, standings.done))
    return {key: (begun[key], done[key]) for key in sorted({*begun, *done})}


def _by_week(weeks: Mapping[int, date], reach: Reach) -> Counter[tuple[int, date]]:
    alike = Counter((reach[user_id], week) for user_id, week in weeks.items() if user_id in reach)
    found: Counter[tuple[int, date]] = Counter()
    for (branches, week), number in alike.items():
        for branch_id in branches:
            found[branch_id, week] += number
    return found


SMALLEST_SAMPLE = 5
"""Shares and averages of fewer people than this are not shown."""


def shown(sizes: Sequence[int], rest: int = 0) -> list[bool]:
    """Return of which parts a share may be shown beside that of the whole.

    Parts of fewer than five people are not. Where taking the shown parts from the whole would still tell about fewer
    than five, the next smallest parts are kept back too, until what is left over is large enough.

    Args:
        sizes: people in each part.
        rest: people of the whole who are in none of the parts.
    """
    visible = [size >= SMALLEST_SAMPLE for size in sizes]
    hidden = rest + sum(size for size, may in zip(sizes, visible, strict=True) if not may)
    for place in sorted(range(len(sizes)), key=lambda place: (sizes[place], place)):
        if not 0 < hidden < SMALLEST_SAMPLE:
            break
        if visible[place]:
            visible[place] = False
            hidden += sizes[place]
    return visible
