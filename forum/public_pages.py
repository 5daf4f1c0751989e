"""Public boards and threads, for the sitemap."""

from collections.abc import Sequence

from sqlalchemy import func, select

from core.db import db
from core.permissions import PUBLIC
from core.public_pages import PublicPage
from forum import urls
from forum.models import Board, Thread
from forum.queries.shown import SHOWN_THREAD


class BoardPages:
    """Boards that anybody may read; they change with their threads."""

    name = "boards"

    def last_id(self) -> int:
        """Return the highest id."""
        return db.session.scalar(select(func.max(Board.id))) or 0

    def pages(self, first: int, last: int) -> Sequence[PublicPage]:
        """Return the public boards in a range of ids."""
        newest = select(func.max(Thread.last_posted_at)).where(Thread.board_id == Board.id, SHOWN_THREAD)
        rows = db.session.execute(
            select(Board.slug, func.coalesce(newest.scalar_subquery(), Board.updated_at).label("changed_at"))
            .where(Board.id.between(first, last), Board.audience == PUBLIC)
            .order_by(Board.id)
        )
        return [PublicPage(urls.for_board(row.slug), row.changed_at) for row in rows]


class ThreadPages:
    """Threads that anybody may read."""

    name = "threads"

    def last_id(self) -> int:
        """Return the highest id."""
        return db.session.scalar(select(func.max(Thread.id))) or 0

    def pages(self, first: int, last: int) -> Sequence[PublicPage]:
        """Return the public threads in a range of ids."""
        rows = db.session.execute(
            select(Thread.id, Thread.last_posted_at)
            .where(Thread.id.between(first, last), Thread.audience == PUBLIC, SHOWN_THREAD)
            .order_by(Thread.id)
        )
        return [PublicPage(urls.for_thread(row.id), row.last_posted_at) for row in rows]
