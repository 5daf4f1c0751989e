"""Questions in pages: which ones a text may ask, and what a reader answered."""

from collections.abc import Collection, Mapping
from typing import Final

from sqlalchemy import func, or_, select

from core.db import db
from core.faces import Faces
from core.markup import asked_names
from core.permissions import Actor
from study.enums import VersionState
from study.models import PracticeAnswer, Question, QuestionBank, QuestionVersion
from study.practice import KINDS, PageQuestion, Questions
from study.quiz.queries.banks import current_version
from study.quiz.wording import opening

OFFERED_MAX: Final = 300
ID_DIGITS: Final = 9


def asks_of(body: Faces, course_id: int | None) -> Mapping[str, str]:
    """Return which question each name or number in a text means, of the banks of its course; the oldest of one name."""
    names = {name for text in (body.zh, body.en) for name in asked_names(text)}
    if not names:
        return {}
    heads = {name.split()[0] for name in names}
    ids = [int(head) for head in heads if head.isascii() and head.isdigit() and len(head) <= ID_DIGITS]
    rows = db.session.execute(
        select(Question.id, Question.name)
        .join(QuestionBank, QuestionBank.id == Question.bank_id)
        .where(QuestionBank.course_id == course_id, or_(Question.id.in_(ids), Question.name.in_(names)))
        .order_by(Question.id.desc())
    ).all()
    return {str(row.id): str(row.id) for row in rows} | {row.name: str(row.id) for row in rows if row.name in names}


def page_questions(ids: Collection[int], course_id: int, reader: Actor) -> Questions:
    """Return questions as pages ask them, each with the reader's latest answer to what it says now."""
    rows = db.session.execute(
        select(Question.id, QuestionVersion)
        .join(QuestionVersion, current_version())
        .join(QuestionBank, QuestionBank.id == Question.bank_id)
        .where(Question.id.in_(ids), QuestionBank.course_id == course_id)
    )
    found = {row.id: row.QuestionVersion for row in rows if row.QuestionVersion.kind in KINDS}
    answers = _latest([version.question_id for version in found.values()], reader)
    return {ident: PageQuestion(version, answers.get(version.id)) for ident, version in found.items()}


def _latest(ids: Collection[int], reader: Actor) -> dict[int, dict[str, object]]:
    if reader.id is None or not ids:
        return {}
    newest = (
        select(func.max(PracticeAnswer.id))
        .where(PracticeAnswer.user_id == reader.id, PracticeAnswer.question_id.in_(ids))
        .group_by(PracticeAnswer.question_id)
    )
    rows = db.session.execute(
        select(PracticeAnswer.version_id, PracticeAnswer.answer).where(PracticeAnswer.id.in_(newest))
    )
    return {row.version_id: row.answer for row in rows}


def list_offered(course_id: int) -> list[tuple[str, list[tuple[int, str]]]]:
    """Return the questions that a page of a course may ask, by bank, the newest of many."""
    rows = db.session.execute(
        select(QuestionBank.name.label("bank"), Question.id, Question.name, QuestionVersion.html)
        .join(Question, Question.bank_id == QuestionBank.id)
        .join(QuestionVersion, current_version())
        .where(
            QuestionBank.course_id == course_id,
            Question.state == VersionState.READY,
            QuestionVersion.kind.in_(sorted(KINDS)),
        )
        .order_by(Question.id.desc())
        .limit(OFFERED_MAX)
    ).all()
    banks: dict[str, list[tuple[int, str]]] = {}
    for row in sorted(rows, key=lambda row: (row.bank, row.id)):
        banks.setdefault(row.bank, []).append((row.id, opening(row.html, row.name).pick()))
    return list(banks.items())
