"""Offices in which somebody may write: what they are called, and whether they are held."""

from typing import Final, NamedTuple

from sqlalchemy import select

from accounts.models import Branch, Grant
from core.db import db
from core.errors import Denied
from core.faces import Faces
from core.permissions import Actor, Role

# Both faces stand in the post for good, whoever reads it: so the words are no strings of the interface.
ROLES: Final = {
    Role.OFFICER: Faces("负责人", "Officer"),
    Role.MODERATOR: Faces("版主", "Moderator"),
    Role.INSTRUCTOR: Faces("讲师", "Instructor"),
    Role.ADMINISTRATOR: Faces("管理员", "Administrator"),
}


class Office(NamedTuple):
    """One office somebody holds over a place: the value of the choice, and its words."""

    key: str
    words: Faces


def words_of(role: Role, branch_name: Faces) -> Faces:
    """Return what an office is called in both languages; a branch with one name bears it in both."""
    title = ROLES[role]
    return Faces(zh=f"{branch_name.pick('zh-Hans')} {title.zh}", en=f"{title.en}, {branch_name.pick('en')}")


def offices_of(actor: Actor, scope: str | None) -> list[Office]:
    """Return the offices a person holds over the branch at ``scope``, or anywhere, as known when the request began."""
    return [
        Office(f"{held.role.value}:{held.branch_id}", words_of(held.role, held.branch_name))
        for held in actor.roles
        if held.role in ROLES and (scope is None or scope.startswith(held.path))
    ]


def held_office(actor: Actor, key: str, scope: str) -> Faces | None:
    """Return the words of an office that is held at this very moment; None for nobody's (``""``).

    The grant is read inside the caller's transaction: it may have ended since the form was opened.

    Raises:
        Denied: it is not held over the branch at ``scope``.
    """
    if not key:
        return None
    role, _sign, branch_id = key.partition(":")
    if role not in set(Role) or not branch_id.isdecimal() or len(branch_id) > 9:
        raise Denied
    found = db.session.execute(
        select(Branch.path, Branch.name)
        .join(Grant, Grant.branch_id == Branch.id)
        .where(Grant.user_id == actor.id, Grant.role == Role(role), Branch.id == int(branch_id))
    ).one_or_none()
    if found is None or Role(role) not in ROLES or not scope.startswith(found.path):
        raise Denied
    return words_of(Role(role), found.name)
