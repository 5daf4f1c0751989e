"""Reads what taking back a question file would do: what goes, and what stays because somebody uses it by now."""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import CompoundSelect, Select, select
from sqlalchemy.orm import joinedload

from core.db import db
from core.errors import NotFound
from core.permissions import Actor
from study.models import (
    AttemptSlot,
    Course,
    Lesson,
    Module,
    PracticeAnswer,
    PrintedSlot,
    Question,
    QuestionBank,
    QuestionImport,
    QuestionVersion,
    Quiz,
    QuizSlot,
)
from study.queries.courses import check_author

_ASKED = re.compile(r'<div class="asked" data-q="(\d{1,9})"')


class Held(StrEnum):
    """Why something of a file stays."""

    EDITED = "edited"
    ASKED = "asked"
    ELSEWHERE = "elsewhere"
    IN_LESSON = "in_lesson"
    TAKEN = "taken"
    ANSWERED = "answered"


@dataclass(kw_only=True)
class Undoing:
    """What taking a file back does."""

    goes: list[tuple[int, str]] = field(default_factory=list)
    """Id and name of questions that the file brought."""
    back: list[tuple[int, int, str]] = field(default_factory=list)
    """Ids of versions that the file brought to older questions, of their questions, and the names of these."""
    stays: list[tuple[int, str, Held]] = field(default_factory=list)


def list_imports(bank: QuestionBank) -> list[QuestionImport]:
    """Return the files that were taken into a bank, newest first."""
    rows = select(QuestionImport).where(QuestionImport.bank_id == bank.id).order_by(QuestionImport.id.desc())
    return list(db.session.scalars(rows))


def get_own_import(import_id: int, author: Actor) -> tuple[QuestionImport, QuestionBank]:
    """Return a file that was taken in, with its bank, the course and its branch.

    Raises:
        NotFound, Denied: as for ``get_own_course``.
    """
    taken = db.session.get(QuestionImport, import_id)
    if taken is None:
        raise NotFound
    bank = db.session.scalars(
        select(QuestionBank)
        .options(joinedload(QuestionBank.course).joinedload(Course.branch))
        .where(QuestionBank.id == taken.bank_id)
    ).one()
    check_author(bank.course, author)
    return taken, bank


def plan_undoing(taken: QuestionImport, course_id: int) -> Undoing:
    """Return what goes and what stays if a file is taken back now."""
    found = Undoing()
    held = _held_questions(taken.id, course_id)
    rows = select(Question.id, Question.name).where(Question.import_id == taken.id).order_by(Question.id)
    for ident, name in db.session.execute(rows):
        if why := held.get(ident):
            found.stays.append((ident, name, why))
        else:
            found.goes.append((ident, name))
    _plan_versions(taken.id, found)
    return found


def _ids(statement: Select[Any] | CompoundSelect[Any]) -> set[int]:
    return set(db.session.scalars(statement))


def _held_questions(import_id: int, course_id: int) -> dict[int, Held]:
    """Return why questions stay, the strongest reason of each."""
    of_file = Question.import_id == import_id
    edited = (
        select(QuestionVersion.question_id)
        .join(Question, Question.id == QuestionVersion.question_id)
        .where(of_file, QuestionVersion.import_id.is_distinct_from(import_id))
    )
    asked = db.session.execute(
        select(Question.id, Quiz.course_id)
        .join(QuizSlot, QuizSlot.question_id == Question.id)
        .join(Quiz, Quiz.id == QuizSlot.quiz_id)
        .where(of_file)
    ).all()
    taken = (
        select(QuestionVersion.question_id)
        .join(AttemptSlot, AttemptSlot.version_id == QuestionVersion.id)
        .join(Question, Question.id == QuestionVersion.question_id)
        .where(of_file)
    )
    printed = (
        select(QuestionVersion.question_id)
        .join(PrintedSlot, PrintedSlot.version_id == QuestionVersion.id)
        .join(Question, Question.id == QuestionVersion.question_id)
        .where(of_file)
    )
    answered = select(Question.id).join(PracticeAnswer, PracticeAnswer.question_id == Question.id).where(of_file)
    reasons = {
        Held.EDITED: _ids(edited),
        Held.ASKED: {row.id for row in asked},
        Held.ELSEWHERE: {row.id for row in asked if row.course_id != course_id},
        Held.IN_LESSON: _in_lessons(course_id),
        Held.ANSWERED: _ids(answered),
        Held.TAKEN: _ids(taken.union(printed)),
    }
    return {ident: why for why, ids in reasons.items() for ident in ids}


def _in_lessons(course_id: int) -> set[int]:
    bodies = db.session.scalars(
        select(Lesson.html).join(Module, Module.id == Lesson.module_id).where(Module.course_id == course_id)
    )
    return {int(ident) for html in bodies for text in (html.zh, html.en) for ident in _ASKED.findall(text)}


def _plan_versions(import_id: int, found: Undoing) -> None:
    of_file = QuestionVersion.import_id == import_id
    version = select(QuestionVersion.id).where(of_file)
    used = (
        _ids(
            version.join(AttemptSlot, AttemptSlot.version_id == QuestionVersion.id).union(
                version.join(PrintedSlot, PrintedSlot.version_id == QuestionVersion.id)
            )
        )
        | _ids(version.join(QuizSlot, QuizSlot.fixed_version_id == QuestionVersion.id))
        | _ids(version.join(PracticeAnswer, PracticeAnswer.version_id == QuestionVersion.id))
    )
    rows = db.session.execute(
        select(QuestionVersion.id, QuestionVersion.question_id, Question.name)
        .join(Question, Question.id == QuestionVersion.question_id)
        .where(of_file, Question.import_id.is_distinct_from(import_id))
        .order_by(QuestionVersion.id)
    )
    for version_id, question_id, name in rows:
        if version_id in used:
            found.stays.append((question_id, name, Held.TAKEN))
        else:
            found.back.append((version_id, question_id, name))
