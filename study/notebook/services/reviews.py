"""Writes what a member does with the cards: rating, taking back, laying aside, beginning anew."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from sqlalchemy import delete, select

from core.clock import utcnow
from core.db import db, lock
from core.errors import NotFound
from core.i18n import current_zone
from core.permissions import Actor
from study.enums import CardAct, Recall
from study.models import CardReview, Notebook, ReviewCard
from study.notebook.queries.cards import get_held_card, memory_of
from study.notebook.spacing import Memory, rated


def rate(card_id: int, actor: Actor, *, turn: int, recall: Recall, fraction: int | None = None) -> bool:
    """Rate a card and tell whether this did it: whoever shows an older state of the card changes nothing.

    Raises:
        NotFound: there is no card that this member sees.
    """
    card = _hold(card_id, actor)
    if card.turn != turn:
        return False
    before = memory_of(card)
    _note(card, CardAct.RATED, before, recall=recall, fraction=fraction)
    remember(card, rated(before, recall, utcnow(), current_zone()))
    db.session.flush()
    return True


def undo(review_id: int, actor: Actor) -> int | None:
    """Take back a rating and return the id of its card; None where it was rated or begun anew since.

    A card that was taken out afterwards comes back with it.

    Raises:
        NotFound: the member has rated no such card.
    """
    review = db.session.get(CardReview, review_id)
    if review is None or review.user_id != actor.id:
        raise NotFound
    card = _hold(review.card_id, actor, even_removed=True)
    if review.act is not CardAct.RATED or card.turn != review.turn + 1:
        return None
    _note(card, CardAct.UNDONE, memory_of(card), undoes_id=review.id)
    remember(card, Memory.from_json(review.before))
    card.removed_at = None
    db.session.flush()
    return card.id


class Keeping(StrEnum):
    """What is done with a card beside rating it."""

    SUSPEND = "suspend"
    RESUME = "resume"
    RESET = "reset"
    REMOVE = "remove"


def keep(card_id: int, actor: Actor, keeping: Keeping) -> None:
    """Lay a card aside, take it up again, begin it anew or take it out.

    Raises:
        NotFound: there is no card that this member sees.
    """
    card, now = _hold(card_id, actor), utcnow()
    if keeping is Keeping.SUSPEND:
        card.suspended_at = card.suspended_at or now
    elif keeping is Keeping.REMOVE:
        card.removed_at = now
    elif keeping is Keeping.RESUME:
        card.suspended_at = None
    elif card.reviewed_at is not None:
        _note(card, CardAct.RESET, memory_of(card))
        remember(card, Memory(due_at=now))
    db.session.flush()


def _hold(card_id: int, actor: Actor, *, even_removed: bool = False) -> ReviewCard:
    card = get_held_card(card_id, actor)
    # Two windows may be at it: what counts is what the card says when it is held.
    db.session.execute(lock(select(ReviewCard.id).where(ReviewCard.id == card_id)))
    db.session.refresh(card)
    if card.removed_at is not None and not even_removed:
        raise NotFound
    return card


def _note(card: ReviewCard, act: CardAct, before: Memory, **told: Any) -> None:
    now = utcnow()
    db.session.add(
        CardReview(
            card_id=card.id,
            user_id=card.user_id,
            turn=card.turn,
            act=act,
            stage=before.stage,
            before=before.to_json(),
            day=now.astimezone(current_zone()).date(),
            at=now,
            **told,
        )
    )
    card.turn += 1


def remember(card: ReviewCard, memory: Memory) -> None:
    """Let a card be known so well from now on."""
    known: Mapping[str, Any] = vars(memory)
    for name, value in known.items():
        setattr(card, name, value)


def forget_member(user_id: int) -> None:
    """Delete the notebook of an erased person: it is nothing but personal data."""
    for model in (CardReview, ReviewCard, Notebook):
        db.session.execute(delete(model).where(model.user_id == user_id).execution_options(synchronize_session=False))
