"""Markdown in, safe HTML out: the only door through which anybody's text becomes markup.

Four gates stand in a row, each enough by itself: the parser knows no raw HTML, bleach and nh3 apply one allow-list, and
the last pass looks at every link once more.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2s
from types import MappingProxyType
from typing import Any, Final

from core.errors import Invalid
from core.i18n import _l
from core.markup import clean, mentions, parser
from core.markup.attached import Attached
from core.markup.boxes import asked_names
from core.text import normalise

__all__ = [
    "NOBODY",
    "NO_FILES",
    "RENDER_VERSION",
    "SOURCE_MAX",
    "Rendered",
    "SourceTooLong",
    "asked_names",
    "mention_candidates",
    "render",
    "without_veiled",
]

RENDER_VERSION: Final = 3
"""Rises when the same source gives other HTML; stored beside it, so that a command can render old rows again."""

SOURCE_MAX: Final = 32_000
"""Characters of source that are rendered at all."""

NOBODY: Final[Mapping[str, str]] = MappingProxyType({})
NO_FILES: Final[Mapping[str, Attached]] = MappingProxyType({})

_VEILED: Final = re.compile(
    r'<span class="veil" tabindex="0"><span>.*?</span></span>|<details class="veil"[^>]*>(?:(?!<details).)*?</details>',
    re.DOTALL,
)


class SourceTooLong(Invalid):
    """The text is longer than anything that is rendered."""

    message = _l("This may have %(limit)s characters; it has %(length)s.")


@dataclass(frozen=True, slots=True)
class Rendered:
    """Safe HTML, and the members (usernames) and branches (slugs) it speaks to, each once, in order."""

    html: str
    mentions: tuple[str, ...] = ()
    branches: tuple[str, ...] = ()


def render(
    source: str,
    *,
    members: Mapping[str, str] = NOBODY,
    branches: Mapping[str, str] = NOBODY,
    files: Mapping[str, Attached] = NO_FILES,
    asks: Mapping[str, str] | None = None,
    heading: int = 3,
    anchors: bool = False,
    breaks: bool | None = None,
) -> Rendered:
    """Turn Markdown into safe HTML.

    Args:
        source: what somebody typed.
        members: the names that may be mentioned, as typed after @, to usernames.
        branches: such names to slugs of branches; a member of the same name goes first.
        files: what hangs on the text, by the address at which it is had.
        asks: the questions that may be asked, by name or number, to what names their place; None where none may.
        heading: the level the highest heading gets; the others follow without a gap.
        anchors: give every top-level block an id, ``p1``, ``p2`` and so on.
        breaks: show a line end as a line break. Left out, posts do (people type them so) and texts with anchors do not.

    Raises:
        SourceTooLong: there are more than ``SOURCE_MAX`` characters.
    """
    text = _checked(source)
    env: dict[str, Any] = {
        "named": mentions.by_name(members, branches),
        "mentions": [],
        "files": files,
        "heading": heading,
        "anchors": anchors,
        "breaks": breaks if breaks is not None else not anchors,
        # Footnotes of two texts on one page must not share ids.
        "docId": blake2s(text.encode(), digest_size=4).hexdigest(),
    }
    if asks is not None:
        env["asks"] = asks
    html = parser.to_html(text, env)
    spoken_to = dict.fromkeys(env["mentions"])
    return Rendered(
        clean.clean(html),
        mentions=tuple(key for room, key in spoken_to if room == mentions.MEMBERS),
        branches=tuple(key for room, key in spoken_to if room == mentions.BRANCHES),
    )


def safe(html: str) -> str:
    """Return HTML that a document was turned into with nothing in it but what is allowed: the same gates, no parser."""
    return clean.clean(normalise(html))


def mention_candidates(source: str) -> set[str]:
    """Return every name that an @ in the source may mean: look these up and give the found ones to ``render``."""
    if "@" not in source:
        return set()
    found: set[str] = set()
    parser.parse(_checked(source), {"candidates": found})
    return found


def without_veiled(html: str) -> str:
    """Return rendered HTML without what waits behind a veil: for excerpts, which nobody has asked to unveil."""
    while "veil" in html:
        html, found = _VEILED.subn(" … ", html)
        if not found:
            break
    return html


def _checked(source: str) -> str:
    if len(source) > SOURCE_MAX:
        raise SourceTooLong(limit=SOURCE_MAX, length=len(source))
    return normalise(source)
