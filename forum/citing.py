"""Which threads and posts of this site a text points at: read from its stored HTML, without a database."""

import re
from functools import lru_cache
from typing import Final, NamedTuple

NAMED_MAX: Final = 50
"""Threads that one post may cite; more is a list of links, not a conversation."""
_LARGEST: Final = 2**31 - 1


class Named(NamedTuple):
    """Ids that a text points at."""

    threads: frozenset[int]
    posts: frozenset[int]


@lru_cache(maxsize=4)
def _links(base: str) -> re.Pattern[str]:
    return re.compile(rf'<a href="(?:{re.escape(base)})?/forum/(threads|posts)/(\d{{1,10}})(?=["/?#])')


def named_in(html: str, base: str) -> Named:
    """Return what the links of clean HTML lead to, with or without the site's address before them."""
    if "/forum/" not in html:
        return Named(frozenset(), frozenset())
    found: dict[str, set[int]] = {"threads": set(), "posts": set()}
    for kind, digits in _links(base).findall(html)[:NAMED_MAX]:
        if 0 < int(digits) <= _LARGEST:
            found[kind].add(int(digits))
    return Named(frozenset(found["threads"]), frozenset(found["posts"]))
