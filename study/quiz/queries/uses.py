"""Reads where a question is used: in quizzes, in lessons, in papers."""

from dataclasses import dataclass

from sqlalchemy import JSON, func, or_, select, type_coerce
from sqlalchemy.orm import joinedload

from core.db import db
from core.faces import Faces
from core.permissions import Actor
from study.models import (
    Attempt,
    AttemptSlot,
    Course,
    Lesson,
    Module,
    PracticeAnswer,
    PrintedSlot,
    Question,
    QuestionVersion,
    Quiz,
    QuizSlot,
)
from study.permissions import may_author, may_teach

SHOWN_LESSONS = 50


@dataclass(frozen=True, kw_only=True)
class UsingQuiz:
    """A quiz that asks a question, of a course all of which the reader may see."""

    id: int
    title: Faces
    version: int | None
    """The one it asks for good; None for the latest."""
    course: Course | None
    """Named where it is another than the question's own."""
    writes: bool
    """Whether the reader may change the quiz."""


@dataclass(frozen=True, kw_only=True)
class Uses:
    """Where a question is used."""

    quizzes: list[UsingQuiz]
    elsewhere: int
    """How many quizzes of other courses than the question's own ask it, whoever may see them."""
    unseen: int
    """How many quizzes ask it that this reader may not see."""
    lessons: list[tuple[int, Faces]]
    """Of its own course, for those who may see all of that."""
    papers: int
    """How many papers ask it, in whatever version; printed forms are papers."""
    answers: int
    """How often it was answered in pages."""

    @property
    def any(self) -> bool:
        """Tell whether it is used at all."""
        return bool(self.quizzes or self.unseen or self.lessons or self.papers or self.answers)


def uses_of(question: Question, reader: Actor) -> Uses:
    """Return where a question is used; its bank, that one's course and branch are loaded."""
    home = question.bank.course
    rows = db.session.execute(
        select(Quiz, QuestionVersion.version)
        .options(joinedload(Quiz.course).joinedload(Course.branch))
        .join(QuizSlot, QuizSlot.quiz_id == Quiz.id)
        .outerjoin(QuestionVersion, QuestionVersion.id == QuizSlot.fixed_version_id)
        .where(QuizSlot.question_id == question.id)
        .order_by(Quiz.course_id != home.id, Quiz.id)
    ).all()
    quizzes = [
        UsingQuiz(
            id=quiz.id,
            title=quiz.title,
            version=version,
            course=quiz.course if quiz.course_id != home.id else None,
            writes=may_author(reader, quiz.course),
        )
        for quiz, version in rows
        if may_teach(reader, quiz.course)
    ]
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
        quizzes=quizzes,
        elsewhere=sum(quiz.course_id != home.id for quiz, _version in rows),
        unseen=len(rows) - len(quizzes),
        lessons=_lessons(question.id, home.id) if may_teach(reader, home) else [],
        papers=(db.session.scalar(papers) or 0) + (db.session.scalar(printed) or 0),
        answers=db.session.scalar(answers) or 0,
    )


def _lessons(question_id: int, course_id: int) -> list[tuple[int, Faces]]:
    marker = f'<div class="asked" data-q="{question_id}"'
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
    return [(row.id, row.title) for row in lessons]
