"""Reads how far the members of a branch and of those below it are: numbers for the branch head, never days or marks.

The numbers were counted ahead (``study/counting.py``); only the list of members looks at everybody.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, literal, or_, select

from accounts.models import Branch, Membership, User, UserState
from core.clock import utcnow
from core.db import AnySelect, db, read_rows
from core.errors import NotFound
from core.faces import Faces
from core.pages import Page, page_of
from core.permissions import Actor
from study.completion import percent_of
from study.enums import LearningState
from study.models import BranchCount, BranchWeek, Counting, Course, CourseProgress, Enrolment, Task, TaskMember
from study.permissions import StudyPermission
from study.queries.counting import WEEKS, first_week
from study.tallying import SMALLEST_SAMPLE, Counts, shown

BRANCHES_A_PAGE = 25
LARGE = 1000
"""Members of a branch of which not everybody is looked at for one page."""
Sizes = Mapping[int, int]
"""Branch → how many active members."""


def list_top_branches(officer: Actor) -> Sequence[Branch]:
    """Return the branches from which downwards an officer sees progress."""
    paths = officer.scopes(StudyPermission.SEE_PROGRESS)
    return db.session.scalars(select(Branch).where(Branch.path.in_(paths)).order_by(Branch.path)).all()


def get_branch(slug: str, officer: Actor) -> Branch:
    """Return a branch whose progress the actor may see.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    branch = db.session.scalars(select(Branch).where(Branch.slug == slug)).one_or_none()
    if branch is None or not officer.may(StudyPermission.SEE_PROGRESS, branch.path):
        raise NotFound
    return branch


def get_parent(branch: Branch, officer: Actor) -> Branch | None:
    """Return the branch above, if the actor may see it too."""
    parent = db.session.get(Branch, branch.parent_id) if branch.parent_id else None
    return parent if parent and officer.may(StudyPermission.SEE_PROGRESS, parent.path) else None


@dataclass(frozen=True, kw_only=True)
class Line:
    """How far those are who take one course, or belong to one branch."""

    counts: Counts
    may_show: bool = True
    """Whether the share tells about enough people, also beside the other shares."""

    @property
    def share(self) -> int | None:
        """How many in a hundred are done; None for too few people."""
        enough = self.may_show and self.counts.taking >= SMALLEST_SAMPLE
        return percent_of(self.counts.done, self.counts.taking) if enough else None


@dataclass(frozen=True, kw_only=True)
class CourseLine(Line):
    """One course in the report of a branch."""

    id: int
    slug: str
    title: Faces


@dataclass(frozen=True, kw_only=True)
class BranchLine:
    """One branch below, in the report of a branch: what it adds to each course."""

    id: int
    slug: str
    name: Faces
    members: int
    cells: dict[int, Line]
    """By course."""


def list_courses(branch: Branch) -> list[CourseLine]:
    """Return the courses that members of a branch or below take, with how far they are, the most taken first."""
    rows = read_rows(
        select(Course.id, Course.slug, Course.title, *_figures())
        .join(BranchCount, BranchCount.course_id == Course.id)
        .where(BranchCount.branch_id == branch.id)
    )
    lines = [CourseLine(id=row.id, slug=row.slug, title=row.title, counts=Counts(*row[3:])) for row in rows]
    return sorted(lines, key=lambda line: (-line.counts.taking, line.id))


def _figures() -> tuple[Any, ...]:
    return tuple(getattr(BranchCount, name) for name in Counts._fields)


def page_of_branches(
    branch: Branch, courses: Sequence[CourseLine], sizes: Sizes, cursor: str | None
) -> Page[BranchLine]:
    """Return a page of the branches directly below: everybody who takes each of the courses, and how far they are.

    Shares are held back for the whole list at once, so that what one page hides another does not tell.
    """
    children = select(Branch.id, Branch.slug, Branch.name, Branch.position).where(Branch.parent_id == branch.id)
    page = page_of(
        children,
        order=[Branch.position, Branch.id],
        cursor=cursor,
        limit=BRANCHES_A_PAGE,
        descending=False,
        key=lambda row: [row.position, row.id],
    )
    return Page(items=_lines(branch, courses, sizes, page.items), next=page.next, previous=page.previous)


def list_branches(branch: Branch, courses: Sequence[CourseLine], sizes: Sizes) -> list[BranchLine]:
    """Return all branches directly below, as ``page_of_branches`` does: for files."""
    children = select(Branch.id, Branch.slug, Branch.name).where(Branch.parent_id == branch.id)
    return _lines(branch, courses, sizes, db.session.execute(children.order_by(Branch.position, Branch.id)).all())


def _lines(branch: Branch, courses: Sequence[CourseLine], sizes: Sizes, rows: Sequence[Any]) -> list[BranchLine]:
    if not rows:
        return []
    cells = _cells(branch, courses)
    return [
        BranchLine(id=row.id, slug=row.slug, name=row.name, members=sizes.get(row.id, 0), cells=cells.get(row.id, {}))
        for row in rows
    ]


def _cells(branch: Branch, courses: Sequence[CourseLine]) -> dict[int, dict[int, Line]]:
    """Return branch → course → how far everybody is, for all branches directly below."""
    rows = read_rows(
        select(BranchCount.branch_id, BranchCount.course_id, *_figures())
        .join(Branch, Branch.id == BranchCount.branch_id)
        .where(Branch.parent_id == branch.id, BranchCount.course_id.in_([line.id for line in courses]))
        .order_by(Branch.position, Branch.id)
    )
    by_course: dict[int, list[tuple[int, Counts]]] = defaultdict(list)
    for row in rows:
        by_course[row[1]].append((row[0], Counts(*row[2:])))
    cells: dict[int, dict[int, Line]] = defaultdict(dict)
    for course in courses:
        found = by_course[course.id]
        sizes = [counts.taking for _branch, counts in found]
        visible = shown(sizes, rest=max(course.counts.taking - sum(sizes), 0))
        for (branch_id, counts), may_show in zip(found, visible, strict=True):
            cells[branch_id][course.id] = Line(counts=counts, may_show=may_show)
    return cells


