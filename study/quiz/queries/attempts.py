"""Reads papers: the questions as they were drawn, with the answers that arrived."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload

from core.clock import utcnow
from core.db import db
from core.errors import NotFound
from core.faces import Faces
from core.permissions import Actor
from study.enums import QuestionKind
from study.models import AnswerEvent, Attempt, AttemptSlot, Course, Lesson, Module, QuestionVersion, Quiz
from study.models.questions import Option
from study.quiz.marking import CHOICES, Answer, Verdict, matching_pattern, percent_of, verdict_of

PAGE_SIZE = 10
"""Questions on one page of a paper: small enough for a slow link."""


ACCEPTED_SHOWN = 3
"""Accepted short answers that a result names; spellings of one answer can be many."""


@dataclass(frozen=True, kw_only=True)
class ShownOption:
    """An option at its place on the paper; ``number`` counts from 1 and is all that the form sends."""

    number: int
    option: Option
    chosen: bool

    @property
    def is_right(self) -> bool:
        """Tell whether it earns something. For results only."""
        return self.option.fraction > 0


@dataclass(frozen=True, kw_only=True)
class PaperQuestion:
    """One question of a paper. What gives the answer away is in ``version`` and used by results only."""

    position: int
    version: QuestionVersion
    order: Sequence[str]
    max_mark: int
    mark: int | None
    answered: bool
    event: AnswerEvent | None = None

    @property
    def kind(self) -> QuestionKind:
        """What it asks for."""
        return self.version.kind

    @property
    def is_choice(self) -> bool:
        """Tell whether it is answered by choosing."""
        return self.kind in CHOICES

    @property
    def answer(self) -> Answer:
        """The answer that counts, empty where there is none."""
        return self.event.answer if self.event else {}

    @property
    def saved_at(self) -> datetime | None:
        """When that answer arrived."""
        return self.event.received_at if self.event and self.answered else None

    @property
    def seen(self) -> int:
        """What the form tells back to show which answer it was filled with."""
        return self.event.id if self.event else 0

    @cached_property
    def options(self) -> list[ShownOption]:
        """The options in the order of this paper."""
        by_key = {option.key: option for option in self.version.option_list}
        chosen = self.answer.get("keys", ())
        return [
            ShownOption(number=number, option=by_key[key], chosen=key in chosen)
            for number, key in enumerate(self.order, start=1)
        ]

    @property
    def verdict(self) -> Verdict:
        """How good the answer was."""
        return verdict_of(self.mark, self.max_mark, answered=self.answered)

    @cached_property
    def matched(self) -> Option | None:
        """The accepted short answer, or the foreseen wrong one, that this answer met."""
        options = self.version.option_list
        place = matching_pattern([option.pattern for option in options], str(self.answer.get("text", "")))
        return options[place] if place is not None else None

    @property
    def accepted(self) -> list[str]:
        """The short answers that earn the full mark, as an author wrote them."""
        patterns = [option.pattern for option in self.version.option_list if option.fraction >= 1000]
        return [pattern.replace("\\*", "*") for pattern in patterns if pattern != "*"][:ACCEPTED_SHOWN]

    @property
    def remarks(self) -> list[Faces]:
        """What the author has to say to this answer."""
        if self.is_choice:
            found = [shown.option.feedback_html for shown in self.options if shown.chosen]
        else:
            found = [self.matched.feedback_html] if self.matched else []
        return [remark for remark in found if remark]


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
        return [question for question in self.questions if not question.answered]

    @property
    def time_left(self) -> timedelta | None:
        """The time left by the server's clock; None where there is no limit."""
        if self.attempt.due_at is None:
            return None
        return max(timedelta(0), self.attempt.due_at - utcnow())

    @property
    def percent(self) -> int:
        """The result in whole per cent."""
        return percent_of(self.attempt.mark or 0, self.attempt.max_mark)

    def count(self, verdict: Verdict) -> int:
        """Return how many answers were of one kind."""
        return sum(question.verdict is verdict for question in self.questions)


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
    newest = {event.position: event for event in ledger}
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
        questions=[
            PaperQuestion(
                position=slot.position,
                version=slot.version,
                order=slot.option_order,
                max_mark=slot.max_mark,
                mark=slot.mark,
                answered=slot.answered,
                event=newest.get(slot.position),
            )
            for slot in slots
        ],
    )
