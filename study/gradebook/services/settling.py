"""Writes what is settled about the marks of a course: weights, and columns of its own. The course is held meanwhile."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from core.clock import utcnow
from core.db import db, lock
from core.errors import NotFound
from core.faces import Faces
from core.permissions import Actor
from core.upserts import upsert
from study.enums import EmptyMark
from study.errors.grades import ColumnHasMarks, MarkTooHigh, WeightsMeanwhile
from study.gradebook.queries.history import has_marks, highest_mark
from study.gradebook.queries.items import Book, book_of
from study.gradebook.services.grading import row_of
from study.models import Course, Gradebook, GradeItem
from study.permissions import StudyPermission, require_in_course
from study.quiz.figures import figure
from study.services.keeping import hold


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What somebody settles: the weight of each column by its key, which are hidden, and what an empty mark means."""

    weights: Mapping[str, int]
    hidden: frozenset[str]
    empty: EmptyMark


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of its own."""

    title: Faces
    max_mark: int
    due_at: datetime | None = None


def stamp_of(book: Book) -> str:
    """Return what is another whenever somebody settles something else."""
    told = [f"{item.key}:{item.weight}:{int(item.is_hidden)}" for item in book.items]
    return f"{book.empty.value if book.is_settled else '-'} {' '.join(told)}"


def settle(course: Course, actor: Actor, settings: Settings, *, seen: str) -> None:
    """Keep weights and what an empty mark means; columns that came since stay as they are.

    Raises:
        Denied: the actor does not write this course.
        WeightsMeanwhile: somebody else has settled something since.
    """
    require_in_course(actor, StudyPermission.AUTHOR, course)
    hold(course)
    book = book_of(course)
    if seen != stamp_of(book):
        raise WeightsMeanwhile
    ids = {row_of(course, item): item.key for item in book.items if item.key in settings.weights}
    # Held in the order of their ids, as those do who put marks in.
    held = lock(select(GradeItem).where(GradeItem.id.in_(ids)).order_by(GradeItem.id))
    for row in db.session.scalars(held.execution_options(populate_existing=True)):
        row.weight, row.is_hidden = settings.weights[ids[row.id]], ids[row.id] in settings.hidden
    values = {
        "course_id": course.id,
        "empty": settings.empty,
        "settled_at": utcnow(),
        "settled_by_id": actor.id,
    }
    db.session.execute(upsert(Gradebook, values, ["course_id"], ["empty", "settled_at", "settled_by_id"]))
    db.session.flush()


def add_column(course: Course, actor: Actor, column: Column) -> GradeItem:
    """Add a column of its own; it counts once as long as nobody says otherwise.

    Raises:
        Denied: the actor does not write this course.
    """
    require_in_course(actor, StudyPermission.AUTHOR, course)
    row = GradeItem(course_id=course.id, title=column.title, max_mark=column.max_mark, due_at=column.due_at)
    db.session.add(row)
    db.session.flush()
    return row


def edit_column(row: GradeItem, course: Course, actor: Actor, column: Column) -> None:
    """Change a column of its own; marks that stand keep their figures.

    Raises:
        Denied: the actor does not write this course.
        MarkTooHigh: a mark that stands would be above the full mark.
    """
    require_in_course(actor, StudyPermission.AUTHOR, course)
    highest = highest_mark(row.id)
    if highest > column.max_mark:
        raise MarkTooHigh(highest=figure(highest))
    row.title, row.max_mark, row.due_at = column.title, column.max_mark, column.due_at
    db.session.flush()


def delete_column(row: GradeItem, course: Course, actor: Actor) -> None:
    """Delete a column of its own in which nobody has ever said anything.

    Raises:
        Denied: the actor does not write this course.
        ColumnHasMarks: somebody has.
    """
    require_in_course(actor, StudyPermission.AUTHOR, course)
    if has_marks(row.id):
        raise ColumnHasMarks
    db.session.delete(row)
    db.session.flush()


def get_column(item_id: int) -> GradeItem:
    """Return a column of its own, held until commit, so that no mark comes in meanwhile.

    Raises:
        NotFound: there is none.
    """
    row = db.session.get(GradeItem, item_id, with_for_update=True, populate_existing=True)
    if row is None or not row.is_own:
        raise NotFound
    return row
