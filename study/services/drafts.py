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
from study.errors import OtherDraft, TooManyDrafts
from study.models import AuthorDraft

DRAFTS_MAX: Final = 100
SIGNS_MAX: Final = 200_000
"""Both faces of the longest lesson, and what else a form holds."""

NOT_KEPT: Final = frozenset(
    {"csrf_token", "place", "seen", "goes_on", "preview", "attach", "alt", "ask", "question_id"}
)


def save_draft(actor: Actor, place: str, fields: Mapping[str, str], goes_on: str = "") -> datetime:
    """Keep the fields of a form in the stead of the draft that they go on with, and return when.

    ``goes_on`` names that draft as ``mark`` does; it is empty where the form came from none.

    Raises:
        Denied: nobody is signed in.
        OtherDraft: another draft is kept, which would be lost.
        TooManyDrafts: the author keeps as many as one may, or one that is far too long.
    """
    if actor.id is None:
        raise Denied
    kept = {name: value for name, value in fields.items() if name not in NOT_KEPT}
    mine = AuthorDraft.user_id == actor.id
    known = db.session.scalars(select(AuthorDraft).where(mine, AuthorDraft.place == place)).one_or_none()
    if known is not None and mark(known) != goes_on:
        raise OtherDraft
    count = db.session.scalar(select(func.count()).where(mine)) or 0
    if (known is None and count >= DRAFTS_MAX) or sum(map(len, kept.values())) > SIGNS_MAX:
        raise TooManyDrafts
    now = utcnow()
    values = {"user_id": actor.id, "place": place, "content": kept, "updated_at": now}
    db.session.execute(upsert(AuthorDraft, values, ["user_id", "place"], ["content", "updated_at"]))
    return now


def mark(draft: AuthorDraft) -> str:
    """Name a draft as it is now; the next save gives it another name."""
    return draft.updated_at.isoformat()


def drop_draft(actor: Actor, place: str) -> None:
    """Let go of what was kept for a form; it may be nothing."""
    db.session.execute(
        delete(AuthorDraft)
        .where(AuthorDraft.user_id == actor.id, AuthorDraft.place == place)
        .execution_options(synchronize_session=False)
    )
