"""Draws papers: which version of each question, in which order, for one member."""

import random
from collections.abc import Sequence

from sqlalchemy import select

from core.clock import utcnow
from core.db import db, hold_shared, lock
from core.errors import Denied
from core.permissions import Actor
from study.errors import (
    AttemptsExhausted,
    AttemptTooSoon,
    ExamReleased,
    QuizClosed,
    QuizEmpty,
    QuizNotEnrolled,
    QuizNotOpen,
    QuizPasswordWrong,
)
from study.models import Attempt, AttemptSlot, Enrolment, Quiz
from study.quiz.kinds import kind_of
from study.quiz.queries.extensions import Terms, terms_for
from study.quiz.services.attempts import is_overdue
from study.quiz.services.drawing import drawn_versions
from study.quiz.services.handing_in import hand_in


def start(quiz: Quiz, course_id: int, actor: Actor, password: str = "") -> Attempt:
    """Draw a paper, or return the one that is still open.

    Raises:
        QuizNotEnrolled: the member does not take the course.
        AttemptsExhausted: all attempts are used up.
        ExamReleased: the member has handed in a paper, and the results are told.
        QuizEmpty: the quiz asks nothing.
        QuizNotOpen, QuizClosed, AttemptTooSoon: it is not the time.
        QuizPasswordWrong: the password is another one.
    """
    if actor.id is None:
        raise Denied
    # The row of this one member makes all starts of theirs queue up, and nobody else's.
    enrolled = select(Enrolment).where(
        Enrolment.user_id == actor.id, Enrolment.course_id == course_id, Enrolment.left_at.is_(None)
    )
    if db.session.scalars(lock(enrolled)).one_or_none() is None:
        raise QuizNotEnrolled
    # Its rules stay as they are until the paper is drawn: whoever changes them sees the paper, or we the new rules.
    held = hold_shared(select(Quiz).where(Quiz.id == quiz.id)).execution_options(populate_existing=True)
    db.session.scalars(held).one()
    mine = select(Attempt).where(Attempt.quiz_id == quiz.id, Attempt.user_id == actor.id).order_by(Attempt.number)
    # Read anew: a clock may have handed one in while we waited for the lock.
    attempts = db.session.scalars(lock(mine).execution_options(populate_existing=True)).all()
    if attempts and attempts[-1].is_open:
        if not is_overdue(attempts[-1], utcnow()):
            return attempts[-1]
        hand_in(attempts[-1])
    if quiz.attempts_allowed and len(attempts) >= quiz.attempts_allowed:
        raise AttemptsExhausted(allowed=quiz.attempts_allowed)
    if quiz.takes_no_more and attempts:
        raise ExamReleased
    terms = terms_for(quiz, [actor.id])[actor.id]
    _check_time(quiz, terms, attempts)
    if not quiz.lets_in(password):
        raise QuizPasswordWrong
    return _draw(quiz, terms, actor.id, number=len(attempts) + 1)


def _check_time(quiz: Quiz, terms: Terms, attempts: Sequence[Attempt]) -> None:
    now = utcnow()
    if not quiz.has_opened(now):
        raise QuizNotOpen
    if terms.has_closed(now):
        raise QuizClosed
    next_at = quiz.next_start(attempt.submitted_at for attempt in attempts)
    if next_at and now < next_at:
        raise AttemptTooSoon


def _draw(quiz: Quiz, terms: Terms, user_id: int, number: int) -> Attempt:
    drawn = drawn_versions(quiz, user_id)
    # Descriptions alone ask nothing.
    if not any(max_mark for _version, max_mark in drawn):
        raise QuizEmpty
    if quiz.shuffle:
        random.shuffle(drawn)
    rng = random.Random(random.getrandbits(64)) if quiz.shuffle else None
    now = utcnow()
    attempt = Attempt(
        quiz_id=quiz.id,
        user_id=user_id,
        number=number,
        started_at=now,
        due_at=terms.due_at(now, quiz.time_limit_minutes),
        limit_minutes=quiz.time_limit_minutes,
        certainty=quiz.certainty,
        step=(quiz.page_size or len(drawn)) if quiz.in_order else 0,
        max_mark=sum(max_mark for _version, max_mark in drawn),
    )
    db.session.add(attempt)
    db.session.flush()
    for position, (version, max_mark) in enumerate(drawn, start=1):
        db.session.add(
            AttemptSlot(
                attempt_id=attempt.id,
                position=position,
                version_id=version.id,
                option_order=kind_of(version.kind).order(version.content, rng),
                max_mark=max_mark,
            )
        )
    db.session.flush()
    return attempt
