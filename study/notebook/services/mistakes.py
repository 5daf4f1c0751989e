"""Makes cards of what was answered wrong, or rightly by a guess."""

from collections.abc import Collection

from sqlalchemy import delete, exists, select

from accounts.models import User, UserState
from core.clock import utcnow
from core.db import db, hold_shared, lock
from core.upserts import upsert
from study.enums import CardStage
from study.models import CardSource, KeyChange, Quiz, ReviewCard
from study.models.quizzes import GRACE
from study.notebook.mistakes import Missed
from study.notebook.queries.mistakes import has_mistakes
from study.notebook.seeing import is_told, tells
from study.notebook.services.reviews import remember
from study.notebook.spacing import Memory


def note_missed(missed: Missed) -> None:
    """Put mistakes into a member's notebook; the same told twice, or late, changes nothing.

    A card that is there already comes again now. One that was taken out comes back, as new. What a quiz does not tell
    yet changes no card that is seen, since it would give away what was wrong. Nobody who is gone gets any.
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
    ).all()
    told, is_open = _told([card.id for card in cards]), _is_open(missed)
    for card in cards:
        _note(card, missed, was_told=card.id in told, is_told=is_open)
    db.session.flush()
    _keep_sources(cards, missed)


def set_right(user_id: int, change: KeyChange, attempt_id: int) -> None:
    """Let nobody see a card any more whose mistake on a paper is none by a changed key, unless it was made elsewhere.

    A later mistake, or the undoing of the change, brings it back as it was.
    """
    card = db.session.scalars(
        lock(select(ReviewCard).where(ReviewCard.user_id == user_id, ReviewCard.question_id == change.question_id))
    ).one_or_none()
    if card is not None and not has_mistakes(user_id, change, attempt_id):
        card.righted_at = utcnow()
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
            "is_practised": False,
            "stage": CardStage.NEW,
            "due_at": missed.at,
            "turn": 0,
            "created_at": now,
            "updated_at": now,
        }
        for question_id, mistake in sorted(missed.questions.items())
    ]


def _told(ids: Collection[int]) -> set[int]:
    """Return the cards of which something else tells now what is right."""
    return set(db.session.scalars(select(ReviewCard.id).where(ReviewCard.id.in_(ids), is_told(utcnow() - GRACE))))


def _is_open(missed: Missed) -> bool:
    """Tell whether what asked tells now what is right."""
    if missed.quiz_id is None:
        return True
    return bool(db.session.scalar(select(exists().where(Quiz.id == missed.quiz_id, tells(utcnow() - GRACE)))))


def _note(card: ReviewCard, missed: Missed, *, was_told: bool, is_told: bool) -> None:
    is_later = card.noted_at < missed.at
    is_back = card.removed_at is not None and card.removed_at < missed.at
    was_right, card.righted_at = card.righted_at is not None, None
    if is_later and (is_back or was_right) and not is_told:
        # What told of it before does not tell that it was missed again.
        db.session.execute(delete(CardSource).where(CardSource.card_id == card.id))
        card.is_practised = was_told = False
    if (is_later and not was_told) or (is_told and (is_later or not was_told)):
        _note_again(card, missed, is_back=is_back)


def _note_again(card: ReviewCard, missed: Missed, *, is_back: bool) -> None:
    card.noted_at, card.mistake = missed.at, missed.questions[card.question_id]
    card.attempt_id, card.lesson_id = missed.attempt_id, missed.lesson_id
    if is_back:
        card.removed_at, card.suspended_at = None, None
        remember(card, Memory(due_at=missed.at))
        card.turn += 1
    elif card.reviewed_at is None or card.reviewed_at < missed.at:
        card.due_at = min(card.due_at, missed.at)


def _keep_sources(cards: Collection[ReviewCard], missed: Missed) -> None:
    if missed.quiz_id is not None:
        rows = [{"card_id": card.id, "quiz_id": missed.quiz_id} for card in cards]
        db.session.execute(upsert(CardSource, rows, conflict=["card_id", "quiz_id"]))
        return
    for card in cards:
        card.is_practised = True
    db.session.flush()
