"""Who of many people may read something: the question ``Actor.can_read`` turned round, asked once about all of them."""

from collections.abc import Collection, Iterator

from sqlalchemy import ColumnElement, literal, or_, select

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
    elif kind in {"branch", "staff"}:
        path = select(Branch.path).where(Branch.id == int(number)).scalar_subquery()
        # An office reaches from its branch down.
        above = select(Grant.user_id).join(Branch, Branch.id == Grant.branch_id)
        yield User.id.in_(above.where(Grant.role != Role.MEMBER, path.startswith(Branch.path)))
        if kind == "branch":
            # What is published to a branch is for everybody below it.
            inside = Branch.path.contains(f"/{int(number)}/", autoescape=True)
            for held in (Membership, Grant):
                yield User.id.in_(select(held.user_id).join(Branch, Branch.id == held.branch_id).where(inside))
    else:
        yield User.id.in_(sorted(feature_readers(kind, int(number), people))) if number else literal(value=False)
