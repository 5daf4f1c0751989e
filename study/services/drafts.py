"""Keeps what authors have typed and not saved."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import delete, func, select

from core.clock import utcnow
from core.db import db
from core.errors import Denied
from core.permissions import Actor
from core.upserts import upsert
from study.errors import TooManyDrafts
from study.models import AuthorDraft

DRAFTS_MAX: Final = 100
SIGNS_MAX: Final = 200_000
"""Both faces of the longest lesson, and what else a form holds."""

NOT_KEPT: Final = frozenset({"csrf_token", "place", "seen", "preview"})


def save_draft(actor: Actor, place: str, fields: Mapping[str, str]) -> datetime:
    """Keep the fields of a form in the stead of what was kept before, and return when.

    Raises:
        Denied: nobody is signed in.
        TooManyDrafts: the author keeps as many as one may, or one that is far too long.
    """
    if actor.id is None:
        raise Denied
    kept = {name: value for name, value in fields.items() if name not in NOT_KEPT}
    mine = AuthorDraft.user_id == actor.id
    known = db.session.scalar(select(AuthorDraft.id).where(mine, AuthorDraft.place == place))
    count = db.session.scalar(select(func.count()).where(mine)) or 0
    if (known is None and count >= DRAFTS_MAX) or sum(map(len, kept.values())) > SIGNS_MAX:
        raise TooManyDrafts
    now = utcnow()
    values = {"user_id": actor.id, "place": place, "content": kept, "updated_at": now}
    db.session.execute(upsert(AuthorDraft, values, ["user_id", "place"], ["content", "updated_at"]))
    return now


def drop_draft(actor: Actor, place: str) -> None:
    """Let go of what was kept for a form; it may be nothing."""
    db.session.execute(
        delete(AuthorDraft)
        .where(AuthorDraft.user_id == actor.id, AuthorDraft.place == place)
        .execution_options(synchronize_session=False)
    )
