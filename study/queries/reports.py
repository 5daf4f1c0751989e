"""Reads how far the members of a branch and of those below it are: numbers for the branch head, never days or marks."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, func, literal, select
from sqlalchemy.orm import aliased

from accounts.models import Branch, Membership, User, UserState
from core.db import db
from core.errors import NotFound
from core.faces import Faces
from core.pages import Page, page_of
from core.permissions import Actor
from study.completion import percent_of
from study.enums import LearningState
from study.models import Course, CourseProgress, Enrolment
from study.permissions import StudyPermission

SMALLEST_SAMPLE = 5
"""Shares of fewer people than this are not shown."""


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
class Counts:
    """How many of those who take courses are how far."""

    not_begun: int
    under_way: int
    done: int

    @property
    def taking(self) -> int:
        """All of them."""
        return self.not_begun + self.under_way + self.done

    @property
    def share(self) -> int | None:
        """How many in a hundred are done; None for too few people."""
        return percent_of(self.done, self.taking) if self.taking >= SMALLEST_SAMPLE else None


@dataclass(frozen=True, kw_only=True)
class CourseLine:
    """One course in the report of a branch."""

    id: int
    slug: str
    title: Faces
    counts: Counts


@dataclass(frozen=True, kw_only=True)
class BranchLine:
    """One branch below, in the report of a branch."""

    slug: str
    name: Faces
    members: int
    counts: Counts


def count_members(branch: Branch) -> int:
    """Return how many active members belong to a branch or below it."""
    return db.session.scalar(select(func.count()).select_from(_members(branch).subquery())) or 0


def _members(branch: Branch) -> Select[Any]:
    return (
        select(Membership.user_id)
        .join(Branch, Branch.id == Membership.branch_id)
        .join(User, User.id == Membership.user_id)
        .where(Branch.path.startswith(branch.path, autoescape=True), User.state == UserState.ACTIVE)
        .distinct()
    )


def _taken(*conditions: ColumnElement[bool]) -> Subquery:
    """One row for each member and course taken: how far the member is."""
    own = (CourseProgress.user_id == Enrolment.user_id) & (CourseProgress.course_id == Enrolment.course_id)
    not_begun = literal(LearningState.NOT_BEGUN, CourseProgress.__table__.c.state.type)
    return (
        select(
            Enrolment.course_id,
            Enrolment.user_id,
            func.coalesce(CourseProgress.state, not_begun).label("state"),
            func.coalesce(CourseProgress.done, 0).label("done"),
            CourseProgress.total,
        )
        .outerjoin(CourseProgress, own)
        .where(Enrolment.left_at.is_(None), *conditions)
        .subquery()
    )


def _tallied(taken: Subquery) -> tuple[ColumnElement[Any], ...]:
    """Return how many stand in each state, as columns named for it."""
    return tuple(func.count().filter(taken.c.state == state).label(state.value) for state in LearningState)


def _counts(row: Any) -> Counts:
    return Counts(not_begun=int(row.not_begun), under_way=int(row.under_way), done=int(row.done))


def list_courses(branch: Branch) -> list[CourseLine]:
    """Return the courses that members of a branch or below take, with how far they are."""
    taken = _taken(Enrolment.user_id.in_(_members(branch)))
    rows = db.session.execute(
        select(Course.id, Course.slug, Course.title, *_tallied(taken))
        .join(taken, taken.c.course_id == Course.id)
        .group_by(Course.id)
        .order_by(func.count(taken.c.user_id).desc(), Course.id)
    )
    return [CourseLine(id=row.id, slug=row.slug, title=row.title, counts=_counts(row)) for row in rows]


def list_children(branch: Branch, course_id: int | None) -> list[BranchLine]:
    """Return the branches directly below with their members and counts, of one course or of all taken together."""
    child, inner = aliased(Branch), aliased(Branch)
    belongs = (
        select(child.id.label("child_id"), Membership.user_id)
        .join(inner, inner.path.startswith(child.path))
        .join(Membership, Membership.branch_id == inner.id)
        .join(User, User.id == Membership.user_id)
        .where(child.parent_id == branch.id, User.state == UserState.ACTIVE)
        .distinct()
        .subquery()
    )
    conditions = [Enrolment.course_id == course_id] if course_id else []
    taken = _taken(Enrolment.user_id.in_(_members(branch)), *conditions)
    rows = db.session.execute(
        select(
            Branch.slug,
            Branch.name,
            func.count(func.distinct(belongs.c.user_id)).label("members"),
            *_tallied(taken),
        )
        .outerjoin(belongs, belongs.c.child_id == Branch.id)
        .outerjoin(taken, taken.c.user_id == belongs.c.user_id)
        .where(Branch.parent_id == branch.id)
        .group_by(Branch.id)
        .order_by(Branch.position, Branch.id)
    )
    return [BranchLine(slug=row.slug, name=row.name, members=row.members, counts=_counts(row)) for row in rows]


def page_of_members(branch: Branch, course_id: int, cursor: str | None) -> Page[Any]:
    """Return a page of the members who take a course: id, name, state, lessons done and their number."""
    taken = _taken(Enrolment.user_id.in_(_members(branch)), Enrolment.course_id == course_id)
    statement = select(
        User.id,
        User.display_name,
        User.username,
        taken.c.state,
        taken.c.done,
        func.coalesce(taken.c.total, 0).label("total"),
    ).join(taken, taken.c.user_id == User.id)
    return page_of(statement, order=[User.display_name, User.id], cursor=cursor, limit=50, descending=False)
