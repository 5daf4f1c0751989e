"""Writes papers: keeps every answer that arrives, hands them in and marks them.

An attempt's row is locked by whatever changes it, so a paper is drawn once and handed in once, however many tabs,
clicks and clocks ask for it at the same time.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import func, insert, select

from core.clock import utcnow
from core.db import db, lock
from core.errors import NotFound
from core.permissions import Actor
from study.enums import AttemptState, QuizMode, Refusal
from study.models import AnswerEvent, Attempt, AttemptSlot, Quiz, RefusedAnswer
from study.models.attempts import CLIENT_MAX
from study.models.quizzes import GRACE
from study.quiz.kinds import Answer, Given, QuestionContent, is_answered, read_answer
from study.quiz.ledger import winners
from study.quiz.queries.ledgers import events_of, slots_of
from study.quiz.services.handing_in import hand_in, has_answer, mark_slot
from study.quiz.services.key_marks import mark_under_changes

REFUSED_MAX = 200
"""Refused answers that are logged of one paper."""

log = logging.getLogger(__name__)


class Outcome(StrEnum):
    """What became of answers that were sent."""

    SAVED = "saved"
    HANDED_IN = "handed_in"
    CLOSED = "closed"
    LATE = "late"


@dataclass(frozen=True, kw_only=True)
class Sent(Given):
    """What a page sent for one question, beside the answer it had been shown with (``seen``: id of that event or 0)."""

    position: int
    seen: int = 0


def is_overdue(attempt: Attempt, now: datetime) -> bool:
    """Tell whether even the grace period is over."""
    return attempt.is_open and attempt.due_at is not None and now > attempt.due_at + GRACE


def save(attempt_id: int, actor: Actor, client_id: str, sent: Sequence[Sent], *, final: bool = False) -> Outcome:
    """Keep answers, and hand the paper in when they are ``final``. What comes too late is not taken.

    Raises:
        NotFound: it is not this member's paper.
    """
    attempt = hold_own(attempt_id, actor)
    client_id = client_id[:CLIENT_MAX]
    if not attempt.is_open:
        _refuse(attempt, client_id, sent, Refusal.CLOSED)
        return Outcome.CLOSED
    if is_overdue(attempt, utcnow()):
        hand_in(attempt)
        _refuse(attempt, client_id, sent, Refusal.LATE)
        return Outcome.LATE
    checked = _checked(attempt) if sent else set()
    passed = {one.position for one in sent if attempt.has_left(one.position) or one.position in checked}
    _refuse(attempt, client_id, [one for one in sent if one.position in passed], Refusal.PASSED)
    _keep(attempt, client_id, [one for one in sent if one.position not in passed])
    if final:
        hand_in(attempt)
    return Outcome.HANDED_IN if final else Outcome.SAVED


def go_on(attempt_id: int, actor: Actor, upto: int) -> None:
    """Leave a page of a paper that goes one way for good, the one that ends with question ``upto``; asked twice, once.

    Raises:
        NotFound: it is not this member's paper.
    """
    attempt = hold_own(attempt_id, actor)
    last = db.session.scalar(select(func.max(AttemptSlot.position)).where(AttemptSlot.attempt_id == attempt_id)) or 0
    if attempt.is_open and attempt.step and upto == attempt.reached + attempt.step - 1 < last:
        attempt.reached = upto + 1
    db.session.flush()


def _checked(attempt: Attempt) -> set[int]:
    """Return the questions whose reasons were told."""
    mine = AttemptSlot.attempt_id == attempt.id, AttemptSlot.checked_at.is_not(None)
    return set(db.session.scalars(select(AttemptSlot.position).where(*mine)))


def check(attempt_id: int, actor: Actor, position: int) -> bool:
    """Mark one question of a practice and let its answer stand; tell whether there was an answer to mark.

    Raises:
        NotFound: it is not this member's paper, or no practice.
    """
    attempt = hold_own(attempt_id, actor)
    quiz = db.session.scalars(select(Quiz).where(Quiz.id == attempt.quiz_id)).one()
    slot = next(iter(slots_of(attempt.id, [position])), None)
    if quiz.mode is not QuizMode.PRACTICE or slot is None:
        raise NotFound
    event = winners(events_of(attempt.id, [position])).get(position)
    answer = event.answer if event else {}
    if not attempt.is_open or not has_answer(slot, answer):
        return False
    if slot.checked_at is None:
        mark_slot(attempt, slot, answer)
        mark_under_changes(attempt, slot, answer)
        slot.checked_at = utcnow()
    db.session.flush()
    return True


def hold_own(attempt_id: int, actor: Actor) -> Attempt:
    """Lock a member's own paper.

    Raises:
        NotFound: it is not this member's paper.
    """
    attempt = _hold(attempt_id)
    if attempt is None or actor.id is None or attempt.user_id != actor.id:
        raise NotFound
    return attempt


def _hold(attempt_id: int) -> Attempt | None:
    """Lock a paper and read it anew: another may have handed it in while we waited."""
    statement = lock(select(Attempt).where(Attempt.id == attempt_id)).execution_options(populate_existing=True)
    return db.session.scalars(statement).one_or_none()


def _keep(attempt: Attempt, client_id: str, sent: Sequence[Sent]) -> None:
    """Write down what changed; a plain page says nothing of when, so it was made when it arrived, after all others."""
    now = utcnow()
    for slot, sequence, answer in _news(attempt, client_id, sent):
        db.session.add(
            AnswerEvent(
                attempt_id=attempt.id,
                position=slot.position,
                client_id=client_id,
                sequence=sequence,
                answer=answer,
                received_at=now,
                made_at=now,
            )
        )
        slot.answered = has_answer(slot, answer)
    db.session.flush()


def _refuse(attempt: Attempt, client_id: str, sent: Sequence[Sent], reason: Refusal) -> None:
    """Log what a plain page sent in vain, so that no answer is lost without a trace."""
    refuse(
        attempt.id,
        [
            {
                "position": slot.position,
                "client_id": client_id,
                "sequence": sequence,
                "answer": answer,
                "reason": reason,
            }
            for slot, sequence, answer in _news(attempt, client_id, sent)
        ],
    )


def refuse(attempt_id: int, answers: Sequence[Mapping[str, Any]]) -> None:
    """Log answers of one message that are not taken, as long as the log of the paper is no flood itself."""
    if not answers:
        return
    reasons = ", ".join(sorted({answer["reason"] for answer in answers}))
    log.warning("Refused %d answers to attempt %d: %s", len(answers), attempt_id, reasons)
    known = db.session.scalar(select(func.count()).where(RefusedAnswer.attempt_id == attempt_id)) or 0
    rows = [{"attempt_id": attempt_id, **answer} for answer in answers[: max(0, REFUSED_MAX - known)]]
    if rows:
        db.session.execute(insert(RefusedAnswer), rows)


def _news(attempt: Attempt, client_id: str, sent: Sequence[Sent]) -> Iterator[tuple[AttemptSlot, int, dict[str, Any]]]:
    """Give the questions whose answer the member changed on this page, each with the number of the change."""
    if not sent:
        return
    slots = {slot.position: slot for slot in slots_of(attempt.id)}
    events = events_of(attempt.id)
    for one in sent:
        slot = slots.get(one.position)
        if slot is None or attempt.awaits(one.position):
            continue
        content = slot.version.content
        answer = read_answer(content, slot.option_order, one, attempt.certainty)
        if _is_news(content, answer, one, client_id, events):
            held = [event for event in events if event.client_id == client_id and event.position == one.position]
            yield slot, max((event.sequence for event in held), default=0) + 1, answer


def _is_news(
    content: QuestionContent, answer: Answer, one: Sent, client_id: str, ledger: Sequence[AnswerEvent]
) -> bool:
    """Tell whether the member changed this answer on this page.

    A page left open in another tab sends what it was shown for questions nobody touched there; that must not undo
    newer answers. The same page sent twice adds nothing either.
    """
    own = [event for event in ledger if event.position == one.position and event.client_id == client_id]
    if own:
        return dict(own[-1].answer) != answer
    shown = next((event for event in ledger if event.id == one.seen and event.position == one.position), None)
    return answer != dict(shown.answer) if shown else is_answered(content, answer)


def hand_in_if_overdue(attempt_id: int) -> bool:
    """Hand a paper in whose time is up; tell whether this call did it."""
    attempt = _hold(attempt_id)
    if attempt is None or not is_overdue(attempt, utcnow()):
        return False
    hand_in(attempt)
    return True


def list_overdue(after_id: int = 0, limit: int = 200) -> Sequence[int]:
    """Return papers whose time is up, by id, from the one after ``after_id``."""
    return db.session.scalars(
        select(Attempt.id)
        .where(Attempt.state == AttemptState.OPEN, Attempt.due_at < utcnow() - GRACE, Attempt.id > after_id)
        .order_by(Attempt.id)
        .limit(limit)
    ).all()


def count_unanswered(attempt_id: int) -> int:
    """Return how many questions of a paper have no answer."""
    return (
        db.session.scalar(
            select(func.count()).where(
                AttemptSlot.attempt_id == attempt_id,
                AttemptSlot.answered.is_(False),
                # Descriptions are worth nothing and ask nothing.
                AttemptSlot.max_mark > 0,
            )
        )
        or 0
    )
