"""Says what a file of marks would change and what of it cannot be taken in, without changing anything.

A cell in which nobody typed anything is left as it is, whatever became of it here meanwhile.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from core.i18n import _
from core.permissions import Actor
from core.tables import unprotected
from study.enums import GradeState
from study.gradebook.adding import Cell
from study.gradebook.queries.cells import lines_of
from study.gradebook.queries.items import Book, Item
from study.gradebook.queries.learners import list_learners
from study.gradebook.services.grading import Change
from study.gradebook.sheets import Fault, Sheet, SheetRow, lacks_value, mark_words, stamp_of
from study.gradebook.typed import read_thousandths
from study.models.grades import FEEDBACK_MAX, FULL_MARK
from study.quiz.figures import figure
from study.quiz.formats.formulas import NoValue


@dataclass(frozen=True, kw_only=True)
class Planned:
    """One cell that would change, for the page that shows it."""

    line: int
    name: str
    cell: Cell
    change: Change


@dataclass(kw_only=True)
class Plan:
    """What a file would change, and what cannot be taken in."""

    planned: list[Planned] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    learners: int = 0

    @property
    def changes(self) -> list[Change]:
        """What would be written."""
        return [one.change for one in self.planned]

    @property
    def digest(self) -> str:
        """What is another whenever the file would change anything else."""
        told = [(one.item.key, one.user_id, one.mark, one.feedback, one.seen) for one in self.changes]
        return sha256(repr(told).encode()).hexdigest()[:32]


class _Wrong(Exception):
    """A cell cannot be taken in."""


def plan_sheet(book: Book, sheet: Sheet, actor: Actor) -> Plan:
    """Say what a file would change, without changing it. Asks as many questions for one learner as for 500."""
    plan = Plan(unknown=sheet.unknown, faults=[*sheet.faults])
    people = _People(list_learners(book.course))
    rows: dict[int, SheetRow] = {}
    for row in sheet.rows:
        user_id = people.find(row)
        if user_id is None:
            plan.faults.append(Fault(line=row.line, column="", words=_said_of_nobody(row)))
        elif user_id in rows:
            plan.faults.append(Fault(line=row.line, column="", words=_("This learner stands in the file twice.")))
        else:
            rows[user_id] = row
    plan.learners = len(rows)
    lines = lines_of(book, list(rows), grader_id=actor.id)
    for user_id, row in rows.items():
        name = people.names[user_id]
        for item, cell in zip(book.items, lines[user_id].cells, strict=True):
            change = _read_cell(plan, _Place(sheet, row, item, cell), user_id)
            if change is None:
                continue
            if user_id == actor.id:
                words = _("Nobody changes their own marks.")
                plan.faults.append(Fault(line=row.line, column=item.title.pick(), words=words))
            else:
                plan.planned.append(Planned(line=row.line, name=name, cell=cell, change=change))
    plan.faults.sort(key=lambda fault: fault.line)
    return plan


def _said_of_nobody(row: SheetRow) -> str:
    return _("Nobody in this course is called “%(name)s”.", name=row.key or row.username or row.name)


class _People:
    """The learners of a course, by all that a file may call them."""

    def __init__(self, people: Sequence[Any]) -> None:
        self.names = {one.id: one.display_name for one in people}
        self._by_username = {one.username.casefold(): one.id for one in people}
        self._by_name: dict[str, list[int]] = defaultdict(list)
        for one in people:
            self._by_name[one.display_name].append(one.id)

    def find(self, row: SheetRow) -> int | None:
        """Return whom a row is about; a name alone must be that of one learner."""
        key = row.key.strip().casefold().removeprefix("u")
        if row.key:
            known = key.isdecimal() and len(key) < 19 and int(key) in self.names
            return int(key) if known else None
        if row.username:
            return self._by_username.get(row.username.casefold())
        found = self._by_name.get(row.name, [])
        return found[0] if len(found) == 1 else None


@dataclass(frozen=True)
class _Place:
    sheet: Sheet
    row: SheetRow
    item: Item
    cell: Cell

    def typed(self, code: str) -> str | None:
        """Return what stands in a cell of the file; None where it has no such column."""
        return self.row.cells.get(code)

    @property
    def stamps(self) -> tuple[str | None, str | None]:
        """The digests of mark and feedback as they were when the file was made, where it says so."""
        stamp = self.row.stamp.get(self.item.key, "")
        return (stamp[:6], stamp[6:]) if len(stamp) == 12 else (None, None)


def _read_cell(plan: Plan, place: _Place, user_id: int) -> Change | None:
    said, item = place.cell.said, place.item
    mark_stamp, feedback_stamp = place.stamps
    mark, feedback = said.mark, said.feedback
    for code, read, stamp in ((item.key, _mark, mark_stamp), (f"{item.key}f", _feedback, feedback_stamp)):
        typed = place.typed(code)
        lacks = isinstance(typed, NoValue)
        if lacks:
            plan.faults.append(
                Fault(line=place.row.line, column=place.sheet.headings.get(code, code), words=lacks_value())
            )
        if lacks or typed is None or stamp == stamp_of(typed) or (not stamp and not typed):
            continue
        try:
            mark, feedback = read(place, typed, stamp, (mark, feedback))
        except _Wrong as error:
            heading = place.sheet.headings.get(code, code)
            plan.faults.append(Fault(line=place.row.line, column=heading, words=str(error)))
    if (mark, feedback) == (said.mark, said.feedback):
        return None
    return Change(item=item, user_id=user_id, mark=mark, feedback=feedback, seen=said.number)


def _mark(place: _Place, typed: str, stamp: str | None, before: tuple[int | None, str]) -> tuple[int | None, str]:
    item, cell = place.item, place.cell
    if item.is_sealed or cell.state is GradeState.SEALED:
        raise _Wrong(_("Its names are hidden until it is marked and told."))
    now = mark_words(cell)
    if not typed:
        if cell.said.mark is None and now:
            raise _Wrong(_("An empty cell does not take away what somebody earned. Write 0 if you mean that."))
        mark = None
    else:
        try:
            mark = read_thousandths(typed, in_percent=item.max_mark == FULL_MARK)
        except ValueError as error:
            raise _Wrong(_("“%(typed)s” is no mark.", typed=typed[:40])) from error
        if mark > item.max_mark:
            raise _Wrong(
                _("%(typed)s is more than the full mark of %(max)s.", typed=typed[:40], max=figure(item.max_mark))
            )
        if mark == cell.mark:
            return before
    if stamp and stamp != stamp_of(now):
        raise _Wrong(_("It was changed here meanwhile: now %(mark)s.", mark=now or "–"))
    return mark, before[1]


def _feedback(place: _Place, typed: str, stamp: str | None, before: tuple[int | None, str]) -> tuple[int | None, str]:
    if place.item.is_sealed or place.cell.state is GradeState.SEALED:
        raise _Wrong(_("Its names are hidden until it is marked and told."))
    words, now = unprotected(typed), place.cell.feedback
    if words == now or stamp == stamp_of(words):
        return before
    if stamp and stamp != stamp_of(now):
        raise _Wrong(_("The feedback was changed here meanwhile."))
    if len(words) > FEEDBACK_MAX:
        raise _Wrong(_("This may have %(limit)s characters; it has %(length)s.", limit=FEEDBACK_MAX, length=len(words)))
    return before[0], words
