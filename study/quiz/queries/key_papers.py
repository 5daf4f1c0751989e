"""Reads what papers answered that ask some versions of questions: a few statements, whatever their number."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import and_, select

from core.db import db
from study.models import AnswerEvent, AttemptSlot, KeyChange, KeyMark, QuestionVersion
from study.quiz.kinds import Answer, QuestionContent
from study.quiz.ledger import winners

Place = tuple[int, int]
"""A paper and a position in it."""


def contents_of(version_ids: Iterable[int]) -> dict[int, QuestionContent]:
    """Return what versions ask, by their ids."""
    versions = db.session.scalars(select(QuestionVersion).where(QuestionVersion.id.in_(version_ids)))
    return {version.id: version.content for version in versions}


def answers_to(attempt_ids: Any, version_ids: Collection[int]) -> dict[Place, Answer]:
    """Return the answers that count to what these versions asked, by paper and position.

    ``attempt_ids`` are numbers, or a statement that selects them.
    """
    here = and_(AttemptSlot.attempt_id == AnswerEvent.attempt_id, AttemptSlot.position == AnswerEvent.position)
    columns = ("id", "attempt_id", "position", "client_id", "sequence", "made_at", "answer")
    ledgers: dict[int, list[Any]] = defaultdict(list)
    for event in db.session.execute(
        select(*(getattr(AnswerEvent, name) for name in columns))
        .join(AttemptSlot, here)
        .where(AnswerEvent.attempt_id.in_(attempt_ids), AttemptSlot.version_id.in_(version_ids))
    ):
        ledgers[event.attempt_id].append(event)
    return {
        (attempt_id, position): event.answer
        for attempt_id, events in ledgers.items()
        for position, event in winners(events).items()
    }


def drawn_worth(attempt_ids: Any, without: int = 0) -> dict[Place, int]:
    """Return what questions were worth when their papers were drawn that earlier changes worked on."""
    rows = db.session.execute(
        select(KeyMark.attempt_id, KeyMark.position, KeyMark.old_max)
        .join(KeyChange, KeyChange.id == KeyMark.change_id)
        .where(KeyMark.attempt_id.in_(attempt_ids), KeyMark.change_id != without, KeyChange.undone_at.is_(None))
        .order_by(KeyMark.change_id.desc())
    )
    # The earliest comes last and stays.
    return {(row.attempt_id, row.position): row.old_max for row in rows}
