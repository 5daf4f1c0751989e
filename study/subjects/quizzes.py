"""Quizzes as things on whose questions threads hang."""

from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from typing import Any

from sqlalchemy import Row, and_, bindparam, exists, or_, select, update

from core.db import db
from core.passages import Passage
from core.permissions import Actor
from core.subjects import DiscussionSubject, Subject
from core.text import plain
from study import urls
from study.enums import AttemptState, CourseState
from study.models import Attempt, AttemptSlot, Course, Question, QuestionVersion, Quiz, QuizSlot
from study.models.quizzes import is_told
from study.permissions import may_read_course, quiz_audience, reading_audience
from study.subjects.words import subject_of


class QuizSubject(DiscussionSubject):
    """Quizzes as things on whose questions threads hang: for those who have handed in a paper, and for the staff."""

    kind = "quiz"
    is_narrower = True

    def find(self, subject_id: int, actor: Actor) -> Subject | None:
        """Return the quiz with what it asks if the reader has seen its answers. Asks one question."""
        rows = list(db.session.execute(_asked(), {"quiz_id": subject_id, "user_id": actor.id or 0}))
        if not rows or not may_read_course(actor, rows[0].Course):
            return None
        if not (rows[0].has_handed_in or actor.can_read(quiz_audience(subject_id))):
            return None
        if any(row.question_id is None for row in rows):
            # A place that draws names no question: what the reader's own papers drew.
            rows += db.session.execute(_drawn(), {"quiz_id": subject_id, "user_id": actor.id or 0}).all()
        return replace(
            self._of(rows[0]),
            passages=[
                Passage(f"q{row.question_id}", text, is_lasting=True)
                for row in rows
                if row.html is not None
                for face in dict.fromkeys((row.html.pick(), row.html.zh, row.html.en))
                if (text := " ".join(plain(face).split()))
            ],
        )

    def named(self, ids: Iterable[int], actor: Actor) -> dict[int, Subject]:
        """Return those of the quizzes whose questions the reader may discuss."""
        return {
            row.id: self._of(row)
            for row in self._rows(ids)
            if may_read_course(actor, row.Course) and actor.can_read(quiz_audience(row.id))
        }

    def audiences(self, ids: Iterable[int]) -> dict[int, str]:
        """Return who may see threads on each of these quizzes now."""
        return {row.id: _discussing(row.id, row.Course) for row in self._rows(ids)}

    def board_audiences(self, ids: Iterable[int]) -> dict[int, str]:
        """Return who may see the courses of these quizzes, whose boards take the threads."""
        return {row.id: reading_audience(row.Course) for row in self._rows(ids)}

    def note_thread(self, subject_id: int) -> None:
        """Let readers' tokens name the quiz from now on."""
        db.session.execute(
            update(Quiz)
            .where(Quiz.id == subject_id, Quiz.is_discussed.is_(False))
            .values(is_discussed=True)
            .execution_options(synchronize_session=False)
        )

    def _of(self, row: Row[Any]) -> Subject:
        subject = subject_of(self.kind, row.id, row.title.pick(), urls.for_quiz(row.id), row.Course)
        return replace(subject, audience=_discussing(row.id, row.Course), board_audience=subject.audience)

    def _rows(self, ids: Iterable[int]) -> Iterable[Row[Any]]:
        return db.session.execute(
            select(Quiz.id, Quiz.title, Course).join(Course, Course.id == Quiz.course_id).where(Quiz.id.in_(list(ids)))
        )


def _discussing(quiz_id: int, course: Course) -> str:
    """Return who discusses the questions of a quiz; while its course is a draft, nobody but the staff."""
    return reading_audience(course) if course.state is CourseState.DRAFT else quiz_audience(quiz_id)


@cache
def _drawn() -> Any:
    """Select what a member's papers of a quiz have asked, a row each."""
    return (
        select(QuestionVersion.question_id, QuestionVersion.html)
        .join(AttemptSlot, AttemptSlot.version_id == QuestionVersion.id)
        .join(Attempt, Attempt.id == AttemptSlot.attempt_id)
        .where(
            Attempt.quiz_id == bindparam("quiz_id"),
            Attempt.user_id == bindparam("user_id"),
            Attempt.state != AttemptState.OPEN,
        )
        .order_by(AttemptSlot.attempt_id.desc(), AttemptSlot.position)
    )


@cache
def _asked() -> Any:
    """Select what a quiz asks now, a row each; one row without a question where it asks nothing."""
    mine = Attempt.user_id == bindparam("user_id")
    handed_in = and_(is_told(), exists().where(Attempt.quiz_id == Quiz.id, mine, Attempt.state != AttemptState.OPEN))
    asked = or_(
        QuestionVersion.id == QuizSlot.fixed_version_id,
        and_(
            QuizSlot.fixed_version_id.is_(None),
            QuestionVersion.question_id == Question.id,
            QuestionVersion.version == Question.current_version,
        ),
    )
    return (
        select(
            Quiz.id, Quiz.title, Course, QuizSlot.question_id, QuestionVersion.html, handed_in.label("has_handed_in")
        )
        .join(Course, Course.id == Quiz.course_id)
        .outerjoin(QuizSlot, QuizSlot.quiz_id == Quiz.id)
        .outerjoin(Question, Question.id == QuizSlot.question_id)
        .outerjoin(QuestionVersion, asked)
        .where(Quiz.id == bindparam("quiz_id"))
        .order_by(QuizSlot.position, QuizSlot.id)
    )
