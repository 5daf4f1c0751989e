"""Reads which quizzes a lesson may hold."""

from sqlalchemy import select

from core.db import db
from study.models import Quiz


def list_choices(course_id: int) -> list[tuple[int, str]]:
    """Return id and title of the course's quizzes, the latest first."""
    rows = db.session.execute(select(Quiz.id, Quiz.title).where(Quiz.course_id == course_id).order_by(Quiz.id.desc()))
    return [(row.id, row.title.pick()) for row in rows]
