"""Makes cards of what was answered wrong, or rightly by a guess."""

from sqlalchemy import select

from accounts.models import User, UserState
from core.clock import utcnow
from core.db import db, hold_shared, lock
from core.upserts import upsert
from study.enums import CardStage
from study.models import ReviewCard
from study.notebook.mistakes import Missed


def note_missed(missed: Missed) -> None:
    """Put mistakes into a member's notebook; the same told twice, or late, changes nothing.

    A card that is there already comes again now. One that was taken out comes back, as new. Nobody who is gone gets
    any.
    """
    standing = db.session.scalar(hold_shared(select(User.state).where(User.id == missed.user_id)))
    if not missed.questions or standing in (None, UserState.ERASED):
        return
    db.session.execute(upsert(ReviewCard, _rows(missed), conflict=["user_id", "question_id"]))
    cards = db.session.scalars(
        lock(
            select(ReviewCard)
            .where(ReviewCard.user_id == missed.user_id, ReviewCard.question_id.in_(missed.questions))
            .order_by(ReviewCard.id)
        )
    )
    for card in cards:
        if card.noted_at < missed.at:
            _note_again(card, missed)
    db.session.flush()


def _rows(missed: Missed) -> list[dict[str, object]]:
    now = utcnow()
    return [
        {
            "user_id": missed.user_id,
            "question_id": question_id,
            "mistake": mistake,
            "noted_at": missed.at,
            "attempt_id": missed.attempt_id,
            "lesson_id": missed.lesson_id,
            "waits_for_quiz_id": missed.waits_for_quiz_id,
            "stage": CardStage.NEW,
            "due_at": missed.at,
            "turn": 0,
            "created_at": now,
            "updated_at": now,
        }
        for question_id, mistake in sorted(missed.questions.items())
    ]


def _note_again(card: ReviewCard, missed: Missed) -> None:
    card.noted_at, card.mistake = missed.at, missed.questions[card.question_id]
    card.attempt_id, card.lesson_id = missed.attempt_id, missed.lesson_id
    if missed.waits_for_quiz_id is None:
        card.waits_for_quiz_id = None
    if card.removed_at is not None and card.removed_at < missed.at:
        card.removed_at, card.suspended_at = None, None
        card.stage, card.step, card.stability, card.difficulty = CardStage.NEW, None, None, None
        card.reviewed_at, card.due_at = None, missed.at
        card.turn += 1
    elif card.reviewed_at is None or card.reviewed_at < missed.at:
        card.due_at = min(card.due_at, missed.at)
