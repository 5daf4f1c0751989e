"""Keeps what a member settles for the daily set."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from typing import Final

from core.clock import utcnow
from core.db import db
from core.errors import Denied
from core.i18n import current_zone
from core.permissions import Actor
from core.upserts import upsert
from study.models import Notebook

MORNING: Final = time(8)
"""When the day is young enough to be told what it holds."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How much a day takes, and whether the member is told what is due."""

    new_a_day: int
    most_a_day: int
    reminds: bool


def settle_notebook(actor: Actor, settings: Settings) -> None:
    """Keep what a member settles.

    Raises:
        Denied: nobody is signed in.
    """
    if actor.id is None:
        raise Denied
    remind_at = next_morning(utcnow(), current_zone()) if settings.reminds else None
    values = {
        "user_id": actor.id,
        "new_a_day": settings.new_a_day,
        "most_a_day": settings.most_a_day,
        "remind_at": remind_at,
    }
    db.session.execute(upsert(Notebook, values, ["user_id"], ["new_a_day", "most_a_day", "remind_at"]))


def next_morning(now: datetime, zone: tzinfo) -> datetime:
    """Return the next moment, where the member lives, at which what is due is told."""
    local = now.astimezone(zone)
    day = local.date() if local.time() < MORNING else local.date() + timedelta(days=1)
    return datetime.combine(day, MORNING, zone)
