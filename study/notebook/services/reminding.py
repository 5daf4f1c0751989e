"""Tells those who want to hear of it, once a day, that cards are due."""

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


def remind_some() -> int:
    """Tell the next few members whose morning has come, and return how many were to be looked at.

    The next morning is set and the notice announced in one transaction. A worker that was away tells once.
    """
    now = utcnow()
    due = db.session.scalars(
        select(Notebook)
        .where(Notebook.remind_at <= now)
        .order_by(Notebook.remind_at, Notebook.user_id)
        .limit(NOTEBOOKS_A_TURN)
        .with_for_update(skip_locked=True)
    ).all()
    for notebook in due:
        _remind(notebook)
    db.session.flush()
    return len(due)


def _remind(notebook: Notebook) -> None:
    reader, now = actor_for(notebook.user_id), utcnow()
    zone = zone_of(reader.time_zone if reader else "")
    notebook.remind_at = next_morning(now, zone)
    count = get_day(reader, zone).left if reader else 0
    if not count:
        return
    tell(
        [notebook.user_id],
        CARDS_DUE.code,
        subject=Ref("notebook", notebook.user_id),
        url=urls.HOME,
        key=f"{CARDS_DUE.code}:{notebook.user_id}:{now.astimezone(zone).date()}",
        count=count,
    )
