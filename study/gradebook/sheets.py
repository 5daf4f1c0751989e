"""A gradebook as a table that people take away, edit and bring back: what its columns are called and what they hold.

Each column of a mark bears the key of what it is about, ``[q12]``, that of its feedback ``[q12f]``. A last column
holds, for every cell, a digest of what stood there: so what somebody typed is told from what changed here meanwhile.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b

from core.i18n import _
from core.tables import Row, unprotected
from study.enums import GradeState
from study.gradebook.adding import Cell
from study.gradebook.queries.cells import lines_of
from study.gradebook.queries.items import Book, Item
from study.gradebook.queries.learners import list_learners
from study.gradebook.typed import read_thousandths
from study.quiz.figures import figure
from study.quiz.formats.formulas import NoValue
from study.quiz.formats.grids import Grid

COLUMNS_MAX = 500
HEADING_LINES = 10
"""In which lines the headings are looked for, below a title that somebody put above them."""

_PERSON: dict[str, frozenset[str]] = {
    "key": frozenset({"key", "id", "编号", "学员编号", "学号"}),
    "username": frozenset({"username", "user", "account", "用户名", "账号", "帐号"}),
    "name": frozenset({"name", "member", "learner", "student", "姓名", "名字", "成员", "学员"}),
    "stamp": frozenset({"stamp(leaveasitis)", "stamp", "存根(请勿改动)", "存根"}),
}
_MARKS = ("成绩", "分数", "得分", "mark", "marks", "grade", "score", "points")
_FEEDBACK = ("评语", "反馈", "评价", "feedback", "comment", "comments")
_CODE = re.compile(r"[\[【(]([qac]\d{1,18})(f?)[\]】)]$")
_FULL_MARK = re.compile(r"\((?:满分|of|max)[\d.]+\)$")


@dataclass(kw_only=True)
class SheetRow:
    """One learner as the file has it."""

    line: int
    key: str = ""
    username: str = ""
    name: str = ""
    stamp: Mapping[str, str] = field(default_factory=dict)
    cells: Mapping[str, str] = field(default_factory=dict)
    """What was typed, by the code of the column: ``q12`` or ``q12f``."""


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What cannot be taken in, by line and column of the file."""

    line: int
    column: str
    words: str


@dataclass(kw_only=True)
class Sheet:
    """A file of marks as it was read."""

    rows: list[SheetRow] = field(default_factory=list)
    headings: dict[str, str] = field(default_factory=dict)
    """What each column is called, by its code."""
    unknown: list[str] = field(default_factory=list)
    """Headings of columns that are left out."""
    faults: list[Fault] = field(default_factory=list)
    """What could not be read."""


def mark_words(cell: Cell) -> str:
    """Return a mark as the file has it; empty where there is none."""
    if cell.mark is None or cell.state not in (GradeState.MARKED, GradeState.HELD):
        return ""
    return figure(cell.mark)


def stamp_of(words: str) -> str:
    """Return a short digest of what stands in a cell, the same for a number however it is written."""
    return _short_stamp(words) if len(words) <= SHORT else _stamp(words)


def _stamp(words: str) -> str:
    try:
        words = figure(read_thousandths(words, in_percent=True))
    except ValueError:
        words = " ".join(words.split())
    return blake2b(words.encode(), digest_size=3).hexdigest()


SHORT = 20
_short_stamp = lru_cache(maxsize=10_000)(_stamp)
"""Of a number or nothing at all, as most cells hold."""


def headings(book: Book) -> list[str]:
    """Return the headings of the file, in the reader's language."""
    found = [_("Key"), _("User name"), _("Name"), _("Total in %")]
    for item in book.items:
        title = item.title.pick()
        found.append(_("%(title)s (of %(max)s) [%(key)s]", title=title, max=figure(item.max_mark), key=item.key))
        found.append(_("%(title)s, feedback [%(key)sf]", title=title, key=item.key))
    return [*found, _("Stamp (leave as it is)")]


def row_of(book: Book, person: Row, cells: Sequence[Cell], total: int | None) -> list[object]:
    """Return the row of one learner; ``person`` is the id, the user name and the name."""
    row: list[object] = [f"u{person[0]}", person[1], person[2], "" if total is None else figure(total * 100)]
    stamps = []
    for item, cell in zip(book.items, cells, strict=True):
        mark = mark_words(cell)
        row += [_number(mark), cell.feedback]
        stamps.append(f"{item.key}={stamp_of(mark)}{stamp_of(cell.feedback)}")
    return [*row, " ".join(stamps)]


def table_of(book: Book, grader_id: int | None = None) -> list[Row]:
    """Return the whole file: the headings, then all learners by name, as those who mark see them."""
    people = list_learners(book.course)
    lines = lines_of(book, [one.id for one in people], grader_id=grader_id)
    found: list[Row] = [headings(book)]
    for one in people:
        line = lines[one.id]
        found.append(row_of(book, (one.id, one.username, one.display_name), line.cells, line.total))
    return found


def _number(words: str) -> object:
    """Return a figure as spreadsheets add it up; of so few digits none is lost."""
    if not words:
        return ""
    return float(words) if "." in words else int(words)


def read_sheet(grids: Sequence[Grid], book: Book) -> Sheet | None:
    """Return the first table of a file that names learners and columns of the gradebook; None where there is none."""
    for grid in grids:
        for at, (line, row) in enumerate(grid[:HEADING_LINES]):
            columns = _Columns.read(row, book.items, line)
            if columns.are_enough:
                return _read_rows(columns, grid[at + 1 :])
    return None


def _letter(place: int) -> str:
    """Return what table programs call a column, counted from 0: A, B and so on, after Z comes AA."""
    before, last = divmod(place, 26)
    return (_letter(before - 1) if before else "") + chr(ord("A") + last)


