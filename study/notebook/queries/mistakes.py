"""Reads out of papers and of answers in pages what was wrong."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import joinedload

from core.db import db
from study.enums import AttemptState, Certainty, Mistake
from study.models import Attempt, AttemptSlot, KeyChange, KeyMark, Lesson, PracticeAnswer, QuestionVersion, Quiz
from study.notebook.mistakes import Missed
from study.practice import KINDS
from study.quiz.kinds import FULL
from study.quiz.marking import Verdict
from study.quiz.queries.attempts import PaperQuestion, paper_of

_MISTAKES = {Verdict.WRONG: Mistake.WRONG, Verdict.PART: Mistake.PART}
GUESSED = 1


def missed_on_paper(attempt_id: int) -> Missed | None:
    """Return what was wrong on a paper; None where it is open, gone, or nothing of its result is told yet."""
    attempt = db.session.scalars(
        select(Attempt)
        .options(joinedload(Attempt.quiz).joinedload(Quiz.course))
        .where(Attempt.id == attempt_id, Attempt.state == AttemptState.SUBMITTED)
    ).one_or_none()
    if attempt is None or attempt.quiz.is_held_back or attempt.submitted_at is None:
        return None
    paper = paper_of(attempt)
    found = {question.question_id: _mistake(question) for question in paper.questions if question.kind in KINDS}
    return Missed(
        user_id=attempt.user_id,
        at=attempt.submitted_at,
        questions={ident: mistake for ident, mistake in found.items() if mistake},
        attempt_id=attempt.id,
        lesson_id=paper.lesson.id if paper.lesson else None,
        quiz_id=attempt.quiz_id,
    )


def _mistake(question: PaperQuestion) -> Mistake | None:
    """Return what was wrong with an answer. What was left open was not answered wrongly."""
    verdict = question.verdict
    if verdict is Verdict.RIGHT and question.certainty is not Certainty.NONE and question.sure == GUESSED:
        return Mistake.GUESSED
    return _MISTAKES.get(verdict)


def list_handed_in(quiz_id: int, after_id: int, limit: int = 200) -> Sequence[int]:
    """Return the ids of the next papers of a quiz that were handed in."""
    return db.session.scalars(
        select(Attempt.id)
        .where(Attempt.quiz_id == quiz_id, Attempt.state == AttemptState.SUBMITTED, Attempt.id > after_id)
        .order_by(Attempt.id)
        .limit(limit)
    ).all()


def list_marked_again(change_id: int, after_id: int, limit: int = 200) -> Sequence[int]:
    """Return the ids of the next papers that a changed key is about."""
    return db.session.scalars(
        select(KeyMark.attempt_id)
        .distinct()
        .where(KeyMark.change_id == change_id, KeyMark.attempt_id > after_id)
        .order_by(KeyMark.attempt_id)
        .limit(limit)
    ).all()


def has_mistakes(user_id: int, change: KeyChange, attempt_id: int) -> bool:
    """Tell whether a member missed the question of a changed key elsewhere than on a paper.

    What was answered in pages by the key that was wrong says nothing.
    """
    paper: ColumnElement[bool] = exists().where(
        Attempt.user_id == user_id,
        Attempt.id != attempt_id,
        Attempt.state == AttemptState.SUBMITTED,
        AttemptSlot.attempt_id == Attempt.id,
        AttemptSlot.mark < AttemptSlot.max_mark,
        AttemptSlot.answered,
        QuestionVersion.id == AttemptSlot.version_id,
        QuestionVersion.question_id == change.question_id,
    )
    page = exists().where(
        PracticeAnswer.user_id == user_id,
        PracticeAnswer.question_id == change.question_id,
        PracticeAnswer.fraction < FULL,
        PracticeAnswer.version_id.not_in(change.version_ids),
    )
    return bool(db.session.scalar(select(or_(paper, page))))


def missed_in_page(answer_id: int, lesson_id: int) -> Missed | None:
    """Return what was wrong with an answer in a page; None where it is gone."""
    answer = db.session.get(PracticeAnswer, answer_id)
    if answer is None:
        return None
    mistake = Mistake.PART if answer.fraction else Mistake.WRONG
    return Missed(
        user_id=answer.user_id,
        at=answer.answered_at,
        questions={answer.question_id: mistake},
        # It may be gone by now.
        lesson_id=db.session.scalar(select(Lesson.id).where(Lesson.id == lesson_id)),
    )
