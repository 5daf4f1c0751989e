"""The access matrix: route × role × object. ``tests/test_access.py`` runs it over every room's rows."""

from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

ROLES = ("visitor", "member", "instructor", "moderator", "officer", "administrator")


class World(SimpleNamespace):
    """People and whatever objects the rooms' ``furnish`` functions put in.

    Always there: ``root``, ``branch``, ``other_branch``, ``member``, ``instructor``, ``moderator`` (both at the root),
    ``officer`` (of ``branch``), ``administrator``.
    """


@dataclass(frozen=True)
class Row:
    """One route asked once as every role: the status each must get."""

    endpoint: str
    method: str
    url: Callable[[Any], str]
    visitor: int
    member: int
    instructor: int
    moderator: int
    officer: int
    administrator: int
    data: Callable[[Any], dict[str, Any]] = field(default=lambda world: {})
    note: str = ""