@dataclass(kw_only=True)
class _Columns:
    people: dict[str, int] = field(default_factory=dict)
    people_headings: dict[str, str] = field(default_factory=dict)
    marks: dict[str, int] = field(default_factory=dict)
    headings: dict[str, str] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    name_marks: bool = False
    """Whether any names a column of the gradebook, be it one too many."""

    @classmethod
    def read(cls, row: Sequence[str], items: Sequence[Item], line: int) -> "_Columns":
        found, names = cls(), _names(items)
        people: dict[str, list[int]] = {}
        marks: dict[str, list[int]] = {}
        for place, heading in enumerate(row[:COLUMNS_MAX]):
            plain = _plain(heading)
            codes = _codes(plain, names)
            found.name_marks = found.name_marks or bool(codes)
            if isinstance(heading, NoValue):
                found.faults.append(Fault(line=line, column=_letter(place), words=lacks_value()))
            elif who := next((name for name, words in _PERSON.items() if plain in words), None):
                people.setdefault(who, []).append(place)
            elif len(codes) > 1:
                found.faults.append(Fault(line=line, column=heading.strip(), words=_fits_several(codes)))
            elif codes:
                marks.setdefault(codes[0], []).append(place)
            elif plain and plain not in _SHOWN:
                found.unknown.append(heading.strip())
        found._settle(row, people, marks)
        found.faults += _repeated(row, line, people.values(), _("Only the first is read."))
        found.faults += _repeated(row, line, marks.values(), _("None of them is read; leave one."))
        return found

    def _settle(
        self, row: Sequence[str], people: Mapping[str, Sequence[int]], marks: Mapping[str, Sequence[int]]
    ) -> None:
        self.people = {name: places[0] for name, places in people.items()}
        self.people_headings = {name: row[place].strip() for name, place in self.people.items()}
        # Which of two columns holds the mark that is meant, nobody but their writer knows.
        self.marks = {code: places[0] for code, places in marks.items() if len(places) == 1}
        self.headings = {code: row[place].strip() for code, place in self.marks.items()}

    @property
    def are_enough(self) -> bool:
        return bool(self.people.keys() - {"stamp"}) and self.name_marks


def _fits_several(codes: Sequence[str]) -> str:
    keys = _(", ").join(f"[{code}]" for code in codes)
    return _("The name fits several columns of this gradebook: %(keys)s. Write the key of one behind it.", keys=keys)


def _repeated(row: Sequence[str], line: int, columns: Iterable[Sequence[int]], what_then: str) -> Iterator[Fault]:
    """Give what is said of columns that hold the same, by their places."""
    for places in columns:
        if len(places) > 1:
            named = _("; ").join(f"{_letter(place)} ({row[place].strip()})" for place in places)
            words = _("These columns hold the same: %(columns)s. %(then)s", columns=named, then=what_then)
            yield Fault(line=line, column=row[places[1]].strip(), words=words)


_SHOWN = frozenset({"totalin%", "总评(%)", "总评", "总分", "total"})
"""Columns that tell something and are never read."""


def _plain(heading: str) -> str:
    return "".join(unicodedata.normalize("NFKC", heading).casefold().split())


def _names(items: Sequence[Item]) -> Mapping[str, Sequence[str]]:
    """Return what columns may be called, with the codes of all that are called so."""
    titles: dict[str, list[str]] = {}
    for item in items:
        for title in {_bare(_plain(title)) for title in (item.title.zh, item.title.en) if title}:
            titles.setdefault(title, []).append(item.key)
    found = dict(titles)
    for title, keys in titles.items():
        for words, sign in ((_MARKS, ""), (_FEEDBACK, "f")):
            # A whole title says more than the beginning of another.
            for name in {title + word for word in words} - titles.keys():
                found.setdefault(name, []).extend(f"{key}{sign}" for key in keys)
    return found | {code: [code] for item in items for code in (item.key, f"{item.key}f")}


def _bare(name: str) -> str:
    return re.sub(r"[,·:\-]", "", name)


def _codes(plain: str, names: Mapping[str, Sequence[str]]) -> Sequence[str]:
    if found := _CODE.search(plain):
        return names.get(found[1] + found[2], ())
    return names.get(_bare(_FULL_MARK.sub("", plain)), ())


def lacks_value() -> str:
    """Return what is said of a cell whose formula nobody has worked out: it is neither a mark nor an empty cell."""
    return _("It holds a formula without a value. Open the file in your table program, save it and send it again.")


def _read_rows(columns: _Columns, grid: Grid) -> Sheet:
    sheet = Sheet(headings=columns.headings, unknown=columns.unknown, faults=columns.faults)
    for line, row in grid:

        def cell(place: int | None, row: Sequence[str] = row) -> str:
            words = row[place] if place is not None and place < len(row) else ""
            return words if isinstance(words, NoValue) else words.strip()

        people = {name: cell(columns.people.get(name)) for name in _PERSON}
        cells = {code: cell(place) for code, place in columns.marks.items()}
        open_ = [columns.people_headings[name] for name, words in people.items() if isinstance(words, NoValue)]
        if open_:
            # Whom the row is about, or what stood in it, is not known.
            sheet.faults += [Fault(line=line, column=heading, words=lacks_value()) for heading in open_]
        elif any(words or isinstance(words, NoValue) for words in (*people.values(), *cells.values())):
            people = {name: unprotected(words) for name, words in people.items()}
            stamp = dict(part.split("=", 1) for part in people.pop("stamp").split() if "=" in part)
            sheet.rows.append(SheetRow(line=line, **people, stamp=stamp, cells=cells))
    return sheet
