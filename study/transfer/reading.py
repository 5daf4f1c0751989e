"""Reads what a course file means, all of it, before a row is written: every value, every number, every part."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import UniqueConstraint

from core.errors import Invalid
from core.i18n import _l
from study.enums import VersionState
from study.errors import CourseFileRefused
from study.models.grades import FULL_MARK, MARK_MAX, WEIGHT_MAX
from study.quiz.kinds import TYPED, Option, QuestionContent
from study.quiz.kinds.content import details_of
from study.quiz.services.preparing import check
from study.rules import FITTING
from study.transfer.archive import CourseFile, shown
from study.transfer.specials import SHAPE, SPECIAL, UNKNOWN
from study.transfer.tables import ADDED, BY_NAME, TABLES, Table
from study.transfer.values import (
    Wrong,
    from_json,
)

ROWS_MAX = 50_000
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
ADDRESS = re.compile(r"https?://[^\s<>\"]+")

PLACE = _l("The course file is wrong: “%(place)s” %(problem)s.")
SAID = _l("The course file is wrong at “%(place)s”: %(problem)s.")
"""The same where the problem is told in a sentence of its own."""
NOWHERE = _l("points at nothing")
DOUBLE = _l("stands there twice")
NO_ADDRESS = _l("is no web address")
UNFITTING = _l("does not fit the rest")


@dataclass(kw_only=True)
class Incoming:
    """A course as it comes in: rows by table, in order; references are numbers of rows, from 1."""

    file: CourseFile
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    @property
    def course(self) -> dict[str, Any]:
        """The row of the course itself."""
        return self.rows["course"][0]


def read_incoming(file: CourseFile) -> Incoming:
    """Return the rows of a course file.

    Raises:
        CourseFileRefused: naming the first thing that is wrong, and where.
    """
    if isinstance(file.content, dict):
        file = replace(file, content={**{name: [] for name in ADDED}, **file.content})
    content = file.content
    if not isinstance(content, dict) or content.keys() != BY_NAME.keys():
        raise _refused("course.json", SHAPE)
    incoming = Incoming(file=file)
    for table in TABLES:
        incoming.rows[table.name] = _read_table(table, content[table.name], incoming)
        if len(incoming.rows["course"]) != 1:
            raise _refused("course", SHAPE)
    for name, check_row in _CHECKS.items():
        for number, row in enumerate(incoming.rows[name], start=1):
            if problem := check_row(row, incoming):
                raise _refused(f"{name} {number}", problem)
    _check_versions(incoming)
    _check_parts(incoming)
    return incoming


def _refused(place: str, problem: Any) -> CourseFileRefused:
    return CourseFileRefused(SAID if isinstance(problem, str) else PLACE, place=shown(place), problem=problem)


def _read_table(table: Table, rows: Any, incoming: Incoming) -> list[dict[str, Any]]:
    if not isinstance(rows, list) or len(rows) > ROWS_MAX:
        raise _refused(table.name, SHAPE)
    found = [_read_row(table, row, number, incoming) for number, row in enumerate(rows, start=1)]
    for columns in _unique(table):
        counted = Counter(tuple(row[name] for name in columns) for row in found)
        for values, times in counted.items():
            if times > 1 and None not in values:
                raise _refused(f"{table.name}, {', '.join(columns)}", DOUBLE)
    return found


def _unique(table: Table) -> Iterable[tuple[str, ...]]:
    """Return which columns together may not be twice the same, as far as they travel."""
    here = {*table.taken, *table.points, table.link}
    constraints: Any = table.model.__table__.constraints
    for constraint in constraints:
        if isinstance(constraint, UniqueConstraint):
            columns = tuple(column.name for column in constraint.columns)
            if here.issuperset(columns):
                yield columns
    if not table.has_id and table.owner:
        yield (table.link,)


def _read_row(table: Table, row: Any, number: int, incoming: Incoming) -> dict[str, Any]:
    wanted = {*table.taken, *table.points, *table.special} | ({table.link} if table.owner else set())
    if isinstance(row, dict):
        row = {**table.absent, **row}
    if not isinstance(row, dict) or row.keys() != wanted:
        raise _refused(f"{table.name} {number}", SHAPE)
    said: dict[str, Any] = {}
    for name in sorted(wanted):
        try:
            said[name] = _read_value(table, name, row[name], incoming)
        except Wrong as error:
            raise _refused(f"{table.name} {number}, {name}", error.words) from error
    return said


def _read_value(table: Table, name: str, value: Any, incoming: Incoming) -> Any:
    if name in table.special:
        return SPECIAL[name](value)
    column = table.model.__table__.c[name]
    other = table.owner if name == table.link else table.points.get(name)
    if other is None:
        return from_json(value, column)
    if value is None and column.nullable:
        return None
    if type(value) is not int or not 1 <= value <= len(incoming.rows[other]):
        raise Wrong(NOWHERE)
    return value


def content_of(version: dict[str, Any]) -> QuestionContent:
    """Return a version of a question as its author wrote it."""
    return QuestionContent(
        kind=version["kind"],
        text=version["text"],
        feedback=version["feedback"],
        options=row_options(version),
        **details_of(version["details"]),
    )


def row_options(version: dict[str, Any]) -> list[Option]:
    """Return the options of a version, or its accepted answers."""
    return [replace(one, key="") for one in version["options"] or version["answers"]]


def _check_course(row: dict[str, Any], _incoming: Incoming) -> Any:
    return None if SLUG.fullmatch(row["slug"]) and row["title"] else UNFITTING


def _check_titled(row: dict[str, Any], _incoming: Incoming) -> Any:
    return None if row["title"] else UNFITTING


def _check_lesson(row: dict[str, Any], _incoming: Incoming) -> Any:
    if row["completion"] not in FITTING[row["kind"]] or not row["title"]:
        return UNFITTING
    return None if not row["url"] or ADDRESS.fullmatch(row["url"]) else NO_ADDRESS


def _check_versions(incoming: Incoming) -> None:
    """See that the version that new papers take is there, of every question."""
    known: dict[int, set[int]] = defaultdict(set)
    for row in incoming.rows["versions"]:
        known[row["question_id"]].add(row["version"])
    for number, row in enumerate(incoming.rows["questions"], start=1):
        if row["current_version"] not in known[number]:
            raise _refused(f"questions {number}", UNFITTING)


def _check_version(row: dict[str, Any], _incoming: Incoming) -> Any:
    typed = row["kind"] in TYPED
    keys = [option.key for option in row["options"] or row["answers"]]
    if row["version"] < 1 or row["answers" if not typed else "options"] or len(keys) != len(set(keys)):
        return UNFITTING
    if row["state"] is VersionState.READY:
        try:
            check(content_of(row))
        except Invalid as error:
            return str(error).rstrip(".。")
    return None


def _check_slot(row: dict[str, Any], incoming: Incoming) -> Any:
    fixed = row["fixed_version_id"]
    if fixed is None:
        return None
    return None if incoming.rows["versions"][fixed - 1]["question_id"] == row["question_id"] else UNFITTING


def _check_picture(row: dict[str, Any], _incoming: Incoming) -> Any:
    return None if row["file_id"] else UNFITTING


def _check_meeting(row: dict[str, Any], _incoming: Incoming) -> Any:
    return None if not row["link"] or ADDRESS.fullmatch(row["link"]) else NO_ADDRESS


def _check_brief(row: dict[str, Any], _incoming: Incoming) -> Any:
    return None if row["pass_percent"] <= 100 else UNFITTING


def _check_gate(row: dict[str, Any], _incoming: Incoming) -> Any:
    holders = [row[name] for name in ("module_id", "lesson_id") if row[name] is not None]
    says = any(row[name] is not None for name in ("opens_at", "after_lesson_id", "quiz_lesson_id"))
    return None if len(holders) == 1 and says and row["quiz_percent"] <= 100 else UNFITTING


def _check_grade_item(row: dict[str, Any], _incoming: Incoming) -> Any:
    of_something = (row["quiz_id"] is not None) + (row["lesson_id"] is not None)
    fits = row["max_mark"] == FULL_MARK if of_something else 0 < row["max_mark"] <= MARK_MAX and bool(row["title"])
    return None if fits and of_something < 2 and 0 <= row["weight"] <= WEIGHT_MAX else UNFITTING


_CHECKS: dict[str, Callable[[dict[str, Any], Incoming], Any]] = {
    "course": _check_course,
    "modules": _check_titled,
    "pictures": _check_picture,
    "quizzes": _check_titled,
    "lessons": _check_lesson,
    "versions": _check_version,
    "slots": _check_slot,
    "briefs": _check_brief,
    "meetings": _check_meeting,
    "gates": _check_gate,
    "grade_items": _check_grade_item,
}


def _check_parts(incoming: Incoming) -> None:
    """See that every text and file that a document names is in the file, and no other."""
    named: set[str] = set()
    for number, row in enumerate(incoming.rows["materials"], start=1):
        if row["text"]:
            if row["text"] != f"texts/{number}.txt":
                raise _refused(f"materials {number}, text", NOWHERE)
            named.add(row["text"])
            if row["text"] in incoming.file.parts:
                incoming.file.text(row["text"])
        if row["file_id"]:
            named.add(f"files/{row['file_id']['sha256']}")
    named |= {f"files/{row['file_id']['sha256']}" for row in incoming.rows["pictures"]}
    for part in sorted(named ^ (incoming.file.parts - {"course.json"})):
        raise _refused(part, NOWHERE if part in named else UNKNOWN)
