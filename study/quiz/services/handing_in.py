"""Marks papers and closes them, and writes into the ledger of progress what counts.

What only a person can mark waits: its mark is unknown, and so is that of the paper. The caller holds the row of the
attempt.
"""

import secrets
from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import timedelta
from fractions import Fraction

from sqlalchemy import select

from core.clock import utcnow
from core.db import db, lock
from core.notifications import tell
from core.outbox import announce
from study.enums import AttemptState, Grading, QuizMode
from study.events import QuizSubmitted
from study.models import Attempt, AttemptSlot, Quiz
from study.models.quizzes import GRACE
from study.notices import QUIZ_MARKED
from study.quiz import urls as quiz_urls
from study.quiz.keys import earned_by
from study.quiz.kinds import FULL, Answer, is_answered, is_hand_marked
from study.quiz.ledger import times_of, winners
from study.quiz.marking import counted, percent_of
from study.quiz.queries.ledgers import events_of, slots_of
from study.quiz.services.key_marks import mark_by_changes
from study.quiz.verdicts import Total, Verdicts
from study.services.progress import QuizResult, record_quiz_results

LONGEST = timedelta(minutes=1)
"""What no transaction takes, from its clock to its commit."""


def hand_in(attempt: Attempt) -> None:
    """Mark and close an open paper whose row the caller holds."""
    events = events_of(attempt.id)
    answers = {position: event.answer for position, event in winners(events).items()}
    times = times_of(events, attempt.started_at)
    slots = slots_of(attempt.id)
    for slot in slots:
        mark_slot(attempt, slot, answers.get(slot.position, {}))
        spent = times.get(slot.position)
        slot.seconds = round(spent.total_seconds()) if spent is not None else None
    now = utcnow()
    quiz = db.session.scalars(select(Quiz).where(Quiz.id == attempt.quiz_id)).one()
    mark_by_changes(attempt, slots, answers, quiz.pass_thousandths)
    settle_mark(attempt, quiz, slots)
    attempt.state = AttemptState.SUBMITTED
    # The clock handed in what was late, whenever somebody noticed.
    attempt.submitted_at = attempt.due_at if attempt.due_at and now > attempt.due_at + GRACE else now
    db.session.flush()
    announce(QuizSubmitted(attempt_id=attempt.id, quiz_id=attempt.quiz_id, user_id=attempt.user_id))
    note_result(attempt, quiz)


def settle_mark(attempt: Attempt, quiz: Quiz, slots: Sequence[AttemptSlot]) -> None:
    """Say again what a paper earned, of how much, and whether it passes, from what its questions earned.

    A paper that waits for people who mark gets the code by which they find it. ``slots`` are all of its questions.
    """
    now = Total.of(slots).judged(Verdicts.of(attempt), quiz.pass_thousandths)
    attempt.mark, attempt.max_mark, attempt.passed = now.mark, now.max_mark, now.passed
    if attempt.mark is None and attempt.marking_code is None:
        attempt.marking_code = secrets.token_hex(6)


def note_results(quiz_id: int, after_id: int, limit: int = 200) -> int | None:
    """Write into the ledger of progress what some papers earned; return the last one's id, None when none is left."""
    quiz = db.session.scalars(select(Quiz).where(Quiz.id == quiz_id)).one_or_none()
    if quiz is None or quiz.is_held_back:
        return None
    # Held, so that nobody marks one of them again between our reading and what we write about it.
    papers = lock(
        select(Attempt)
        .where(
            Attempt.quiz_id == quiz_id,
            Attempt.state == AttemptState.SUBMITTED,
            Attempt.mark.is_not(None),
            Attempt.id > after_id,
        )
        .order_by(Attempt.id)
        .limit(limit)
    )
    done = db.session.scalars(papers.execution_options(populate_existing=True)).all()
    note_marks(done, quiz)
    for attempt in done:
        if attempt.marking_code:
            tell_marked(attempt, quiz)
    return done[-1].id if done else None


def list_meanwhile(attempt_ids: Collection[int]) -> list[int]:
    """Return which papers were handed in about when the results of their exam were released."""
    rows = db.session.execute(
        select(Attempt.id, Attempt.submitted_at, Quiz.released_at)
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .where(
            Attempt.id.in_(attempt_ids),
            Quiz.mode == QuizMode.EXAM,
            Quiz.released_at.is_not(None),
            Attempt.submitted_at.is_not(None),
        )
    )
    return [row.id for row in rows if abs(row.submitted_at - row.released_at) < LONGEST]


