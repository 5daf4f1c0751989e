"""Who of many people may read something: the question ``Actor.can_read`` turned round, asked once about all of them."""

from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import ColumnElement, exists, literal, or_, select
from sqlalchemy.orm import aliased

from accounts.models import Branch, Grant, Membership, User, UserState
from core.db import db
from core.permissions import MEMBERS, PUBLIC, Role, feature_readers

PEOPLE_A_QUESTION = 5_000


def readers_among(people: Collection[int], audience: str) -> set[int]:
    """Return those of the people who are active and belong to an audience now."""
    found: set[int] = set()
    for some in _parts(sorted(set(people))):
        active = select(User.id).where(User.id.in_(some), User.state == UserState.ACTIVE)
        if audience not in {PUBLIC, MEMBERS}:
            active = active.where(or_(*_ways_in(audience, some)))
        found.update(db.session.scalars(active))
    return found


def _parts(people: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(people), PEOPLE_A_QUESTION):
        yield people[start : start + PEOPLE_A_QUESTION]


def _ways_in(audience: str, people: list[int]) -> Iterator[ColumnElement[bool]]:
    """Yield every condition on a person that opens the audience, each standing for tokens ``accounts.actors`` gives."""
    kind, _sign, number = audience.partition(":")
    if kind == "user":
        yield User.id == int(number)
    elif kind == "staff":
        yield heads(User.id, int(number))
    elif kind == "branch":
        yield belongs(User.id, int(number))
    else:
        yield User.id.in_(sorted(feature_readers(kind, int(number), people))) if number else literal(value=False)


def heads(user_id: Any, branch_id: Any) -> ColumnElement[bool]:
    """Return the condition that somebody holds an office over a branch: one reaches from its branch down."""
    wanted, held = aliased(Branch), aliased(Branch)
    above = (wanted.id == branch_id, wanted.path.startswith(held.path), Grant.branch_id == held.id)
    office = exists().where(Grant.user_id == user_id, Grant.role != Role.MEMBER, *above)
    return office.correlate_except(Grant, wanted, held)


def belongs(user_id: Any, branch_id: Any) -> ColumnElement[bool]:
    """Return the condition that a branch is somebody's: theirs, one above it, or one below an office of theirs."""
    wanted, own = aliased(Branch), aliased(Branch)
    inside = (wanted.id == branch_id, own.path.startswith(wanted.path))
    ways = [
        exists()
        .where(table.user_id == user_id, table.branch_id == own.id, *inside)
        .correlate_except(table, wanted, own)
        for table in (Membership, Grant)
    ]
    return or_(*ways, heads(user_id, branch_id))
