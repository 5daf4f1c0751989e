"""Marks papers and closes them, and writes into the ledger of progress what counts.

The caller holds the row of the attempt.
"""

from fractions import Fraction

from sqlalchemy import select

from core.clock import utcnow
from core.db import db
from core.outbox import announce
from study.enums import AttemptState, Certainty, Grading
from study.events import QuizSubmitted
from study.models import Attempt, AttemptSlot, Quiz
from study.models.quizzes import GRACE
from study.quiz.kinds import FULL, Answer, fraction_of, is_answered
from study.quiz.ledger import winners
from study.quiz.marking import counted, mark_of, passes, percent_of, with_certainty
from study.quiz.queries.ledgers import events_of, slots_of
from study.services.progress import record_quiz_result


def hand_in(attempt: Attempt) -> None:
    """Mark and close an open paper whose row the caller holds."""
    answers = winners(events_of(attempt.id))
    slots = slots_of(attempt.id)
    for slot in slots:
        event = answers.get(slot.position)
        mark_slot(attempt, slot, event.answer if event else {})
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
    if not quiz.is_held_back:
        _note_result(attempt, quiz)


def note_results(quiz_id: int, after_id: int, limit: int = 200) -> int | None:
    """Write into the ledger of progress what some papers earned; return the last one's id, None when none is left."""
    quiz = db.session.scalars(select(Quiz).where(Quiz.id == quiz_id)).one_or_none()
    if quiz is None or quiz.is_held_back:
        return None
    done = db.session.scalars(
        select(Attempt)
        .where(Attempt.quiz_id == quiz_id, Attempt.state == AttemptState.SUBMITTED, Attempt.id > after_id)
        .order_by(Attempt.id)
        .limit(limit)
    ).all()
    for attempt in done:
        _note_result(attempt, quiz)
    return done[-1].id if done else None


def _note_result(attempt: Attempt, quiz: Quiz) -> None:
    """Write into the ledger of progress what counts now."""
    if quiz.grading is Grading.BEST:
        passed, percent = _verdict(attempt)
        record_quiz_result(attempt.user_id, quiz.id, attempt.id, passed=passed, percent=percent)
        return
    done = db.session.scalars(
        select(Attempt)
        .where(
            Attempt.quiz_id == quiz.id,
            Attempt.user_id == attempt.user_id,
            Attempt.state == AttemptState.SUBMITTED,
        )
        .order_by(Attempt.number)
    ).all()
    if quiz.grading is Grading.MEAN:
        share = counted([(one.mark or 0, one.max_mark) for one in done], quiz.grading) or Fraction(0)
        passed, percent = share * FULL >= quiz.pass_thousandths, int(share * 100)
    else:
        # A paper keeps the verdict with which it was handed in, whatever passes now.
        passed, percent = _verdict(done[0 if quiz.grading is Grading.FIRST else -1])
    # All attempts share one name: each verdict replaces the former.
    record_quiz_result(attempt.user_id, quiz.id, 0, passed=passed, percent=percent)


def _verdict(attempt: Attempt) -> tuple[bool, int]:
    return bool(attempt.passed), percent_of(attempt.mark or 0, attempt.max_mark)


def mark_slot(attempt: Attempt, slot: AttemptSlot, answer: Answer) -> None:
    """Mark one question."""
    content = slot.version.content
    slot.answered = is_answered(content, answer)
    earned = fraction_of(content, answer) or 0
    if attempt.certainty is Certainty.COUNTS and slot.answered:
        earned = with_certainty(earned, answer.get("sure", 1))
    slot.mark = mark_of(earned, slot.max_mark)
