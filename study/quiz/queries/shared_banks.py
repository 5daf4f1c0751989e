"""Reads the banks that other courses share with a course."""

from dataclasses import dataclass

from sqlalchemy import func, select

from accounts.models import Branch
from core.db import db
from core.faces import Faces
from study.models import Course, Question, QuestionBank
from study.quiz.sharing import branches_above, is_shared_with

SHOWN = 20
"""Shared banks that a page lists; there may be hundreds, which are found by their names."""


@dataclass(frozen=True, kw_only=True)
class SharedBank:
    """A bank of another course."""

    id: int
    name: str
    course_title: Faces
    branch_name: Faces
    """Of the branch with which it is shared."""
    count: int


@dataclass(frozen=True, kw_only=True)
class SharedBanks:
    """The first of them by name, and whether there are more."""

    banks: list[SharedBank]
    has_more: bool

    def ids_among(self, *ids: int) -> list[int]:
        """Return those of these ids that are of banks here."""
        return [bank.id for bank in self.banks if bank.id in ids]


def list_shared(course: Course, words: str = "", *, with_id: int | None = None) -> SharedBanks:
    """Return the banks that other courses share with a course, whose branch is loaded.

    Args:
        course: the one whose quizzes would ask their questions.
        words: stand in the name of the bank.
        with_id: one that comes first, if it is shared, whatever the words.
    """
    questions = select(func.count(Question.id)).where(Question.bank_id == QuestionBank.id).correlate(QuestionBank)
    columns = QuestionBank.id, QuestionBank.name, Course.title, Branch.name.label("branch_name")
    statement = (
        select(*columns, questions.scalar_subquery().label("questions"))
        .join(Course, Course.id == QuestionBank.course_id)
        .join(Branch, Branch.id == QuestionBank.shared_with_id)
        .where(is_shared_with(course))
        .order_by(QuestionBank.id != (with_id or 0), QuestionBank.name, QuestionBank.id)
        .limit(SHOWN + 1)
    )
    if words:
        found = QuestionBank.name.icontains(words, autoescape=True)
        statement = statement.where(found | (QuestionBank.id == (with_id or 0)))
    rows = db.session.execute(statement).all()
    banks = [
        SharedBank(id=row.id, name=row.name, course_title=row.title, branch_name=row.branch_name, count=row.questions)
        for row in rows[:SHOWN]
    ]
    return SharedBanks(banks=banks, has_more=len(rows) > SHOWN)


def list_branches_for(bank: QuestionBank) -> list[Branch]:
    """Return the branches with which a bank may be shared: that of its course and all above it, the root first."""
    wanted = Branch.id.in_(branches_above(bank.course))
    return list(db.session.scalars(select(Branch).where(wanted).order_by(func.length(Branch.path))))
