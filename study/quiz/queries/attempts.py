"""Reads papers: the questions as they were drawn, with the answers that arrived."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from core.clock import utcnow
from core.db import db
from core.errors import NotFound
from core.faces import Faces
from core.permissions import Actor
from study.models import AnswerEvent, Attempt, AttemptFile, AttemptSlot, Course, HandMark, Lesson, Module, Quiz
from study.models.quizzes import key_shown_at
from study.quiz.hand_marking import standing
from study.quiz.kinds import is_hand_marked
from study.quiz.ledger import winners
from study.quiz.marking import Verdict, percent_of
from study.quiz.queries.hand_marks import files_of, list_marks, terms_of
from study.quiz.queries.keys import KeyNote, notes_on
from study.quiz.queries.ledgers import events_of, slots_of
from study.quiz.showing import ShownQuestion

MISSED = (Verdict.WRONG, Verdict.PART, Verdict.OPEN)


@dataclass(frozen=True, kw_only=True)
class PaperQuestion(ShownQuestion):
    """One question of a paper, in the version that was drawn."""

    question_id: int
    note: KeyNote | None = None
    """What a changed key means for it."""


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
        return max(1, self.page_of(len(self.questions)))

    @property
    def _size(self) -> int:
        return self.attempt.step or self.quiz.page_size or len(self.questions) or 1

    def page_of(self, position: int) -> int:
        """Return the page a question stands on, counted from 1."""
        return (position - 1) // self._size + 1

    def page(self, number: int) -> list[PaperQuestion]:
        """Return the questions of one page."""
        return self.questions[(number - 1) * self._size : number * self._size]

    @property
    def goes_one_way(self) -> bool:
        """Tell whether a page that was left is not seen again."""
        return bool(self.attempt.step)

    def shown_page(self, wanted: int) -> int:
        """Return which page is shown: the wanted one, or the only one that a paper shows that goes one way."""
        return self.page_of(self.attempt.reached) if self.goes_one_way else min(max(1, wanted), self.page_count)

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
    def key_at(self) -> datetime | None:
        """When a quiz that shows its key after closing shows it."""
        return key_shown_at(self.quiz.closes_at, self.quiz.extended_to)

    @property
    def percent(self) -> int:
        """The result in whole per cent."""
        return percent_of(self.attempt.mark or 0, self.attempt.max_mark)

    @property
    def missed(self) -> list[int]:
        """The questions that were not answered rightly, as far as it is told what was right."""
        told = self.questions if not self.attempt.is_open else [one for one in self.questions if one.is_checked]
        is_told = self.attempt.is_open or self.shows_answers
        return [one.question_id for one in told if is_told and one.is_asked and one.verdict in MISSED]

    @property
    def waiting(self) -> list[PaperQuestion]:
        """The questions of a paper handed in that a person has still to mark."""
        return [] if self.attempt.is_open else [one for one in self.questions if one.mark is None]

    @property
    def so_far(self) -> tuple[int, int]:
        """What the questions that are marked earned, and what they are worth."""
        done = [one for one in self.questions if one.mark is not None]
        return max(0, sum(one.mark or 0 for one in done)), sum(one.max_mark for one in done)

    @property
    def asked(self) -> list[PaperQuestion]:
        """The questions that have an answer and count, without descriptions."""
        return [question for question in self.questions if question.is_asked and not question.is_dropped]

    @property
    def has_missed(self) -> bool:
        """Tell whether something that was answered is wrong, if only in part; what was left open was not tried."""
        return any(question.verdict in (Verdict.WRONG, Verdict.PART) for question in self.asked)

    @property
    def said(self) -> Faces:
        """What the author has to say to the whole paper."""
        return self.quiz.said_to(self.attempt.mark or 0, self.attempt.max_mark)

    def sureness(self) -> list[tuple[int, int, int]]:
        """Return how sure one was, how often, and how often it was right: the surest first, what was not said last."""
        found = []
        for level in (3, 2, 1, 0):
            verdicts = [question.verdict for question in self.asked if question.answered and question.sure == level]
            if verdicts:
                found.append((level, len(verdicts), verdicts.count(Verdict.RIGHT)))
        return found

    def count(self, verdict: Verdict) -> int:
        """Return how many answers were of one kind."""
        return sum(question.verdict is verdict for question in self.asked)


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
    newest = winners(events_of(attempt.id))
    slots = slots_of(attempt.id)
    given = _given(attempt, slots)
    lesson = db.session.scalars(
        select(Lesson)
        .join(Module, Module.id == Lesson.module_id)
        .where(Lesson.quiz_id == attempt.quiz_id, Module.course_id == attempt.quiz.course_id)
        .order_by(Lesson.id)
        .limit(1)
    ).one_or_none()
    notes = {} if attempt.is_open else notes_on(attempt, slots)
    places = [(slot, newest.get(slot.position), notes.get(slot.position)) for slot in slots]
    return Paper(
        attempt=attempt,
        quiz=attempt.quiz,
        course=attempt.quiz.course,
        lesson=lesson,
        questions=[_question(attempt, slot, event, given, note) for slot, event, note in places],
    )


@dataclass(frozen=True, kw_only=True)
class _ByHand:
    """What belongs to answers that people mark, by the place of their question."""

    files: Mapping[int, Sequence[AttemptFile]] = field(default_factory=dict)
    marks: Mapping[int, Sequence[HandMark]] = field(default_factory=dict)


def _given(attempt: Attempt, slots: Sequence[AttemptSlot]) -> _ByHand:
    """Return files, and once the whole paper is marked what people gave it; most papers have nothing of it."""
    if not any(is_hand_marked(slot.version.kind) for slot in slots):
        return _ByHand()
    marks: dict[int, list[HandMark]] = {}
    if attempt.marking_code and attempt.mark is not None:
        for row in list_marks(attempt.id):
            marks.setdefault(row.position, []).append(row)
    terms = terms_of(attempt.quiz)
    return _ByHand(
        files=files_of(attempt.id),
        marks={position: standing(rows, terms, 0).told for position, rows in marks.items()},
    )


def _question(
    attempt: Attempt, slot: AttemptSlot, event: AnswerEvent | None, given: _ByHand, note: KeyNote | None
) -> PaperQuestion:
    # Marks of people may still change until the whole paper is marked.
    waits = attempt.is_waiting and slot.answered and is_hand_marked(slot.version.kind) and slot.max_mark > 0
    return PaperQuestion(
        note=note,
        is_dropped=note is not None and not slot.max_mark,
        is_rekeyed=note is not None,
        position=slot.position,
        question_id=slot.version.question_id,
        content=slot.version.content,
        order=slot.option_order,
        max_mark=slot.max_mark,
        mark=None if waits else slot.mark,
        files=given.files.get(slot.position, ()),
        hand=given.marks.get(slot.position, ()),
        answered=slot.answered,
        answer=event.answer if event else {},
        saved_at=event.received_at if event and slot.answered else None,
        certainty=attempt.certainty,
        is_checked=slot.checked_at is not None,
        seen=event.id if event else 0,
    )
