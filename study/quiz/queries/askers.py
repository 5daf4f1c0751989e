"""Reads which quizzes ask a question or draw from a bank, of whatever course."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, union
from sqlalchemy.orm import joinedload

from accounts.models import Branch
from core.db import db
from core.permissions import Actor
from study.models import (
    Attempt,
    AttemptSlot,
    Course,
    PrintedForm,
    PrintedSlot,
    Question,
    QuestionBank,
    QuestionVersion,
    Quiz,
    QuizSlot,
)
from study.permissions import StudyPermission, courses_where


def _asking(question_ids: Any) -> Any:
    """Return the ids of quizzes that ask questions now, and of those with papers that do, on screens or printed."""
    now = select(QuizSlot.quiz_id).where(QuizSlot.question_id.in_(question_ids))
    versions = select(QuestionVersion.id).where(QuestionVersion.question_id.in_(question_ids))
    papers = (
        select(Attempt.quiz_id)
        .join(AttemptSlot, AttemptSlot.attempt_id == Attempt.id)
        .where(AttemptSlot.version_id.in_(versions))
    )
    printed = (
        select(PrintedForm.quiz_id)
        .join(PrintedSlot, PrintedSlot.form_id == PrintedForm.id)
        .where(PrintedSlot.version_id.in_(versions))
    )
    return union(now, papers, printed)


def is_taught_where_asked(question_ids: Any, teacher: Actor) -> bool:
    """Tell whether an actor may see all of a course one of whose quizzes asks, or asked, one of these questions.

    They may be named by their ids or by a select of these.
    """
    taught = (
        select(Quiz.id)
        .join(Course, Course.id == Quiz.course_id)
        .join(Branch, Branch.id == Course.branch_id)
        .where(Quiz.id.in_(_asking(question_ids)), courses_where(teacher, StudyPermission.TEACH))
    )
    return db.session.scalar(taught.limit(1)) is not None


@dataclass(frozen=True, kw_only=True)
class Asker:
    """A course with those of its quizzes that ask, or asked, a question."""

    course: Course
    quiz_ids: Collection[int]


def list_askers(question: Question) -> list[Asker]:
    """Return the courses whose quizzes ask, or asked, a question, each with its branch; the eldest course first."""
    found: dict[int, set[int]] = defaultdict(set)
    rows = db.session.execute(select(Quiz.course_id, Quiz.id).where(Quiz.id.in_(_asking([question.id]))))
    for course_id, quiz_id in rows:
        found[course_id].add(quiz_id)
    courses = select(Course).options(joinedload(Course.branch)).where(Course.id.in_(found)).order_by(Course.id)
    return [Asker(course=course, quiz_ids=found[course.id]) for course in db.session.scalars(courses)]


def count_elsewhere(bank: QuestionBank) -> int:
    """Return how many quizzes of other courses ask questions of a bank or draw from it."""
    asking = select(QuizSlot.quiz_id).join(Question, Question.id == QuizSlot.question_id)
    drawing = select(QuizSlot.quiz_id).where(QuizSlot.draw_bank_id == bank.id)
    quizzes = Quiz.id.in_(union(asking.where(Question.bank_id == bank.id), drawing))
    return db.session.scalar(select(func.count(Quiz.id)).where(quizzes, Quiz.course_id != bank.course_id)) or 0


def count_asked_elsewhere(question_ids: Collection[int], course_id: int) -> int:
    """Return how many of these questions of a course quizzes of other courses ask now."""
    asked = (
        select(func.count(func.distinct(QuizSlot.question_id)))
        .join(Quiz, Quiz.id == QuizSlot.quiz_id)
        .where(QuizSlot.question_id.in_(question_ids), Quiz.course_id != course_id)
    )
    return db.session.scalar(asked) or 0
