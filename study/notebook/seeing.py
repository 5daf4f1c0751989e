"""Which cards a member sees: those whose question is asked still, in a course that may be read, and told already."""

from typing import Any, Final

from sqlalchemy import ColumnElement, and_, bindparam, exists, or_

from core.clock import utcnow
from core.db import AnySelect
from core.permissions import Actor
from study.enums import QuizMode, Review, VersionState
from study.models import Course, Question, QuestionBank, QuestionVersion, Quiz, ReviewCard
from study.models.quizzes import GRACE, is_told
from study.permissions import Reach, courses_within, reach_of
from study.practice import KINDS
from study.quiz.queries.banks import current_version

_REACH: Final = Reach(*(bindparam(name, expanding=True) for name in Reach._fields))


def seen_by(reader: Actor, statement: AnySelect) -> AnySelect:
    """Narrow a select of cards to those the reader sees; it may name questions, versions, banks and courses as well."""
    return _narrowed(statement, reader.id or 0, reach_of(reader), utcnow() - GRACE)


def seen(statement: AnySelect) -> AnySelect:
    """Do the same for a statement that is built once for all readers: ``seen_as`` gives its values."""
    return _narrowed(statement, bindparam("user_id"), _REACH, bindparam("told_before"))


def seen_as(reader: Actor) -> dict[str, Any]:
    """Return the values of what ``seen`` narrows."""
    return {"user_id": reader.id or 0, "told_before": utcnow() - GRACE, **reach_of(reader)._asdict()}


def _narrowed(statement: AnySelect, user_id: Any, reach: Reach, told_before: Any) -> AnySelect:
    return (
        statement.join(Question, Question.id == ReviewCard.question_id)
        .join(QuestionVersion, current_version())
        .join(QuestionBank, QuestionBank.id == Question.bank_id)
        .join(Course, Course.id == QuestionBank.course_id)
        .where(
            ReviewCard.user_id == user_id,
            ReviewCard.removed_at.is_(None),
            Question.state == VersionState.READY,
            QuestionVersion.kind.in_(sorted(KINDS)),
            courses_within(reach),
            or_(ReviewCard.waits_for_quiz_id.is_(None), exists().where(_tells(told_before))),
        )
    )


def _tells(told_before: Any) -> ColumnElement[bool]:
    """Return the condition that a quiz shows what was right: the SQL twin of ``Quiz.shows_answers``."""
    closed: Any = and_(
        Quiz.review == Review.AFTER_CLOSING,
        Quiz.closes_at < told_before,
        or_(Quiz.extended_to.is_(None), Quiz.extended_to < told_before),
    )
    return and_(
        Quiz.id == ReviewCard.waits_for_quiz_id,
        is_told(),
        or_(Quiz.mode == QuizMode.PRACTICE, Quiz.review == Review.AT_ONCE, closed),
    )
