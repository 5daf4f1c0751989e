"""Keeping what is begun, and letting go of it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, delete, func, or_, select

from core.clock import utcnow
from core.db import db
from core.permissions import Actor
from core.upserts import upsert
from forum.drafting import SAVED, DraftPlace, has_text
from forum.errors import TooManyDrafts
from forum.models import Post, SavedDraft

DRAFTS_MAX: Final = 200
"""Drafts of one member: enough for every thread somebody can follow, not enough to fill the disk."""

LATE: Final = timedelta(minutes=2)
"""How long what a script sends may be under way."""


def save_draft(
    actor: Actor, place: DraftPlace, fields: Mapping[str, Any], *, publish_at: datetime | None = None
) -> datetime | None:
    """Keep a text for one place, in the stead of what was kept there, and return when.

    An emptied form lets go of what was kept: None. What was to be published by the clock waits for its author again
    unless ``publish_at`` says when.

    Raises:
        TooManyDrafts: this member keeps as many as one may.
    """
    if not has_text(fields):
        drop_draft(actor, place)
        return None
    mine = SavedDraft.user_id == actor.id
    known = db.session.scalar(select(SavedDraft.id).where(mine, SavedDraft.place == str(place)))
    if known is None and (db.session.scalar(select(func.count()).where(mine)) or 0) >= DRAFTS_MAX:
        raise TooManyDrafts
    now = utcnow()
    values = {
        "user_id": actor.id,
        "place": str(place),
        "content": {**fields, SAVED: now.isoformat()},
        "publish_at": publish_at,
        "problem": "",
        "updated_at": now,
    }
    changed = ("content", "publish_at", "problem", "updated_at")
    db.session.execute(upsert(SavedDraft, values, ["user_id", "place"], changed))
    return now


def is_published(actor: Actor, place: DraftPlace, fields: Mapping[str, Any]) -> bool:
    """Tell whether a text that a script saves was published while it was under way: whole, or as far as it went."""
    text, since = str(fields.get("body") or "").strip(), utcnow() - LATE
    if not text:
        return False
    bodies = db.session.scalars(
        select(Post.body).where(
            Post.author_id == actor.id, or_(Post.created_at >= since, Post.edited_at >= since), _written_for(place)
        )
    )
    return any(body.strip().startswith(text) for body in bodies)


def _written_for(place: DraftPlace) -> ColumnElement[bool]:
    if place.kind == "thread":
        return Post.thread_id == place.id
    if place.kind == "post":
        return Post.parent_id == place.id
    return Post.id == place.id if place.kind == "edit" else Post.number == 1


def drop_draft(actor: Actor, place: DraftPlace | None) -> None:
    """Let go of what is kept for a place; it may be nothing."""
    if place is not None:
        db.session.execute(
            delete(SavedDraft)
            .where(SavedDraft.user_id == actor.id, SavedDraft.place == str(place))
            .execution_options(synchronize_session=False)
        )
