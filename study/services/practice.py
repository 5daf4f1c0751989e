"""Keeps what members answer to questions in pages."""

from typing import Any

from sqlalchemy import delete

from core.clock import utcnow
from core.db import db
from core.errors import Denied
from core.permissions import Actor
from study.models import PracticeAnswer, QuestionVersion
from study.quiz.kinds import fraction_of


def note_answer(version: QuestionVersion, actor: Actor, answer: dict[str, Any]) -> PracticeAnswer:
    """Add an answer to the ledger.

    Raises:
        Denied: nobody is signed in.
    """
    if actor.id is None:
        raise Denied
    row = PracticeAnswer(
        user_id=actor.id,
        question_id=version.question_id,
        version_id=version.id,
        answer=answer,
        fraction=max(0, fraction_of(version.content, answer) or 0),
        answered_at=utcnow(),
    )
    db.session.add(row)
    db.session.flush()
    return row


def forget_member(user_id: int) -> None:
    """Delete the answers of a member."""
    db.session.execute(
        delete(PracticeAnswer).where(PracticeAnswer.user_id == user_id).execution_options(synchronize_session=False)
    )
