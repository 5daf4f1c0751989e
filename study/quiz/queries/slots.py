"""Reads the places of a quiz as its authors see them."""

from collections import defaultdict
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import aliased, contains_eager

from core.db import db
from core.faces import Faces
from study.enums import VersionState
from study.models import Question, QuestionBank, QuestionVersion, Quiz, QuizSlot
from study.quiz.queries.banks import current_version


@dataclass(kw_only=True)
class Place:
    """One place of a quiz."""

    slot: QuizSlot
    html: Faces | None = None
    """The words of its question as they are now; None where each paper draws one."""
    versions: list[tuple[int, int]] = field(default_factory=list)
    """Id and number of the versions it may ask for good, newest first."""
    bank: str = ""
    """The name of the bank it draws from."""
    lender: str = ""
    """The name of the bank its question is of, where that is of another course."""

    @property
    def fixed(self) -> int | None:
        """The number of the version it asks for good."""
        return next((number for ident, number in self.versions if ident == self.slot.fixed_version_id), None)


def list_places(quiz: Quiz) -> list[Place]:
    """Return the places of a quiz in order."""
    holding = aliased(QuestionBank)
    rows = db.session.execute(
        select(QuizSlot, QuestionVersion.html, QuestionBank.name, holding.name, holding.course_id)
        .outerjoin(QuizSlot.question)
        .outerjoin(QuestionVersion, current_version())
        .outerjoin(QuestionBank, QuestionBank.id == QuizSlot.draw_bank_id)
        .outerjoin(holding, holding.id == func.coalesce(Question.bank_id, QuizSlot.draw_bank_id))
        .options(contains_eager(QuizSlot.question))
        .where(QuizSlot.quiz_id == quiz.id)
        .order_by(QuizSlot.position, QuizSlot.id)
    ).all()
    versions = _versions([row[0] for row in rows])
    return [
        Place(
            slot=slot,
            html=html,
            versions=versions.get(slot.question_id or 0, []),
            bank=bank or "",
            lender=holder if course_id != quiz.course_id else "",
        )
        for slot, html, bank, holder, course_id in rows
    ]


def _versions(slots: list[QuizSlot]) -> dict[int, list[tuple[int, int]]]:
    fixed = [slot.fixed_version_id for slot in slots if slot.fixed_version_id]
    rows = db.session.execute(
        select(QuestionVersion.question_id, QuestionVersion.id, QuestionVersion.version)
        .join(Question, Question.id == QuestionVersion.question_id)
        .where(
            Question.id.in_([slot.question_id for slot in slots if slot.question_id]),
            (QuestionVersion.state == VersionState.READY) | QuestionVersion.id.in_(fixed),
        )
        .order_by(QuestionVersion.version.desc())
    )
    found: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for question_id, ident, number in rows:
        found[question_id].append((ident, number))
    return found
