"""Reads papers: the questions as they were drawn, with the answers that arrived."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload

from core.clock import utcnow
from core.db import db
from core.errors import NotFound
from core.permissions import Actor
from study.models import AnswerEvent, Attempt, AttemptSlot, Course, Lesson, Module, Quiz
from study.quiz.ledger import winners
from study.quiz.marking import Verdict, percent_of
from study.quiz.showing import ShownQuestion

PAGE_SIZE = 10
"""Questions on one page of a paper: small enough for a slow link."""


@dataclass(frozen=True, kw_only=True)
class PaperQuestion(ShownQuestion):
    """One question of a paper, in the version that was drawn."""

    question_id: int


@dataclass(kw_only=True)
class Paper:
    """An attempt with its questions."""

    attempt: Attempt
    quiz: Quiz
    course: Course
    lesson: Lesson | None
    questions: list[PaperQuestion]

    @property
    def page_count(self) -> int:
        """Into how many pages the questions fall."""
        return max(1, -(-len(self.questions) // PAGE_SIZE))

    def page(self, number: int) -> list[PaperQuestion]:
        """Return the questions of one page, counted from 1."""
        return self.questions[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]

    @property
    def unanswered(self) -> list[PaperQuestion]:
        """The questions without an answer."""
        return [question for question in self.questions if question.is_open]

    @property
    def time_left(self) -> timedelta | None:
        """The time left by the server's clock; None where there is no limit."""
        if self.attempt.due_at is None:
            return None
        return max(timedelta(0), self.attempt.due_at - utcnow())

    @property
    def shows_answers(self) -> bool:
        """Tell whether the questions are shown again, with what was right and why."""
        return self.quiz.shows_answers(utcnow())

    @property
    def percent(self) -> int:
        """The result in whole per cent."""
        return percent_of(self.attempt.mark or 0, self.attempt.max_mark)

    @property
    def asked(self) -> list[PaperQuestion]:
        """The questions that have an answer, without descriptions."""
        return [question for question in self.questions if question.is_asked]

    def count(self, verdict: Verdict) -> int:
        """Return how many answers were of one kind."""
        return sum(question.verdict is verdict for question in self.asked)


def page_of(position: int) -> int:
    """Return the page a question stands on."""
    return (position - 1) // PAGE_SIZE + 1


def get_own_attempt(attempt_id: int, reader: Actor) -> Attempt:
    """Return a member's own paper with its quiz and course.

    Raises:
        NotFound: there is none of this member's.
    """
    attempt = db.session.scalars(
        select(Attempt)
        .join(Attempt.quiz)
        .join(Quiz.course)
        .options(contains_eager(Attempt.quiz).contains_eager(Quiz.course))
        .where(Attempt.id == attempt_id)
    ).one_or_none()
    if attempt is None or reader.id is None or attempt.user_id != reader.id:
        raise NotFound
    return attempt


def list_numbers(quiz_id: int, reader: Actor) -> Sequence[int]:
    """Return the numbers of a reader's papers of a quiz."""
    return db.session.scalars(
        select(Attempt.number).where(Attempt.quiz_id == quiz_id, Attempt.user_id == reader.id)
    ).all()


def paper_of(attempt: Attempt) -> Paper:
    """Return the paper of an attempt that ``get_own_attempt`` gave."""
    slots = db.session.scalars(
        select(AttemptSlot)
        .options(joinedload(AttemptSlot.version))
        .where(AttemptSlot.attempt_id == attempt.id)
        .order_by(AttemptSlot.position)
    ).all()
    ledger = db.session.scalars(
        select(AnswerEvent).where(AnswerEvent.attempt_id == attempt.id).order_by(AnswerEvent.id)
    ).all()
    newest = winners(ledger)
    lesson = db.session.scalars(
        select(Lesson)
        .join(Module, Module.id == Lesson.module_id)
        .where(Lesson.quiz_id == attempt.quiz_id, Module.course_id == attempt.quiz.course_id)
        .order_by(Lesson.id)
        .limit(1)
    ).one_or_none()
    return Paper(
        attempt=attempt,
        quiz=attempt.quiz,
        course=attempt.quiz.course,
        lesson=lesson,
        questions=[_question(slot, newest.get(slot.position)) for slot in slots],
    )


def _question(slot: AttemptSlot, event: AnswerEvent | None) -> PaperQuestion:
    return PaperQuestion(
        position=slot.position,
        question_id=slot.version.question_id,
        content=slot.version.content,
        order=slot.option_order,
        max_mark=slot.max_mark,
        mark=slot.mark,
        answered=slot.answered,
        answer=event.answer if event else {},
        saved_at=event.received_at if event and slot.answered else None,
        seen=event.id if event else 0,
    )
