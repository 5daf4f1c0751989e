"""Tells what the quizzes of a course take from banks of other courses, for copies that have to do without these."""

from collections.abc import Collection, Iterable

from sqlalchemy import select

from core.db import db
from study.models import Question, QuestionBank, QuestionPicture, QuestionVersion, Quiz, QuizSlot
from study.models.questions import BANK_NAME_MAX
from study.quiz.services.drawing import Rule, list_drawable


def list_borrowed(course_id: int) -> dict[int, set[int]]:
    """Return by the id of each bank of another course the ids of its questions that quizzes of a course need.

    Those they ask, and all that they may draw; a bank from which nothing can be drawn at present has none.
    """
    asked = db.session.execute(
        select(QuestionBank.id.label("bank_id"), Question.id)
        .join(Question, Question.bank_id == QuestionBank.id)
        .join(QuizSlot, QuizSlot.question_id == Question.id)
        .join(Quiz, Quiz.id == QuizSlot.quiz_id)
        .where(Quiz.course_id == course_id, QuestionBank.course_id != course_id)
    )
    found: dict[int, set[int]] = {}
    for row in asked:
        found.setdefault(row.bank_id, set()).add(row.id)
    rules = _rules(course_id)
    for rule in rules:
        found.setdefault(rule.bank_id, set())
    for one in list_drawable(sorted({rule.bank_id for rule in rules})) if rules else ():
        if any(rule.fits(one) for rule in rules):
            found[one.bank_id].add(one.id)
    return found


def list_pictures(question_ids: Collection[int]) -> set[int]:
    """Return the ids of the pictures that these questions show, in whatever version."""
    if not question_ids:
        return set()
    shown = (
        select(QuestionPicture.picture_id)
        .join(QuestionVersion, QuestionVersion.id == QuestionPicture.version_id)
        .where(QuestionVersion.question_id.in_(question_ids))
    )
    return set(db.session.scalars(shown))


def _rules(course_id: int) -> set[Rule]:
    slots = db.session.scalars(
        select(QuizSlot)
        .join(Quiz, Quiz.id == QuizSlot.quiz_id)
        .join(QuestionBank, QuestionBank.id == QuizSlot.draw_bank_id)
        .where(Quiz.course_id == course_id, QuestionBank.course_id != course_id)
    )
    return {rule for slot in slots if (rule := Rule.of(slot))}


def free_names(wanted: Iterable[str], taken: Collection[str]) -> list[str]:
    """Return names for banks in one course, where there are others: the same, numbered where that one is there."""
    known, found = set(taken), []
    for name in wanted:
        free, number = name, 1
        while free in known:
            number += 1
            ending = f" ({number})"
            free = f"{name[: BANK_NAME_MAX - len(ending)]}{ending}"
        known.add(free)
        found.append(free)
    return found
