"""Reads where a question is used: in quizzes, in lessons, in papers."""

from dataclasses import dataclass

from sqlalchemy import JSON, func, or_, select, type_coerce

from core.db import db
from core.faces import Faces
from study.models import (
    Attempt,
    AttemptSlot,
    Lesson,
    Module,
    PracticeAnswer,
    PrintedSlot,
    Question,
    QuestionVersion,
    Quiz,
    QuizSlot,
)

SHOWN_LESSONS = 50


@dataclass(frozen=True, kw_only=True)
class Uses:
    """Where a question is used."""

    quizzes: list[tuple[int, Faces, int | None]]
    """Id and title, and the version it asks for good; None for the latest."""
    lessons: list[tuple[int, Faces]]
    papers: int
    """How many papers ask it, in whatever version; printed forms are papers."""
    answers: int
    """How often it was answered in pages."""

    @property
    def any(self) -> bool:
        """Tell whether it is used at all."""
        return bool(self.quizzes or self.lessons or self.papers or self.answers)


def uses_of(question: Question, course_id: int) -> Uses:
    """Return where a question of a course is used."""
    quizzes = db.session.execute(
        select(Quiz.id, Quiz.title, QuestionVersion.version)
        .join(QuizSlot, QuizSlot.quiz_id == Quiz.id)
        .outerjoin(QuestionVersion, QuestionVersion.id == QuizSlot.fixed_version_id)
        .where(QuizSlot.question_id == question.id)
        .order_by(Quiz.id)
    )
    marker = f'<div class="asked" data-q="{question.id}"'
    html = type_coerce(Lesson.html, JSON)
    lessons = db.session.execute(
        select(Lesson.id, Lesson.title)
        .join(Module, Module.id == Lesson.module_id)
        .where(
            Module.course_id == course_id,
            or_(*(html[face].as_string().contains(marker, autoescape=True) for face in ("zh", "en"))),
        )
        .order_by(Lesson.id)
        .limit(SHOWN_LESSONS)
    )
    papers = (
        select(func.count(func.distinct(Attempt.id)))
        .join(AttemptSlot, AttemptSlot.attempt_id == Attempt.id)
        .join(QuestionVersion, QuestionVersion.id == AttemptSlot.version_id)
        .where(QuestionVersion.question_id == question.id)
    )
    printed = (
        select(func.count(func.distinct(PrintedSlot.form_id)))
        .join(QuestionVersion, QuestionVersion.id == PrintedSlot.version_id)
        .where(QuestionVersion.question_id == question.id)
    )
    answers = select(func.count(PracticeAnswer.id)).where(PracticeAnswer.question_id == question.id)
    return Uses(
        quizzes=[(row.id, row.title, row.version) for row in quizzes],
        lessons=[(row.id, row.title) for row in lessons],
        papers=(db.session.scalar(papers) or 0) + (db.session.scalar(printed) or 0),
        answers=db.session.scalar(answers) or 0,
    )
