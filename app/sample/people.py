"""Fills in the tree of branches and the people with their offices."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from accounts.actors import actor_for
from accounts.enums import BranchKind
from accounts.models import Branch, User
from accounts.services import ensure_root
from accounts.services.branches import add_branch, change_branch
from accounts.services.joining import insert_user
from accounts.services.people import give_role, join_branch
from app.sample.reading import faces
from core.permissions import Actor, Role, branch_audience

OF_BRANCH = "branch:"
MAIL_HOST = "qinghe.example"


@dataclass
class Cast:
    """Who is who: branches by slug, people by username."""

    branches: dict[str, Branch] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)

    def actor(self, username: str) -> Actor:
        """Return a person with the rights held at this moment.

        Raises:
            LookupError: nobody has the name.
        """
        found = actor_for(self.users[username].id)
        if found is None:
            raise LookupError(username)
        return found

    def audience(self, words: str) -> str:
        """Return an audience; the sample names branches by slug."""
        if words.startswith(OF_BRANCH):
            return branch_audience(self.branches[words.removeprefix(OF_BRANCH)].id)
        return words


def fill_people(plan: Mapping[str, Any], password_hash: str) -> Cast:
    """Make the branches and the people; everybody gets the same password."""
    cast, root, top = Cast(), ensure_root(), plan["root"]
    _grow(cast, root, top["slug"], plan["branches"])
    for person in plan["people"]:
        _enter(cast, person, password_hash, plan["time_zone"])
    administrator = cast.actor(plan["people"][0]["username"])
    change_branch(
        root, name=faces(top["name"]), slug=top["slug"], kind=root.kind, position=root.position, actor=administrator
    )
    return cast


def _grow(cast: Cast, root: Branch, slug: str, others: Sequence[Mapping[str, Any]]) -> None:
    cast.branches[slug] = root
    for position, entry in enumerate(others):
        cast.branches[entry["slug"]] = add_branch(
            cast.branches[entry.get("parent", slug)],
            name=faces(entry["name"]),
            slug=entry["slug"],
            kind=BranchKind(entry["kind"]),
            actor=None,
            position=position,
        )


def _enter(cast: Cast, person: Mapping[str, Any], password_hash: str, time_zone: str) -> None:
    username = person["username"]
    user = insert_user(
        User(
            username=username,
            display_name=person["name"],
            email=f"{username}@{MAIL_HOST}",
            password_hash=password_hash,
            locale=person.get("locale", ""),
            time_zone=time_zone,
            about=person.get("about", ""),
        )
    )
    cast.users[username] = user
    join_branch(user, cast.branches[person["branch"]], None)
    for grant in person.get("grants", ()):
        give_role(user, Role(grant["role"]), cast.branches[grant["branch"]], None)
