"""Who is spoken to: ``@name`` in running text, also where Chinese writing leaves no space after the name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

NAME_MAX: Final = 40
MENTIONS_MAX: Final = 30
"""Mentions that are looked at in one text; more would only serve to disturb people."""

MEMBERS: Final = "members"
BRANCHES: Final = "branches"

Named = tuple[str, str]
"""The first part of the address, ``members`` or ``branches``, and the username or slug."""

# An @ inside an address or a word of Latin letters is none; after a Chinese or Japanese character it is one.
AT: Final = re.compile(rf"(?<![A-Za-z0-9_.+/=@-])@([^\W_](?:[\w·-]|\.(?=\w)){{0,{NAME_MAX - 1}}})")
_NARROW: Final = re.compile(r"[A-Za-z0-9_]")


def names_at(run: str) -> Iterator[str]:
    """Yield what a run of letters after @ may name, the longest first; a Latin word is never cut."""
    for end in range(len(run), 0, -1):
        inside_word = end < len(run) and _NARROW.match(run[end]) and _NARROW.match(run[end - 1])
        if not inside_word and (run[end - 1].isalnum() or run[end - 1] == "_"):
            yield run[:end]


def by_name(members: Mapping[str, str], branches: Mapping[str, str]) -> dict[str, Named]:
    """Return whom every name means, letters folded; a member goes before a branch of the same name."""
    rooms = ((BRANCHES, branches), (MEMBERS, members))
    return {name.casefold(): (room, key) for room, names in rooms for name, key in names.items()}


def named_at(run: str, named: Mapping[str, Named]) -> tuple[str, Named] | None:
    """Return the longest name that the run begins with, as typed, and whom it means."""
    for name in names_at(run):
        if found := named.get(name.casefold()):
            return name, found
    return None
