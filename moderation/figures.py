"""The figures above the public log."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from core.db import db
from moderation.enums import Action
from moderation.models import Decision


@dataclass(frozen=True)
class LogFigures:
    """What stands above the log."""

    acts: int
    hidden: int
    undone: int


def log_figures(year: int) -> LogFigures:
    """Return how many acts a year saw, how many hid something, and how many were undone."""
    hid = aliased(Decision)
    new_year = datetime(year, 1, 1, tzinfo=UTC)
    statement = (
        select(
            func.count(Decision.id),
            func.count(Decision.id).filter(Decision.action == Action.HIDE),
            func.count(hid.id),
        )
        .outerjoin(hid, hid.id == Decision.undoes_id)
        .where(Decision.created_at >= new_year)
    )
    return LogFigures(*db.session.execute(statement).one())
