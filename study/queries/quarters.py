"""Reads what the quarterly sheet of a branch says."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Self

from sqlalchemy import ColumnElement, and_, func, select

from accounts.models import Branch, Membership, User, UserState
from core.clock import utcnow
from core.db import read_rows
from core.faces import Faces
from core.i18n import current_zone
from study.completion import percent_of
from study.enums import ProgressKind
from study.models import CourseProgress, Enrolment, ProgressEvent
from study.queries.reports import CourseLine, list_courses, sizes_below
from study.tallying import SMALLEST_SAMPLE, Counts


@dataclass(frozen=True, order=True)
class Quarter:
    """Three months of the calendar."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> Self:
        """Return the quarter of a day."""
        return cls(day.year, (day.month - 1) // 3 + 1)

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read ``2026-4``; None when it is no quarter."""
        year, _sign, number = text.partition("-")
        if not (year.isascii() and year.isdigit() and len(year) == 4) or number not in {"1", "2", "3", "4"}:
            return None
        return cls(int(year), int(number)) if 1970 <= int(year) <= 2999 else None

    def __str__(self) -> str:
        return f"{self.year}-{self.number}"

    @property
    def first(self) -> date:
        """Return its first day."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last(self) -> date:
        """Return its last day."""
        return self.next.first - timedelta(days=1)

    @property
    def next(self) -> "Quarter":
        """Return the quarter after it."""
        return Quarter(self.year + (self.number == 4), self.number % 4 + 1)

    @property
    def previous(self) -> "Quarter":
        """Return the quarter before it."""
        return Quarter(self.year - (self.number == 1), (self.number - 2) % 4 + 1)


@dataclass(frozen=True, kw_only=True)
class SheetLine:
    """One course of the sheet. A course that fewer than five people take keeps its numbers to itself."""

    title: Faces
    taking: int
    begun: int
    finished: int
    counts: Counts

    @property
    def is_shown(self) -> bool:
        """Tell whether enough people take it."""
        return self.taking >= SMALLEST_SAMPLE

    @property
    def share(self) -> int:
        """How many in a hundred of those who take it are done by now."""
        return percent_of(self.counts.done, self.taking)


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """What one branch, with those below it, did in one quarter.

    It is handed on to people who may not see the members: what it says about fewer than five is held back, and the
    sums of all courses too where they would give that away.
    """

    quarter: Quarter
    members: int
    learners: int
    """Members who take any course now."""
    active: int
    """Members who studied in the quarter."""
    seconds: int
    """Active time of all of them in the quarter."""
    lines: list[SheetLine]

    @property
    def begun(self) -> int | None:
        """How often a course was begun in the quarter; None where it would tell about few."""
        return sum(line.begun for line in self.lines) if self._may_add else None

    @property
    def finished(self) -> int | None:
        """How often a course was finished in the quarter; None where it would tell about few."""
        return sum(line.finished for line in self.lines) if self._may_add else None

    @property
    def overdue(self) -> int | None:
        """How often a course is overdue; None where it would tell about few."""
        return sum(line.counts.overdue for line in self.lines) if self._may_add else None

    @property
    def hours(self) -> int | None:
        """How many hours they studied in all, rounded down; None for too few people."""
        return self.seconds // 3600 if self.active >= SMALLEST_SAMPLE else None

    @property
    def _may_add(self) -> bool:
        hidden = sum(line.taking for line in self.lines if not line.is_shown)
        return not 0 < hidden < SMALLEST_SAMPLE

    @property
    def is_shown(self) -> bool:
        """Tell whether the branch is large enough for shares."""
        return self.members >= SMALLEST_SAMPLE

    @property
    def coverage(self) -> int | None:
        """How many members in a hundred take a course; None for too few people."""
        return percent_of(self.learners, self.members) if self.is_shown else None

    @property
    def activity(self) -> int | None:
        """How many members in a hundred studied; None for too few people."""
        return percent_of(self.active, self.members) if self.is_shown else None


def this_quarter() -> Quarter:
    """Return the quarter of today, where the reader lives."""
    return Quarter.of(utcnow().astimezone(current_zone()).date())


def get_sheet(branch: Branch, quarter: Quarter) -> Sheet:
    """Return the sheet of a branch for one quarter. States are those of today, also for a past quarter."""
    start, end = _start(quarter.first), _start(quarter.next.first)
    begun = _by_course(branch, CourseProgress.begun_at >= start, CourseProgress.begun_at < end)
    finished = _by_course(branch, CourseProgress.completed_at >= start, CourseProgress.completed_at < end)
    active, seconds = _studied(branch, start, end)
    courses = list_courses(branch)
    return Sheet(
        quarter=quarter,
        members=sizes_below(branch)[branch.id],
        learners=_count(branch, select(Enrolment.user_id).where(Enrolment.left_at.is_(None))),
        active=active,
        seconds=seconds,
        lines=[_line(line, begun, finished) for line in courses],
    )


def _line(course: CourseLine, begun: dict[int, int], finished: dict[int, int]) -> SheetLine:
    return SheetLine(
        title=course.title,
        taking=course.counts.taking,
        begun=begun.get(course.id, 0),
        finished=finished.get(course.id, 0),
        counts=course.counts,
    )


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), current_zone())


def _belongs(branch: Branch) -> Any:
    return (
        select(Membership.user_id)
        .join(Branch, Branch.id == Membership.branch_id)
        .join(User, User.id == Membership.user_id)
        .where(Branch.path.startswith(branch.path, autoescape=True), User.state == UserState.ACTIVE)
    )


def _count(branch: Branch, people: Any) -> int:
    """Return how many active members of the branch or below are among some people."""
    statement = select(func.count(func.distinct(User.id))).where(User.id.in_(_belongs(branch)), User.id.in_(people))
    found: int = read_rows(statement).scalar_one()
    return found


def _studied(branch: Branch, start: datetime, end: datetime) -> tuple[int, int]:
    """Return how many members did anything themselves, and the seconds of active time; a teacher's mark is no study."""
    seconds = ProgressEvent.detail["seconds"].as_integer()
    statement = select(
        func.count(func.distinct(ProgressEvent.user_id)),
        func.coalesce(func.sum(seconds).filter(ProgressEvent.kind == ProgressKind.STUDIED), 0),
    ).where(
        ProgressEvent.user_id.in_(_belongs(branch)),
        ProgressEvent.at >= start,
        ProgressEvent.at < end,
        ProgressEvent.kind != ProgressKind.MARKED,
    )
    active, total = read_rows(statement).one()
    return active, int(total)


def _by_course(branch: Branch, *conditions: ColumnElement[bool]) -> dict[int, int]:
    """Return how many members who take a course now are in some state, by course."""
    taken = and_(
        Enrolment.user_id == CourseProgress.user_id,
        Enrolment.course_id == CourseProgress.course_id,
        Enrolment.left_at.is_(None),
    )
    statement = (
        select(CourseProgress.course_id, func.count())
        .join(Enrolment, taken)
        .where(CourseProgress.user_id.in_(_belongs(branch)), *conditions)
        .group_by(CourseProgress.course_id)
    )
    return {row[0]: row[1] for row in read_rows(statement)}
