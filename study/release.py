"""When modules and lessons open: pure rules, no database, no words.

A gate stands before a module or a lesson. It may name a day, a lesson, a mark in a quiz, a course and a branch; all
that it names must hold. What does not hold yet is a bar; ``study/release_wording.py`` says how to take it away.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from study.completion import NOT_BEGUN, Bar, Standing
from study.enums import BarKind


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What a gate names."""

    opens_at: datetime | None = None
    after_lesson_id: int | None = None
    quiz_lesson_id: int | None = None
    quiz_percent: int = 0
    after_course_id: int | None = None
    branch_id: int | None = None

    @property
    def is_empty(self) -> bool:
        """Tell whether it names nothing, so that no gate is needed."""
        return not self.opens_at and not self.is_personal

    @property
    def is_personal(self) -> bool:
        """Tell whether it opens for some readers and not for others."""
        return any((self.after_lesson_id, self.quiz_lesson_id, self.after_course_id, self.branch_id))

    @property
    def needed_lessons(self) -> list[int]:
        """Return the lessons that come first."""
        return [ident for ident in (self.after_lesson_id, self.quiz_lesson_id) if ident is not None]

    def bars(self) -> list[Bar]:
        """Return everything it names, whether it holds for somebody or not."""
        found = []
        if self.branch_id:
            found.append(Bar(kind=BarKind.BRANCH, branch_id=self.branch_id))
        if self.opens_at:
            found.append(Bar(kind=BarKind.DATE, at=self.opens_at))
        if self.after_course_id:
            found.append(Bar(kind=BarKind.COURSE, course_id=self.after_course_id))
        if self.after_lesson_id:
            found.append(Bar(kind=BarKind.LESSON, lesson_id=self.after_lesson_id))
        if self.quiz_lesson_id:
            found.append(Bar(kind=BarKind.QUIZ, lesson_id=self.quiz_lesson_id, percent=self.quiz_percent))
        return found


@dataclass(frozen=True, kw_only=True)
class Standpoint:
    """Who stands before the gates, and when."""

    now: datetime
    is_enrolled: bool = False
    standings: Mapping[int, Standing] = field(default_factory=dict)
    courses_done: Collection[int] = ()
    branch_ids: Collection[int] = ()

    def standing(self, lesson_id: int | None) -> Standing:
        """Return how far the reader is with a lesson."""
        return self.standings.get(lesson_id or 0, NOT_BEGUN)


def bars_before(lesson_id: int, rules: Sequence[Terms], point: Standpoint) -> tuple[Bar, ...]:
    """Return what keeps a lesson closed for a reader, each thing once.

    What was done stays open when the author asks for more afterwards; a day and a branch hold for everybody.
    """
    found = [bar for terms in rules for bar in terms.bars() if not _holds(bar, point)]
    if point.standing(lesson_id).is_done:
        found = [bar for bar in found if bar.kind in (BarKind.DATE, BarKind.BRANCH)]
    elif not point.is_enrolled:
        # Nobody gets anywhere before taking the course: that comes first, once.
        found = [Bar(kind=BarKind.ENROL) if bar.kind in (BarKind.LESSON, BarKind.QUIZ) else bar for bar in found]
    return tuple(dict.fromkeys(found))


def _holds(bar: Bar, point: Standpoint) -> bool:
    if bar.kind is BarKind.DATE:
        return bar.at is not None and bar.at <= point.now
    if bar.kind is BarKind.LESSON:
        return point.standing(bar.lesson_id).is_done
    if bar.kind is BarKind.QUIZ:
        return best_percent(point.standing(bar.lesson_id)) >= bar.percent
    if bar.kind is BarKind.COURSE:
        return bar.course_id in point.courses_done
    return bar.branch_id in point.branch_ids


def best_percent(standing: Standing) -> int:
    """Return the best mark of a quiz in whole per cent; without a paper it is less than any."""
    return int(standing.reason.get("percent", -1))


class Node(NamedTuple):
    """Something that is waited for: a lesson, or a whole course."""

    kind: str
    id: int


def find_circle(needs: Mapping[Node, Collection[Node]], start: Collection[Node]) -> list[Node]:
    """Return things that wait for each other, in order, beginning and ending with the same; empty when none do."""
    finished: set[Node] = set()
    for root in start:
        path: list[Node] = []
        waiting: list[tuple[Node, Iterator[Node]]] = []
        if root not in finished:
            path.append(root)
            waiting.append((root, iter(needs.get(root, ()))))
        while waiting:
            node, rest = waiting[-1]
            step = next(rest, None)
            if step is None:
                waiting.pop()
                path.pop()
                finished.add(node)
            elif step in path:
                return [*path[path.index(step) :], step]
            elif step not in finished:
                path.append(step)
                waiting.append((step, iter(needs.get(step, ()))))
    return []