def sizes_below(branch: Branch) -> Sizes:
    """Return how many active members a branch and each of those below it has, everybody once in each."""
    inside = Branch.path.startswith(branch.path, autoescape=True)
    paths = {row[0]: row[1] for row in read_rows(select(Branch.id, Branch.path).where(inside))}
    sizes: dict[int, int] = defaultdict(int, {branch.id: 0})
    for branch_id, number in read_rows(_members().where(inside).group_by(Membership.branch_id)):
        for above in _above(paths[branch_id], paths):
            sizes[above] += number
    for branches in _several(branch).values():
        seen: dict[int, int] = defaultdict(int)
        for branch_id in branches:
            for above in _above(paths[branch_id], paths):
                seen[above] += 1
        for above, times in seen.items():
            sizes[above] -= times - 1
    return sizes


def _members() -> AnySelect:
    return (
        select(Membership.branch_id, func.count())
        .join(Branch, Branch.id == Membership.branch_id)
        .join(User, User.id == Membership.user_id)
        .where(User.state == UserState.ACTIVE)
    )


def _above(path: str, known: dict[int, str]) -> list[int]:
    return [int(part) for part in path.strip("/").split("/") if int(part) in known]


def _several(branch: Branch) -> dict[int, list[int]]:
    """Return the branches of those who belong to more than one here: they would count twice."""
    many = select(Membership.user_id).group_by(Membership.user_id).having(func.count() > 1)
    rows = read_rows(
        select(Membership.user_id, Membership.branch_id)
        .join(Branch, Branch.id == Membership.branch_id)
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.user_id.in_(many),
            User.state == UserState.ACTIVE,
            Branch.path.startswith(branch.path, autoescape=True),
        )
    )
    found: dict[int, list[int]] = defaultdict(list)
    for user_id, branch_id in rows:
        found[user_id].append(branch_id)
    return found


@dataclass(frozen=True, kw_only=True)
class Week:
    """How many began and finished a course in one week."""

    monday: date
    begun: int
    done: int


def list_weeks(branch: Branch, course_id: int | None) -> list[Week]:
    """Return the trend of a branch and those below it, of one course or of all, oldest week first."""
    start = first_week()
    statement = (
        select(BranchWeek.week, func.sum(BranchWeek.begun), func.sum(BranchWeek.done))
        .where(BranchWeek.branch_id == branch.id, BranchWeek.week >= start)
        .group_by(BranchWeek.week)
    )
    if course_id is not None:
        statement = statement.where(BranchWeek.course_id == course_id)
    found = {row[0]: (int(row[1]), int(row[2])) for row in read_rows(statement)}
    mondays = [start + timedelta(weeks=number) for number in range(WEEKS)]
    return [Week(monday=day, begun=found.get(day, (0, 0))[0], done=found.get(day, (0, 0))[1]) for day in mondays]


def counted_at() -> datetime | None:
    """Return when the numbers were right for the last time: now, unless something waits to be counted."""
    waiting = or_(Counting.changed != Counting.counted, Counting.recount_at <= utcnow())
    oldest = select(func.min(Counting.counted_at)).where(waiting)
    found: datetime | None = db.session.scalar(oldest)
    return found


def page_of_members(branch: Branch, course_id: int, cursor: str | None, *, members: int) -> Page[Any]:
    """Return a page of the members who take a course, by name: state, lessons done of all, and the day if asked.

    Args:
        branch: they belong to it or below it.
        course_id: the course.
        cursor: where to go on.
        members: how many the branch has. Of a large one, people are looked at in the order of their names until the
            page is full; of a small one, all its members are.
    """
    own = and_(CourseProgress.user_id == User.id, CourseProgress.course_id == course_id)
    not_begun = literal(LearningState.NOT_BEGUN, CourseProgress.__table__.c.state.type)
    belongs = (
        select(Membership.user_id)
        .join(Branch, Branch.id == Membership.branch_id)
        .where(Branch.path.startswith(branch.path, autoescape=True))
    )
    large = members > LARGE
    inside = belongs.where(Membership.user_id == User.id).correlate(User).exists() if large else User.id.in_(belongs)
    taken = select(Enrolment.id).where(
        Enrolment.user_id == User.id, Enrolment.course_id == course_id, Enrolment.left_at.is_(None)
    )
    day = (
        select(func.min(TaskMember.due_at))
        .join(Task, Task.id == TaskMember.task_id)
        .where(
            TaskMember.user_id == User.id,
            TaskMember.ended_at.is_(None),
            Task.course_id == course_id,
            Task.withdrawn_at.is_(None),
        )
        .correlate(User)
        .scalar_subquery()
    )
    statement = (
        select(
            User.id,
            User.display_name,
            User.username,
            func.coalesce(CourseProgress.state, not_begun).label("state"),
            func.coalesce(CourseProgress.done, 0).label("done"),
            func.coalesce(CourseProgress.total, 0).label("total"),
            day.label("due_at"),
        )
        .outerjoin(CourseProgress, own)
        .where(User.state == UserState.ACTIVE, inside, taken.correlate(User).exists())
    )
    return page_of(statement, order=[User.display_name, User.id], cursor=cursor, limit=50, descending=False)
