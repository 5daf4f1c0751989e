"""Writes papers: keeps every answer that arrives, hands them in and marks them.

An attempt's row is locked by whatever changes it, so a paper is drawn once and handed in once, however many tabs,
clicks and clocks ask for it at the same time.
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from core.clock import utcnow
from core.db import db, lock
from core.errors import NotFound
from core.outbox import announce
from core.permissions import Actor
from study.enums import AttemptState, Grading, Refusal
from study.events import QuizSubmitted
from study.models import AnswerEvent, Attempt, AttemptSlot, Quiz, RefusedAnswer
from study.models.attempts import CLIENT_MAX
from study.quiz.kinds import Answer, Given, QuestionContent, fraction_of, is_answered, kind_of
from study.quiz.ledger import winners
from study.quiz.marking import mark_of, passes, percent_of
from study.services.progress import record_quiz_result

GRACE = timedelta(seconds=30)
"""How long after the end answers are still taken, for slow links."""

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
    _keep(attempt, client_id, sent)
    if final:
        hand_in(attempt)
    return Outcome.HANDED_IN if final else Outcome.SAVED


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
        slot.answered = is_answered(slot.version.content, answer)
    db.session.flush()


def _refuse(attempt: Attempt, client_id: str, sent: Sequence[Sent], reason: Refusal) -> None:
    """Log what a plain page sent in vain, so that no answer is lost without a trace."""
    for slot, sequence, answer in _news(attempt, client_id, sent):
        refuse(attempt.id, reason, position=slot.position, client_id=client_id, sequence=sequence, answer=answer)
    db.session.flush()


def refuse(attempt_id: int, reason: Refusal, **said: Any) -> None:
    """Log an answer that is not taken, as long as the log of the paper is no flood itself."""
    known = select(func.count()).where(RefusedAnswer.attempt_id == attempt_id)
    log.warning("Answer to attempt %d refused: %s", attempt_id, reason)
    if (db.session.scalar(known) or 0) < REFUSED_MAX:
        db.session.add(RefusedAnswer(attempt_id=attempt_id, reason=reason, **said))
        db.session.flush()


def _news(attempt: Attempt, client_id: str, sent: Sequence[Sent]) -> Iterator[tuple[AttemptSlot, int, dict[str, Any]]]:
    """Give the questions whose answer the member changed on this page, each with the number of the change."""
    slots = {slot.position: slot for slot in slots_of(attempt.id)}
    events = events_of(attempt.id)
    for one in sent:
        slot = slots.get(one.position)
        if slot is None:
            continue
        content = slot.version.content
        answer = kind_of(content.kind).read(content, slot.option_order, one)
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


def slots_of(attempt_id: int) -> Sequence[AttemptSlot]:
    """Return the questions of a paper in order."""
    return db.session.scalars(
        select(AttemptSlot)
        .options(joinedload(AttemptSlot.version))
        .where(AttemptSlot.attempt_id == attempt_id)
        .order_by(AttemptSlot.position)
    ).all()


def events_of(attempt_id: int) -> Sequence[AnswerEvent]:
    """Return the ledger of a paper, oldest first."""
    return db.session.scalars(
        select(AnswerEvent).where(AnswerEvent.attempt_id == attempt_id).order_by(AnswerEvent.id)
    ).all()


def hand_in(attempt: Attempt) -> None:
    """Mark and close an open paper whose row the caller holds."""
    answers = winners(events_of(attempt.id))
    slots = slots_of(attempt.id)
    for slot in slots:
        event = answers.get(slot.position)
        answer: Answer = event.answer if event else {}
        content = slot.version.content
        slot.answered = is_answered(content, answer)
        slot.mark = mark_of(fraction_of(content, answer) or 0, slot.max_mark)
    now = utcnow()
    quiz = db.session.scalars(select(Quiz).where(Quiz.id == attempt.quiz_id)).one()
    # Bad answers may cost marks, but nobody ends with less than nothing.
    attempt.mark = max(0, sum(slot.mark or 0 for slot in slots))
    attempt.passed = passes(attempt.mark, attempt.max_mark, quiz.pass_thousandths)
    attempt.state = AttemptState.SUBMITTED
    # The clock handed in what was late, whenever somebody noticed.
    attempt.submitted_at = attempt.due_at if attempt.due_at and now > attempt.due_at + GRACE else now
    db.session.flush()
    announce(QuizSubmitted(attempt_id=attempt.id, quiz_id=attempt.quiz_id, user_id=attempt.user_id))
    record_quiz_result(
        attempt.user_id,
        attempt.quiz_id,
        # Where the last attempt counts, all share one name in the ledger of progress: each verdict replaces the former.
        attempt.id if quiz.grading is Grading.BEST else 0,
        passed=attempt.passed,
        percent=percent_of(attempt.mark, attempt.max_mark),
    )


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
