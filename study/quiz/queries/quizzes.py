"""Reads quizzes: for those who take them and for those who write them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from core.clock import utcnow
from core.db import db
from core.errors import NotFound
from core.pages import Page, page_of
from core.permissions import Actor
from study.enums import Grading, VersionState
from study.models import (
    Attempt,
    Course,
    Lesson,
    Question,
    QuestionBank,
    Quiz,
    QuizExtension,
    QuizSlot,
)
from study.permissions import may_author
from study.queries.courses import check_author, check_grader, check_teacher
from study.queries.lessons import find_quiz_lesson
from study.queries.outlines import Outline
from study.quiz.kinds import FULL
from study.quiz.marking import counted
from study.quiz.queries.banks import lines_of_questions
from study.quiz.queries.extensions import Terms, terms_for
from study.quiz.sharing import may_be_used_in


@dataclass(kw_only=True)
class QuizPage:
    """A quiz as one reader meets it."""

    quiz: Quiz
    lesson: Lesson | None
    outline: Outline | None
    question_count: int
    max_mark: int
    attempts: Sequence[Attempt]
    may_edit: bool
    terms: Terms
    """Until when this reader may take it, and how much longer than others."""

    @property
    def course(self) -> Course:
        """The course in which the reader takes it."""
        return self.outline.course if self.outline else self.quiz.course

    @property
    def is_enrolled(self) -> bool:
        """Tell whether the reader takes the course."""
        return self.outline is not None and self.outline.is_enrolled

    @property
    def open_attempt(self) -> Attempt | None:
        """The paper to go on with."""
        return next((attempt for attempt in self.attempts if attempt.is_open), None)

    @property
    def submitted(self) -> list[Attempt]:
        """The papers handed in, newest first."""
        return [attempt for attempt in reversed(self.attempts) if not attempt.is_open]

    @property
    def attempts_left(self) -> int | None:
        """How many more papers may be begun; None means as many as one likes."""
        if self.is_over:
            return 0
        if not self.quiz.attempts_allowed:
            return None
        return max(0, self.quiz.attempts_allowed - len(self.attempts))

    @property
    def is_over(self) -> bool:
        """Tell whether the reader has sat an exam of which the results are told."""
        return self.quiz.takes_no_more and bool(self.submitted)

    @property
    def opens_later(self) -> bool:
        """Tell whether it is not open yet."""
        return not self.quiz.has_opened(utcnow())

    @property
    def is_closed(self) -> bool:
        """Tell whether no paper is begun any more."""
        return self.terms.has_closed(utcnow())

    @property
    def waits_until(self) -> datetime | None:
        """When the pause after the last paper is over, while it lasts."""
        moment = self.quiz.next_start(attempt.submitted_at for attempt in self.attempts)
        return moment if moment and moment > utcnow() else None

    @property
    def counted(self) -> Attempt | None:
        """The paper that counts, where it is one alone."""
        # A paper of which no question counts any more counts for nothing.
        done = [one for one in self.submitted if one.max_mark]
        if not done or self.quiz.grading is Grading.MEAN:
            return None
        if self.quiz.grading in (Grading.LAST, Grading.FIRST):
            return done[0 if self.quiz.grading is Grading.LAST else -1]
        marked = [one for one in done if not one.is_waiting]
        return max(marked, key=lambda one: (Fraction(one.mark or 0, one.max_mark), -one.number), default=done[-1])

    @property
    def is_waiting(self) -> bool:
        """Tell whether what counts waits for people who mark."""
        if self.quiz.grading is Grading.MEAN:
            return any(one.is_waiting for one in self.submitted)
        if self.quiz.grading is Grading.BEST and not self.has_passed:
            return any(one.is_waiting for one in self.submitted)
        return self.counted is not None and self.counted.is_waiting

    @property
    def share(self) -> Fraction | None:
        """What counts of all papers handed in, as a share of the full mark; None where it waits to be marked."""
        marks = [
            (one.mark or 0, one.max_mark) for one in reversed(self.submitted) if not one.is_waiting and one.max_mark
        ]
        return None if self.is_waiting else counted(marks, self.quiz.grading)

    @property
    def percent(self) -> int:
        """The same in whole per cent, rounded down."""
        return int((self.share or 0) * 100)

    @property
    def has_passed(self) -> bool:
        """Tell whether what counts is enough."""
        if self.counted:
            return bool(self.counted.passed)
        share = self.share if self.quiz.grading is Grading.MEAN else None
        return share is not None and share * FULL >= self.quiz.pass_thousandths


def _find(quiz_id: int) -> Quiz | None:
    return db.session.scalars(
        select(Quiz).options(joinedload(Quiz.course).joinedload(Course.branch)).where(Quiz.id == quiz_id)
    ).one_or_none()


def get_quiz_page(quiz_id: int, reader: Actor) -> QuizPage:
    """Return a quiz for a reader. A quiz that stands in no lesson is seen by its authors only.

    Raises:
        NotFound: there is none that this reader may see.
        LessonLocked: another lesson has to be done first.
    """
    quiz = _find(quiz_id)
    if quiz is None:
        raise NotFound
    place = find_quiz_lesson(quiz_id, reader)
    may_edit = may_author(reader, quiz.course)
    if place is None and not may_edit:
        raise NotFound
    lesson, outline = place or (None, None)
    count, max_mark = db.session.execute(
        # Descriptions are worth nothing and are no questions.
        select(func.count(), func.coalesce(func.sum(QuizSlot.max_mark), 0)).where(
            QuizSlot.quiz_id == quiz_id, QuizSlot.max_mark > 0
        )
    ).one()
    return QuizPage(
        quiz=quiz,
        lesson=lesson,
        outline=outline,
        question_count=count,
        max_mark=max_mark,
        attempts=list_attempts(quiz_id, reader),
        may_edit=may_edit,
        terms=terms_for(quiz, [reader.id])[reader.id] if reader.id else Terms(closes_at=quiz.closes_at),
    )


def list_attempts(quiz_id: int, reader: Actor) -> Sequence[Attempt]:
    """Return a reader's papers of a quiz, oldest first."""
    if reader.id is None:
        return []
    return db.session.scalars(
        select(Attempt).where(Attempt.quiz_id == quiz_id, Attempt.user_id == reader.id).order_by(Attempt.number)
    ).all()


