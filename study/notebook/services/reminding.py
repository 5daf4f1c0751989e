"""Tells those who want to hear of it, once a day, that cards are due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import select

from accounts.actors import actor_for
from core.clock import utcnow
from core.db import db
from core.i18n import zone_of
from core.notifications import tell
from core.refs import Ref
from study.models import Notebook
from study.notebook import urls
from study.notebook.queries.cards import get_day
from study.notebook.services.settings import next_morning
from study.notices import CARDS_DUE

NOTEBOOKS_A_TURN: Final = 20


@dataclass(frozen=True, kw_only=True)
class Due:
    """A member whose morning has come."""

    user_id: int
    remind_at: datetime
    next_at: datetime
    day: date
    """Where the member lives."""
    count: int
    """How many cards are due."""


def list_due() -> Sequence[Due]:
    """Return the next few members whose morning has come, with what their day holds. Nothing is held for it."""
    rows = db.session.execute(
        select(Notebook.user_id, Notebook.remind_at)
        .where(Notebook.remind_at <= utcnow())
        .order_by(Notebook.remind_at, Notebook.user_id)
        .limit(NOTEBOOKS_A_TURN)
    ).all()
    return [_due(user_id, remind_at) for user_id, remind_at in rows if remind_at is not None]


def _due(user_id: int, remind_at: datetime) -> Due:
    reader, now = actor_for(user_id), utcnow()
    zone = zone_of(reader.time_zone if reader else "")
    return Due(
        user_id=user_id,
        remind_at=remind_at,
        next_at=next_morning(now, zone),
        day=now.astimezone(zone).date(),
        count=get_day(reader, zone).left if reader else 0,
    )


def remind(due: Sequence[Due]) -> None:
    """Tell members that cards are due, each once however many workers are at it; one that was away tells once.

    The next morning is set and the notice announced in one transaction.
    """
    moments = {one.user_id: one for one in due}
    held = select(Notebook).where(Notebook.user_id.in_(moments)).order_by(Notebook.user_id).with_for_update()
    for notebook in db.session.scalars(held.execution_options(populate_existing=True)).all():
        one = moments[notebook.user_id]
        # Another worker may have told it, or the member may want it no longer.
        if notebook.remind_at == one.remind_at:
            notebook.remind_at = one.next_at
            _tell(one)
    db.session.flush()


def _tell(due: Due) -> None:
    if due.count:
        tell(
            [due.user_id],
            CARDS_DUE.code,
            subject=Ref("notebook", due.user_id),
            url=urls.HOME,
            key=f"{CARDS_DUE.code}:{due.user_id}:{due.day}",
            count=due.count,
        )
