"""Who may do what, and who may read what.

A right is named (``forum.reply``) and comes from grants: (role, branch) holds in that branch and below. A readable
thing carries one ``audience`` string; a reader has one set of audience tokens. Lists and searches filter by the set
inside the query, single pages test membership.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement

from core.errors import Denied

PUBLIC = "public"
MEMBERS = "members"
ROOT = "/1/"
"""Path of the root branch, which is the site itself."""


class Permission(StrEnum):
    """Base of the features' named rights, ``feature.act``."""


class Role(StrEnum):
    """What a person may be within a branch and below it."""

    MEMBER = "member"
    INSTRUCTOR = "instructor"
    MODERATOR = "moderator"
    OFFICER = "officer"
    ADMINISTRATOR = "administrator"


_rights: dict[Role, set[Permission]] = defaultdict(set)


def allow(role: Role, *permissions: Permission) -> None:
    """Give a role these rights; called once by each feature's ``permissions.py``."""
    _rights[role].update(permissions)


def role_holds(role: Role, permission: Permission) -> bool:
    """Tell whether a role carries a right. An administrator carries all."""
    return role is Role.ADMINISTRATOR or permission in _rights[role]


def branch_audience(branch_id: int) -> str:
    """Audience of a branch and everybody below it."""
    return f"branch:{branch_id}"


def course_audience(course_id: int) -> str:
    """Audience of those enrolled in a course."""
    return f"course:{course_id}"


def staff_audience(branch_id: int) -> str:
    """Audience of those who hold an office over a branch."""
    return f"staff:{branch_id}"


def user_audience(user_id: int) -> str:
    """Audience of one person."""
    return f"user:{user_id}"


@dataclass(frozen=True, kw_only=True)
class HeldRole:
    """A role and the path of the branch from which it holds downwards."""

    role: Role
    branch_id: int
    path: str
    branch_name: Any = field(default=None, compare=False)


@dataclass(frozen=True, kw_only=True)
class Actor:
    """The person behind a request or command, detached from any row. A visitor has no ``id``.

    The ``is_…`` names and ``get_id`` are what Flask-Login asks for.
    """

    id: int | None = None
    username: str = ""
    display_name: str = ""
    tokens: frozenset[str] = frozenset({PUBLIC})
    roles: tuple[HeldRole, ...] = ()
    branch_ids: tuple[int, ...] = ()
    unread_count: int = 0
    locale: str = ""
    time_zone: str = ""
    session_id: int | None = None
    branch_name: Any = field(default=None, compare=False)

    @property
    def is_authenticated(self) -> bool:
        """Tell whether somebody is signed in."""
        return self.id is not None

    @property
    def is_active(self) -> bool:
        """Tell the same: suspended people have no sessions."""
        return self.id is not None

    @property
    def is_anonymous(self) -> bool:
        """Tell whether this is a visitor."""
        return self.id is None

    def get_id(self) -> str:
        """Return the id as text."""
        return str(self.id)

    def may(self, permission: Permission, scope: str = ROOT) -> bool:
        """Tell whether a right is held at the branch with path ``scope``."""
        if self.id is None:
            return False
        if permission in _rights[Role.MEMBER]:
            return True
        return any(scope.startswith(held.path) and role_holds(held.role, permission) for held in self.roles)

    def may_anywhere(self, permission: Permission) -> bool:
        """Tell whether a right is held at any branch at all."""
        if self.id is None:
            return False
        return permission in _rights[Role.MEMBER] or any(role_holds(held.role, permission) for held in self.roles)

    def scopes(self, permission: Permission) -> tuple[str, ...]:
        """Return the paths of the branches from which downwards a right is held by an office."""
        return tuple(held.path for held in self.roles if role_holds(held.role, permission))

    def can_read(self, audience: str) -> bool:
        """Tell whether this reader belongs to an audience."""
        return audience in self.tokens


VISITOR = Actor()


def require(actor: Actor, permission: Permission, scope: str = ROOT) -> None:
    """Do nothing if the right is held.

    Raises:
        Denied: it is not.
    """
    if not actor.may(permission, scope):
        raise Denied(permission)


def readable(column: Any, actor: Actor) -> ColumnElement[bool]:
    """Return the condition that a row's audience is one of the reader's: the SQL twin of ``may_read``."""
    condition: ColumnElement[bool] = column.in_(sorted(actor.tokens))
    return condition


def may_read(actor: Actor, audience: str) -> bool:
    """Tell whether the reader belongs to the audience."""
    return actor.can_read(audience)


TokenSource = Callable[[int, tuple[HeldRole, ...]], Iterable[str]]
_token_sources: list[TokenSource] = []


def token_source(source: TokenSource) -> TokenSource:
    """Register a feature's audience tokens of a person, such as the courses of an enrolment."""
    if source not in _token_sources:
        _token_sources.append(source)
    return source


def feature_tokens(user_id: int, roles: tuple[HeldRole, ...]) -> set[str]:
    """Collect the tokens that features give a person."""
    return {token for source in _token_sources for token in source(user_id, roles)}


FindingSource = Callable[[Actor], Iterable[str]]
_finding_sources: list[FindingSource] = []


def finding_source(source: FindingSource) -> FindingSource:
    """Register tokens of a person that only searches ask for: what is cheap once a search is dear at every request."""
    if source not in _finding_sources:
        _finding_sources.append(source)
    return source


def finding(actor: Actor) -> Actor:
    """Return a reader with all tokens that a search asks for; a visitor has none but those of everybody."""
    if actor.id is None:
        return actor
    more = {token for source in _finding_sources for token in source(actor)}
    return replace(actor, tokens=actor.tokens | more)


ReaderSource = Callable[[int, list[int]], Iterable[int]]
_reader_sources: dict[str, ReaderSource] = {}


def reader_source(kind: str) -> Callable[[ReaderSource], ReaderSource]:
    """Register which of many people belong to a feature's audience ``kind:<id>``: a token source turned round."""

    def register(source: ReaderSource) -> ReaderSource:
        _reader_sources[kind] = source
        return source

    return register


def feature_readers(kind: str, number: int, people: list[int]) -> Iterable[int]:
    """Return those of the people who belong to a feature's audience; nobody where no feature knows the kind."""
    source = _reader_sources.get(kind)
    return source(number, people) if source else ()