def get_own_quiz(quiz_id: int, author: Actor) -> Quiz:
    """Return a quiz that the actor may write.

    Raises:
        NotFound: there is none that the actor may see.
        Denied: the actor may see the course but not write it.
    """
    quiz = _find(quiz_id)
    if quiz is None:
        raise NotFound
    check_author(quiz.course, author)
    return quiz


def get_taught_quiz(quiz_id: int, teacher: Actor) -> Quiz:
    """Return a quiz of a course all of which the actor may see.

    Raises:
        NotFound, Denied: as for ``get_taught_course``.
    """
    quiz = _find(quiz_id)
    if quiz is None:
        raise NotFound
    check_teacher(quiz.course, teacher)
    return quiz


def get_graded_quiz(quiz_id: int, grader: Actor) -> Quiz:
    """Return a quiz whose papers the actor marks.

    Raises:
        NotFound, Denied: as for ``check_grader``.
    """
    quiz = _find(quiz_id)
    if quiz is None:
        raise NotFound
    check_grader(quiz.course, grader)
    return quiz


def list_quizzes(course: Course) -> list[tuple[Quiz, int]]:
    """Return the quizzes of a course, each with the number of its questions."""
    rows = db.session.execute(
        select(Quiz, func.count(QuizSlot.id))
        .outerjoin(QuizSlot, QuizSlot.quiz_id == Quiz.id)
        .where(Quiz.course_id == course.id)
        .group_by(Quiz.id)
        .order_by(Quiz.id)
    )
    return [(quiz, count) for quiz, count in rows]


def page_of_candidates(quiz: Quiz, bank_id: int, cursor: str | None) -> Page[Any]:
    """Return a page of the questions of a bank that may still be put into the quiz.

    None where the bank is neither of the course nor shared with it.
    """
    used = select(QuizSlot.question_id).where(QuizSlot.quiz_id == quiz.id, QuizSlot.question_id.is_not(None))
    statement = (
        lines_of_questions()
        .join(QuestionBank, QuestionBank.id == Question.bank_id)
        .where(
            Question.bank_id == bank_id,
            may_be_used_in(quiz.course),
            Question.state == VersionState.READY,
            Question.id.not_in(used),
        )
    )
    return page_of(statement, order=[Question.id], cursor=cursor, limit=50, descending=False)


def get_own_extension(extension_id: int, author: Actor) -> tuple[QuizExtension, Quiz]:
    """Return more time that somebody has for a quiz that the actor may write, with the quiz.

    Raises:
        NotFound, Denied: as for ``get_own_quiz``.
    """
    row = db.session.scalars(select(QuizExtension).where(QuizExtension.id == extension_id)).one_or_none()
    if row is None:
        raise NotFound
    return row, get_own_quiz(row.quiz_id, author)


def get_own_slot(slot_id: int, author: Actor) -> tuple[QuizSlot, Quiz]:
    """Return a question's place in a quiz that the actor may write, with the quiz.

    Raises:
        NotFound, Denied: as for ``get_own_quiz``.
    """
    slot = db.session.scalars(select(QuizSlot).where(QuizSlot.id == slot_id)).one_or_none()
    if slot is None:
        raise NotFound
    return slot, get_own_quiz(slot.quiz_id, author)
