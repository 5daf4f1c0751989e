"""Threads that wait for their moment: published once, with the rights their author has then."""

from datetime import datetime

from sqlalchemy import select, update

from core.clock import utcnow
from core.db import db
from core.notifications import tell
from core.permissions import Actor
from core.refs import Ref
from forum import notices, queries
from forum.composing import Draft
from forum.models import Post, SavedDraft
from forum.services.threads import Opening, start_thread

BATCH = 50
PROBLEM_MAX = 300


def list_due(after_id: int) -> list[int]:
    """Return the ids of the next drafts whose moment has come."""
    return list(
        db.session.scalars(
            select(SavedDraft.id)
            .where(SavedDraft.publish_at <= utcnow(), SavedDraft.id > after_id)
            .order_by(SavedDraft.id)
            .limit(BATCH)
        )
    )


def publish_thread(
    draft_id: int, version: datetime, actor: Actor, board_id: int, opening: Opening, draft: Draft
) -> Post | None:
    """Turn a draft, as it was saved at ``version``, into a thread; None when it is gone or changed meanwhile.

    The draft's row is held first and deleted in the same transaction: of two that try, one finds it.

    Raises:
        NotFound: the author may not see the board any more.
        BoardArchived, BoardClosed, Denied: as ``start_thread``.
    """
    statement = select(SavedDraft).where(SavedDraft.id == draft_id, SavedDraft.user_id == actor.id)
    held = db.session.scalars(statement.with_for_update()).one_or_none()
    if held is None or held.updated_at != version:
        return None
    board = queries.get_board_by_id(board_id, actor, lock=True)
    post = start_thread(board, actor, opening, draft, key=str(held.content.get("key") or ""))
    db.session.delete(held)
    db.session.flush()
    return post


def refuse(draft_id: int, version: datetime, problem: str) -> None:
    """Leave a draft to its author with the reason why the clock could not publish it, and tell the author."""
    statement = select(SavedDraft).where(SavedDraft.id == draft_id)
    held = db.session.scalars(statement.with_for_update()).one_or_none()
    if held is None or held.publish_at is None or held.updated_at != version:
        return
    moment, held.publish_at, held.problem = held.publish_at, None, problem[:PROBLEM_MAX]
    db.session.flush()
    tell(
        [held.user_id],
        notices.UNPUBLISHED.code,
        subject=Ref("draft", held.id),
        url=f"/forum/drafts/{held.id}",
        key=f"forum.draft:{held.id}:{moment.isoformat()}",
        title=str(held.content.get("title") or ""),
        reason=problem,
    )


def unschedule(draft_id: int, actor: Actor) -> None:
    """Take a draft off the clock; it stays with its author. Twice changes nothing."""
    db.session.execute(
        update(SavedDraft)
        .where(SavedDraft.id == draft_id, SavedDraft.user_id == actor.id)
        .values(publish_at=None)
        .execution_options(synchronize_session=False)
    )
