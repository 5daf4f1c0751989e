"""The accepted answer of a question, as its page shows it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from accounts.models import User, UserState
from core.db import read_rows
from core.faces import Faces
from core.markup import without_veiled
from core.text import excerpt, plain
from forum.enums import ThreadKind
from forum.models import Post
from forum.queries.shown import SHOWN_POST

WHOLE_MAX = 600
"""Up to so many characters an answer is shown whole under its question."""

EXCERPT_LENGTH = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The reply that the asker or a moderator accepted."""

    id: int
    number: int
    html: str
    """Empty where the answer is too long to stand under the question whole."""
    beginning: str
    language: str
    created_at: datetime
    office: Faces | None
    username: str
    author_name: str
    erased: bool


_ANSWER = (
    select(
        Post.id,
        Post.number,
        Post.html,
        Post.language,
        Post.created_at,
        Post.office,
        User.username,
        User.display_name,
        User.state,
    )
    .join(User, User.id == Post.author_id)
    # The mark stays on the thread while the post is away: hidden, deleted, or moved to another thread.
    .where(Post.id == bindparam("post_id"), Post.thread_id == bindparam("thread_id"), SHOWN_POST)
)


def find_answer(thread: Any) -> Answer | None:
    """Return the accepted answer of a thread's head row as far as it is shown; asks only where there may be one."""
    if thread.kind is not ThreadKind.QUESTION or thread.accepted_post_id is None:
        return None
    row = read_rows(_ANSWER, {"post_id": thread.accepted_post_id, "thread_id": thread.id}).one_or_none()
    if row is None:
        return None
    words = plain(without_veiled(row.html))
    return Answer(
        id=row.id,
        number=row.number,
        html=row.html if len(words) <= WHOLE_MAX else "",
        beginning=excerpt(words, EXCERPT_LENGTH),
        language=row.language,
        created_at=row.created_at,
        office=row.office,
        username=row.username,
        author_name=row.display_name,
        erased=row.state is UserState.ERASED,
    )
