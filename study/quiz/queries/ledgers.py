"""Reads what a paper is made of: its questions as they were drawn, and every answer that arrived."""

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from core.db import db
from study.models import AnswerEvent, AttemptSlot


def slots_of(attempt_id: int, positions: Collection[int] | None = None) -> Sequence[AttemptSlot]:
    """Return the questions of a paper in order, each with its version; all, or those at some positions."""
    statement = select(AttemptSlot).options(joinedload(AttemptSlot.version)).where(AttemptSlot.attempt_id == attempt_id)
    if positions is not None:
        statement = statement.where(AttemptSlot.position.in_(positions))
    return db.session.scalars(statement.order_by(AttemptSlot.position)).all()


def events_of(attempt_id: int, positions: Collection[int] | None = None) -> Sequence[AnswerEvent]:
    """Return the ledger of a paper, oldest first; all of it, or what is about some positions."""
    statement = select(AnswerEvent).where(AnswerEvent.attempt_id == attempt_id)
    if positions is not None:
        statement = statement.where(AnswerEvent.position.in_(positions))
    return db.session.scalars(statement.order_by(AnswerEvent.id)).all()
