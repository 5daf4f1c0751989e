"""Reads the sketches of the questions of a course."""

from sqlalchemy import select

from core.db import db
from study.models import Question, QuestionBank
from study.quiz.likeness import Likeness


def list_sketches(course_id: int) -> list[tuple[int, str]]:
    """Return id and sketch of the questions of a course, oldest first."""
    rows = db.session.execute(
        select(Question.id, Question.sketch)
        .join(QuestionBank, QuestionBank.id == Question.bank_id)
        .where(QuestionBank.course_id == course_id, Question.sketch != "")
        .order_by(Question.id)
    )
    return [(row.id, row.sketch) for row in rows]


def load_likeness(course_id: int) -> Likeness[int]:
    """Return the questions of a course, to look for one that says nearly the same."""
    return Likeness(list_sketches(course_id))