def note_papers(attempt_ids: Collection[int]) -> None:
    """Write into the ledger of progress what these papers earned; the last verdict on a paper counts."""
    held = lock(select(Attempt).where(Attempt.id.in_(attempt_ids)).order_by(Attempt.id))
    papers = db.session.scalars(held.execution_options(populate_existing=True)).all()
    quizzes = select(Quiz).where(Quiz.id.in_({attempt.quiz_id for attempt in papers})).order_by(Quiz.id)
    for quiz in db.session.scalars(quizzes).all():
        note_marks([attempt for attempt in papers if attempt.quiz_id == quiz.id], quiz)


def note_result(attempt: Attempt, quiz: Quiz) -> None:
    """Write into the ledger of progress what counts now, after a paper got its mark or another one."""
    note_marks([attempt], quiz)


def note_marks(attempts: Sequence[Attempt], quiz: Quiz) -> None:
    """Write into the ledger of progress what counts now, after some papers of a quiz got their marks or other ones.

    Nothing is written as long as it is held back, or what counts waits for people who mark. A paper of which nothing
    counts any more leaves the ledger as it is.
    """
    told = [one for one in attempts if one.mark is not None and one.max_mark]
    if quiz.is_held_back or not told:
        return
    if quiz.grading is Grading.BEST:
        results = [QuizResult(one.user_id, one.id, *_verdict(one)) for one in told]
    else:
        # All attempts share one name: each verdict replaces the former.
        results = [
            QuizResult(user_id, 0, *verdict)
            for user_id, papers in _papers_of({one.user_id for one in told}, quiz).items()
            if (verdict := _counting(papers, quiz))
        ]
    record_quiz_results(quiz.id, results)


def _papers_of(user_ids: Collection[int], quiz: Quiz) -> dict[int, list[Attempt]]:
    found: dict[int, list[Attempt]] = defaultdict(list)
    for attempt in db.session.scalars(
        select(Attempt)
        .where(
            Attempt.quiz_id == quiz.id,
            Attempt.user_id.in_(user_ids),
            Attempt.state == AttemptState.SUBMITTED,
            Attempt.max_mark > 0,
        )
        .order_by(Attempt.user_id, Attempt.number)
    ):
        found[attempt.user_id].append(attempt)
    return found


def _counting(done: Sequence[Attempt], quiz: Quiz) -> tuple[bool, int] | None:
    """Return whether what counts of a member's papers passes, and its share; None where it waits to be marked."""
    counting = done if quiz.grading is Grading.MEAN else [done[0 if quiz.grading is Grading.FIRST else -1]]
    if any(one.mark is None for one in counting):
        return None
    if quiz.grading is Grading.MEAN:
        share = counted([(one.mark or 0, one.max_mark) for one in counting], quiz.grading) or Fraction(0)
        return share * FULL >= quiz.pass_thousandths, int(share * 100)
    # A paper keeps the verdict with which it was handed in, whatever passes now.
    return _verdict(counting[0])


def _verdict(attempt: Attempt) -> tuple[bool, int]:
    return bool(attempt.passed), percent_of(attempt.mark or 0, attempt.max_mark)


def mark_slot(attempt: Attempt, slot: AttemptSlot, answer: Answer) -> None:
    """Mark one question of an open paper, by the key it had; what only a person can mark is unknown from then on."""
    content = slot.version.content
    slot.answered = has_answer(slot, answer)
    waits = slot.answered and slot.max_mark > 0 and is_hand_marked(content.kind)
    slot.mark = None if waits else earned_by(content, answer, attempt.certainty, slot.max_mark) or 0


def has_answer(slot: AttemptSlot, answer: Answer) -> bool:
    """Tell whether a question of a paper is answered, in words or by files."""
    return slot.file_count > 0 or is_answered(slot.version.content, answer)


def tell_marked(attempt: Attempt, quiz: Quiz, actor_id: int | None = None) -> None:
    """Tell a learner that people have marked a paper; the same mark is told once."""
    tell(
        [attempt.user_id],
        QUIZ_MARKED.code,
        subject=quiz.ref,
        url=quiz_urls.for_attempt(attempt.id),
        key=f"study.quiz_marked:{attempt.id}:{attempt.mark}",
        actor_id=actor_id,
        title=quiz.title,
        percent=percent_of(attempt.mark or 0, attempt.max_mark),
    )
