"""Unread posts that are addressed to a member: answers to them, and posts that mention them."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import select

from accounts.models import User
from core import news
from core.db import db
from core.permissions import Actor, readable
from forum import notices, runs
from forum.models import Board, Post, ReadPosition, Thread
from forum.queries.reading import has_unread, read_number, with_reading
from forum.queries.shown import SHOWN_POST, SHOWN_THREAD

KINDS: Final = tuple(kind.code for kind in (notices.MENTION, notices.REPLY, notices.BRANCH))
LOOKED_AT: Final = 50
"""Notices among which unread posts are looked for."""
SHOWN: Final = 10


def list_addressed(actor: Actor) -> Sequence[tuple[str, Any]]:
    """Return the latest unread posts that were told to a member as answers or mentions, each with the kind of notice.

    Posts have id, html, language, created_at, author_name, title and board_title. What was hidden since, or is no
    longer for this reader, is left out.
    """
    kinds = {ref.id: kind for kind, ref in reversed(news.told(actor, KINDS, LOOKED_AT)) if ref.kind == "post"}
    if not kinds:
        return []
    statement = (
        select(
            Post.id,
            Post.number,
            Post.html,
            Post.language,
            Post.created_at,
            User.display_name.label("author_name"),
            Thread.title,
            Board.title.label("board_title"),
            read_number(actor.id).label("read_number"),
            ReadPosition.ahead,
        )
        .join(Thread, Thread.id == Post.thread_id)
        .join(Board, Board.id == Thread.board_id)
        .join(User, User.id == Post.author_id)
        .where(Post.id.in_(sorted(kinds)), SHOWN_POST, SHOWN_THREAD, readable(Thread.audience, actor))
        .where(has_unread(actor), Post.author_id != actor.id)
        .order_by(Post.created_at.desc(), Post.id.desc())
    )
    rows = db.session.execute(with_reading(statement, actor))
    return [(kinds[row.id], row) for row in rows if _is_unread(row)][:SHOWN]


def _is_unread(post: Any) -> bool:
    return bool(post.number > post.read_number) and not runs.contains(post.ahead or (), post.number)
