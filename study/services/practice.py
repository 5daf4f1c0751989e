"""Keeps what members answer to questions in pages."""

from typing import Any

from sqlalchemy import delete

from core.clock import utcnow
from core.db import db
from core.errors import Denied
from core.outbox import announce
from core.permissions import Actor
from study.events import PracticeMissed
from study.models import PracticeAnswer, QuestionVersion
from study.quiz.kinds import FULL, fraction_of


def note_answer(version: QuestionVersion, actor: Actor, answer: dict[str, Any], lesson_id: int) -> PracticeAnswer:
    """Add an answer to the ledger, given in a lesson.

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
    if row.fraction < FULL:
        announce(PracticeMissed(answer_id=row.id, lesson_id=lesson_id))
    return row


def forget_member(user_id: int) -> None:
    """Delete the answers of a member."""
    db.session.execute(
        delete(PracticeAnswer).where(PracticeAnswer.user_id == user_id).execution_options(synchronize_session=False)
    )
