"""Reads what learners earned and what people said about it, for any number of learners at once."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from sqlalchemy import select

from core.clock import utcnow
from core.db import read_rows
from study.enums import AttemptState, EmptyMark, GradeKind, GradeState, WorkState
from study.gradebook.adding import NOTHING, UNSAID, Cell, Earned, Paper, Said, Terms, cell_of, of_papers, total_of
from study.gradebook.queries.items import Book, Item
from study.models import Attempt, Grade, Work

LEARNERS_AT_ONCE = 500


@dataclass(frozen=True, kw_only=True)
class Line:
    """One learner: a cell for each column, in their order, and what they make together."""

    user_id: int
    cells: Sequence[Cell]

    @property
    def total(self) -> int | None:
        """The total in thousandths of the whole; None as long as nothing counts."""
        return total_of(self.cells)


@dataclass(kw_only=True)
class _Found:
    papers: dict[tuple[int, int], list[Paper]] = field(default_factory=lambda: defaultdict(list))
    works: dict[tuple[int, int], Earned] = field(default_factory=dict)
    said: dict[tuple[int, int], Said] = field(default_factory=dict)

    def earned(self, item: Item, user_id: int) -> Earned:
        if item.kind is GradeKind.QUIZ:
            return of_papers(self.papers.get((item.subject_id, user_id), ()), item.grading)
        if item.kind is GradeKind.ASSIGNMENT:
            return self.works.get((item.subject_id, user_id), NOTHING)
        return NOTHING

    def said_of(self, item: Item, user_id: int) -> Said:
        return UNSAID if item.row_id is None else self.said.get((item.row_id, user_id), UNSAID)


def lines_of(
    book: Book, user_ids: Sequence[int], *, grader_id: int | None, items: Sequence[Item] | None = None
) -> dict[int, Line]:
    """Return the lines of some learners as one who marks sees them. Asks three questions for 500 learners.

    Args:
        book: of the course.
        user_ids: the learners.
        grader_id: who marks. They see what is held back, but of their own marks no more than other learners, and not
            whose a sealed mark is. None where it is nobody in particular.
        items: the columns; all where nobody says.
    """
    columns = book.items if items is None else items
    lines = _lines(columns, book.terms(columns, sees_held=True), [one for one in user_ids if one != grader_id])
    if grader_id is not None and grader_id in user_ids:
        lines |= _lines(columns, book.terms(columns, sees_held=False), [grader_id])
    return lines


def own_line(book: Book, user_id: int) -> Line:
    """Return the line of a learner as the learner sees it."""
    columns = book.shown
    return _lines(columns, book.terms(columns, sees_held=False), [user_id])[user_id]


def _lines(columns: Sequence[Item], terms: Sequence[Terms], user_ids: Sequence[int]) -> dict[int, Line]:
    lines: dict[int, Line] = {}
    for start in range(0, len(user_ids), LEARNERS_AT_ONCE):
        part = user_ids[start : start + LEARNERS_AT_ONCE]
        found = _find(columns, part)
        for user_id in part:
            cells = [
                cell_of(term, found.earned(item, user_id), found.said_of(item, user_id))
                for item, term in zip(columns, terms, strict=True)
            ]
            lines[user_id] = Line(user_id=user_id, cells=cells)
    return lines


def sealed_for(item: Item, user_ids: Collection[int]) -> set[int]:
    """Return those of some learners whose cell in a column those who mark must not see, at most 500."""
    if item.is_sealed:
        return set(user_ids)
    if not item.hides_waiting:
        return set()
    terms = item.terms(EmptyMark.OPEN, utcnow(), sees_held=True)
    found = _find([item], user_ids)
    cells = {one: cell_of(terms, found.earned(item, one), found.said_of(item, one)) for one in user_ids}
    return {user_id for user_id, cell in cells.items() if cell.state is GradeState.SEALED}


def _find(items: Sequence[Item], user_ids: Collection[int]) -> _Found:
    found = _Found()
    named: Mapping[GradeKind, list[int]] = {
        kind: [item.subject_id for item in items if item.kind is kind] for kind in GradeKind
    }
    for row in read_rows(
        select(Attempt.quiz_id, Attempt.user_id, Attempt.mark, Attempt.max_mark)
        .where(
            Attempt.quiz_id.in_(named[GradeKind.QUIZ]),
            Attempt.user_id.in_(user_ids),
            Attempt.state == AttemptState.SUBMITTED,
        )
        .order_by(Attempt.number)
    ):
        found.papers[row.quiz_id, row.user_id].append((row.mark, row.max_mark))
    for row in read_rows(
        select(Work.lesson_id, Work.user_id, Work.state, Work.percent, Work.comment)
        .where(
            Work.lesson_id.in_(named[GradeKind.ASSIGNMENT]),
            Work.user_id.in_(user_ids),
            Work.state != WorkState.DRAFT,
        )
        .order_by(Work.number)
    ):
        place = row.lesson_id, row.user_id
        before = found.works.get(place, NOTHING)
        if row.state is WorkState.MARKED:
            found.works[place] = Earned(share=Fraction(row.percent, 100), comment=row.comment)
        else:
            found.works[place] = Earned(share=before.share, comment=before.comment, waits=True)
    rows = [item.row_id for item in items if item.row_id is not None]
    for row in read_rows(
        select(Grade.item_id, Grade.user_id, Grade.mark, Grade.feedback, Grade.number).where(
            Grade.item_id.in_(rows), Grade.user_id.in_(user_ids), Grade.is_current
        )
    ):
        found.said[row.item_id, row.user_id] = Said(mark=row.mark, feedback=row.feedback, number=row.number)
    return found
