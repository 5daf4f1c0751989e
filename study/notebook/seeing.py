"""Which cards a member sees: those whose question is asked still, in a course that may be read, and told already."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_

from core.clock import utcnow
from core.db import AnySelect
from core.permissions import Actor
from study.enums import QuizMode, Review, VersionState
from study.models import Course, Question, QuestionBank, QuestionVersion, Quiz, ReviewCard
from study.models.quizzes import GRACE, is_told
from study.permissions import readable_courses
from study.practice import KINDS
from study.quiz.queries.banks import current_version


def seen_by(reader: Actor, statement: AnySelect) -> AnySelect:
    """Narrow a select of cards to those the reader sees; it may name questions, versions, banks and courses as well."""
    return (
        statement.join(Question, Question.id == ReviewCard.question_id)
        .join(QuestionVersion, current_version())
        .join(QuestionBank, QuestionBank.id == Question.bank_id)
        .join(Course, Course.id == QuestionBank.course_id)
        .where(
            ReviewCard.user_id == (reader.id or 0),
            ReviewCard.removed_at.is_(None),
            Question.state == VersionState.READY,
            QuestionVersion.kind.in_(sorted(KINDS)),
            readable_courses(reader),
            or_(ReviewCard.waits_for_quiz_id.is_(None), exists().where(_tells(utcnow()))),
        )
    )


def _tells(now: datetime) -> ColumnElement[bool]:
    """Return the condition that a quiz shows what was right: the SQL twin of ``Quiz.shows_answers``."""
    closed: Any = and_(
        Quiz.review == Review.AFTER_CLOSING,
        Quiz.closes_at < now - GRACE,
        or_(Quiz.extended_to.is_(None), Quiz.extended_to < now - GRACE),
    )
    return and_(
        Quiz.id == ReviewCard.waits_for_quiz_id,
        is_told(),
        or_(Quiz.mode == QuizMode.PRACTICE, Quiz.review == Review.AT_ONCE, closed),
    )
