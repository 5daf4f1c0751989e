"""The versions of a post with what changed from each to the next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from core.differences import Piece, compare, shortened
from forum import queries
from forum.models import Post

VERSIONS_A_PAGE: Final = 10
"""As many as are compared for one page: each comparison may cost some tenths of a second."""


@dataclass(frozen=True, kw_only=True)
class Version:
    """What a post said at one time, and what was changed to come there."""

    number: int
    title: str
    html: str
    language: str
    moment: datetime
    changes: Sequence[Piece] = ()


@dataclass(frozen=True)
class _Text:
    number: int
    title: str
    body: str
    html: str
    language: str
    moment: datetime

    @property
    def whole(self) -> str:
        return f"{self.title}\n\n{self.body}" if self.title else self.body


def list_versions(post: Post, first: int) -> list[Version]:
    """Return the versions of a post from number ``first`` back, the latest first; 0 is the first of all."""
    title = post.thread.title if post.number == 1 else ""
    present = _Text(post.revision, title, post.body, post.html, post.language, post.edited_at or post.created_at)
    found = queries.list_revisions(post.id, below=first + 1, limit=VERSIONS_A_PAGE + 1)
    texts = [present] if first >= post.revision else []
    texts += [_Text(old.revision, old.title, old.body, old.html, old.language, old.written_at) for old in found]
    versions = []
    for number, text in enumerate(texts[:VERSIONS_A_PAGE]):
        older = texts[number + 1] if number + 1 < len(texts) else None
        changes = shortened(compare(older.whole, text.whole)) if older else ()
        versions.append(
            Version(
                number=text.number,
                title=text.title,
                html=text.html,
                language=text.language,
                moment=text.moment,
                changes=changes,
            )
        )
    return versions
