"""Reads about branches and who belongs to them."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import case, func, select

from accounts.enums import UserState
from accounts.models import Branch, Grant, Membership, User
from core.db import db
from core.errors import NotFound
from core.pages import Page, page_of
from core.permissions import Role
from core.text import normalise


def get_branch(slug: str) -> Branch:
    """Return a branch by the name in its address.

    Raises:
        NotFound: there is none.
    """
    branch = db.session.scalars(select(Branch).where(Branch.slug == normalise(slug[:100]))).one_or_none()
    if branch is None:
        raise NotFound
    return branch


def get_branch_by_id(branch_id: int) -> Branch:
    """Return a branch.

    Raises:
        NotFound: there is none.
    """
    branch = db.session.get(Branch, branch_id)
    if branch is None:
        raise NotFound
    return branch


def list_branches(below: str = "/") -> Sequence[Branch]:
    """Return the branches at and below a path as a tree read from the top: each before its children."""
    statement = select(Branch).where(Branch.path.startswith(below, autoescape=True))
    branches = db.session.scalars(statement).all()
    known = {branch.id: branch for branch in branches}

    def place(branch: Branch) -> list[tuple[int, int]]:
        line = [known[int(part)] for part in branch.path.strip("/").split("/") if int(part) in known]
        return [(each.position, each.id) for each in line]

    return sorted(branches, key=place)


def list_line(branch: Branch) -> Sequence[Branch]:
    """Return a branch's ancestors from the root down, without itself."""
    ids = [int(part) for part in branch.path.strip("/").split("/")][:-1]
    found = {each.id: each for each in db.session.scalars(select(Branch).where(Branch.id.in_(ids)))}
    return [found[each] for each in ids if each in found]


def list_children(branch: Branch) -> Sequence[Branch]:
    """Return the branches directly below one."""
    statement = select(Branch).where(Branch.parent_id == branch.id).order_by(Branch.position, Branch.id)
    return db.session.scalars(statement).all()


class Officer(NamedTuple):
    """A person and the office held at one branch."""

    username: str
    display_name: str
    role: Role


def list_officers(branch: Branch) -> Sequence[Officer]:
    """Return who holds an office at this very branch."""
    statement = (
        select(User.username, User.display_name, Grant.role)
        .join(Grant, Grant.user_id == User.id)
        .where(Grant.branch_id == branch.id, User.state == UserState.ACTIVE, Grant.role != Role.MEMBER)
        .order_by(Grant.id)
    )
    return [Officer(*row) for row in db.session.execute(statement)]


class Strength(NamedTuple):
    """How many active members a branch has: with the branches below it, everybody once, and itself."""

    whole: int
    here: int


def count_members(branch: Branch) -> Strength:
    """Count the active members of a branch."""
    here = case((Membership.branch_id == branch.id, Membership.user_id))
    statement = (
        select(func.count(func.distinct(Membership.user_id)), func.count(func.distinct(here)))
        .join(Branch, Branch.id == Membership.branch_id)
        .join(User, User.id == Membership.user_id)
        .where(Branch.path.startswith(branch.path, autoescape=True), User.state == UserState.ACTIVE)
    )
    return Strength(*db.session.execute(statement).one())


def list_members(branch: Branch, cursor: str | None = None) -> Page[User]:
    """Return a page of the active members of one branch, by user id."""
    statement = (
        select(User)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.branch_id == branch.id, User.state == UserState.ACTIVE)
    )
    return page_of(statement, order=[User.id], cursor=cursor, limit=50, descending=False)
