"""Reads what people said about single cells, and what files brought."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, true
from sqlalchemy.orm import joinedload

from core.db import db
from core.errors import NotFound
from core.permissions import Actor
from study.enums import AttemptState
from study.gradebook.queries.items import Item
from study.models import Attempt, Course, Grade, GradeImport
from study.queries.courses import check_grader

IMPORTS_SHOWN = 50


@dataclass(frozen=True, kw_only=True)
class Change:
    """One change of a cell: what was said, and what had been said before."""

    now: Grade
    before: Grade | None


def list_changes(item: Item, user_id: int) -> list[Change]:
    """Return what people said about a cell, the latest first, each with who said it."""
    rows = db.session.scalars(
        select(Grade)
        .options(joinedload(Grade.made_by))
        .where(Grade.item_id == (item.row_id or 0), Grade.user_id == user_id)
        .order_by(Grade.number)
    ).all()
    return [Change(now=row, before=rows[at - 1] if at else None) for at, row in enumerate(rows)][::-1]


def list_papers(item: Item, user_id: int, *, hides_waiting: bool) -> Sequence[Any]:
    """Return the papers that a learner handed in for a quiz, in the order they were begun, or those marked of them."""
    shown = Attempt.mark.is_not(None) if hides_waiting else true()
    return db.session.execute(
        select(Attempt.id, Attempt.number, Attempt.submitted_at, Attempt.mark, Attempt.max_mark)
        .where(
            Attempt.quiz_id == item.subject_id,
            Attempt.user_id == user_id,
            Attempt.state == AttemptState.SUBMITTED,
            shown,
        )
        .order_by(Attempt.number)
    ).all()


def list_imports(course: Course) -> Sequence[GradeImport]:
    """Return the files that were taken into a gradebook, the latest first."""
    return db.session.scalars(
        select(GradeImport)
        .options(joinedload(GradeImport.made_by), joinedload(GradeImport.undone_by))
        .where(GradeImport.course_id == course.id)
        .order_by(GradeImport.id.desc())
        .limit(IMPORTS_SHOWN)
    ).all()


def get_import(import_id: int, grader: Actor) -> tuple[GradeImport, Course]:
    """Return a file that was taken into a gradebook in which the actor marks, with its course.

    Raises:
        NotFound, Denied: as for ``check_grader``.
    """
    taken = db.session.get(GradeImport, import_id)
    if taken is None:
        raise NotFound
    course = db.session.scalars(
        select(Course).options(joinedload(Course.branch)).where(Course.id == taken.course_id)
    ).one()
    check_grader(course, grader)
    return taken, course


def has_marks(item_id: int) -> bool:
    """Tell whether anything was ever said in a column."""
    return db.session.scalar(select(Grade.id).where(Grade.item_id == item_id).limit(1)) is not None


def highest_mark(item_id: int) -> int:
    """Return the highest mark that stands in a column, in thousandths."""
    found = select(func.max(Grade.mark)).where(Grade.item_id == item_id, Grade.is_current)
    return db.session.scalar(found) or 0
