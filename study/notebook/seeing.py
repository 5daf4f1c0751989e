"""Which cards a member sees: those whose question is asked still, in a course that may be read, and told now."""

from typing import Any, Final

from sqlalchemy import ColumnElement, and_, bindparam, exists, func, or_
from sqlalchemy.orm import aliased

from core.clock import utcnow
from core.db import AnySelect
from core.permissions import Actor
from study.enums import QuizMode, Review, VersionState
from study.models import Attempt, CardSource, Course, Question, QuestionBank, QuestionVersion, Quiz, ReviewCard
from study.models.quizzes import GRACE
from study.models.quizzes import is_told as may_tell_results
from study.permissions import Reach, courses_within, reach_of
from study.practice import KINDS
from study.quiz.queries.banks import current_version

_TAKEN: Final = aliased(Quiz)
_REACH: Final = Reach(*(bindparam(name, expanding=True) for name in Reach._fields))


def seen_by(reader: Actor, statement: AnySelect) -> AnySelect:
    """Narrow a select of cards to those the reader sees; it may name questions, versions, banks and courses as well."""
    return held_by(reader, statement).where(ReviewCard.removed_at.is_(None))


def held_by(reader: Actor, statement: AnySelect) -> AnySelect:
    """Do the same, and keep those that were taken out."""
    return _narrowed(statement, reader.id or 0, reach_of(reader), utcnow() - GRACE)


def seen(statement: AnySelect) -> AnySelect:
    """Narrow as ``seen_by`` does, in a statement that is built once for all readers: ``seen_as`` gives its values."""
    narrowed = _narrowed(statement, bindparam("user_id"), _REACH, bindparam("told_before"))
    return narrowed.where(ReviewCard.removed_at.is_(None))


def seen_as(reader: Actor) -> dict[str, Any]:
    """Return the values of what ``seen`` narrows."""
    return {"user_id": reader.id or 0, "told_before": utcnow() - GRACE, **reach_of(reader)._asdict()}


def _narrowed(statement: AnySelect, user_id: Any, reach: Reach, told_before: Any) -> AnySelect:
    return (
        statement.join(Question, Question.id == ReviewCard.question_id)
        .join(QuestionVersion, current_version())
        .join(QuestionBank, QuestionBank.id == Question.bank_id)
        # A shared bank is of another course than the quiz: what counts is where the mistake was made.
        .outerjoin(Attempt, Attempt.id == ReviewCard.attempt_id)
        .outerjoin(_TAKEN, _TAKEN.id == Attempt.quiz_id)
        .join(Course, Course.id == func.coalesce(_TAKEN.course_id, QuestionBank.course_id))
        .where(
            ReviewCard.user_id == user_id,
            ReviewCard.righted_at.is_(None),
            Question.state == VersionState.READY,
            QuestionVersion.kind.in_(sorted(KINDS)),
            courses_within(reach),
            is_told(told_before),
        )
    )


def is_told(told_before: Any) -> ColumnElement[bool]:
    """Return the condition that what is right may be told: a page asked, or one of its quizzes tells it now."""
    asked = exists().where(CardSource.card_id == ReviewCard.id, Quiz.id == CardSource.quiz_id, tells(told_before))
    return or_(ReviewCard.is_practised, asked)


def tells(told_before: Any) -> ColumnElement[bool]:
    """Return the condition that a quiz shows what was right: the SQL twin of ``Quiz.shows_answers``."""
    closed: Any = and_(
        Quiz.review == Review.AFTER_CLOSING,
        Quiz.closes_at < told_before,
        or_(Quiz.extended_to.is_(None), Quiz.extended_to < told_before),
    )
    return and_(
        may_tell_results(),
        or_(Quiz.mode == QuizMode.PRACTICE, Quiz.review == Review.AT_ONCE, closed),
    )
