"""Reads questions from a table: one row a question, columns recognised by their headings in Chinese or English."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.i18n import _l
from study.enums import Difficulty, QuestionKind
from study.quiz.formats.columns import Columns, columns_for, find_columns, roles_of
from study.quiz.formats.grids import Grid, read_grids, rows
from study.quiz.formats.items import Choice, ColumnsUnknown, Item, ItemFault, NoQuestions, Parsed, Refused
from study.quiz.formats.table_answers import (
    accepted_of,
    fold,
    kind_of_row,
    numbers_of,
    options_of,
    ordered_of,
    pairs_of,
    right_of,
    truth_of,
)
from study.quiz.formats.texts import Text, TextFormat

HEADING_ROWS = 10
SHOWN_ROWS = 4
LEVELS = {
    Difficulty.EASY: frozenset({"easy", "易", "容易", "简单", "较易", "1"}),
    Difficulty.MEDIUM: frozenset({"medium", "中", "中等", "一般", "适中", "2"}),
    Difficulty.HARD: frozenset({"hard", "难", "较难", "困难", "3"}),
}
LANGUAGES = {
    "zh": "zh",
    "en": "en",
    "中文": "zh",
    "汉语": "zh",
    "英文": "en",
    "英语": "en",
    "chinese": "zh",
    "english": "en",
}
GUARDED = ("=", "+", "-", "@")
"""What spreadsheets take for a formula; our own tables put a quotation mark before it."""


@dataclass(frozen=True, kw_only=True)
class Guess:
    """What a table looks like: what is taken for the headings, what each column was taken for, and the first rows."""

    headings: list[str]
    roles: list[str]
    rows: list[list[str]]


def looks_like(text: str) -> bool:
    """Tell whether one of the first rows names the columns."""
    return any(find_columns(row) for mark in ",\t;" for _line, row in _head(text, mark))


def _head(text: str, mark: str) -> Grid:
    return [numbered for numbered, _place in zip(rows(text, mark), range(HEADING_ROWS), strict=False)]


def _find(data: bytes) -> tuple[Grid, int, Columns | None]:
    """Return the sheet with headings and the row they stand in; without any, the first sheet that holds something."""
    grids = read_grids(data)
    for grid in grids:
        for place, (_line, row) in enumerate(grid[:HEADING_ROWS]):
            if columns := find_columns(row):
                return grid, place, columns
    widest = max(grids, key=lambda grid: max((len(row) for _line, row in grid[:HEADING_ROWS]), default=0), default=[])
    if not any(cell.strip() for _line, row in widest for cell in row):
        raise NoQuestions
    first = next(place for place, (_line, row) in enumerate(widest) if any(cell.strip() for cell in row))
    return widest, first, None


def guess(data: bytes) -> Guess:
    """Return what each column of a table is taken for, so that somebody can say otherwise.

    Raises:
        FileRefused: it cannot be read, or is empty.
    """
    grid, place, columns = _find(data)
    headings = grid[place][1]
    width = max(len(row) for _line, row in grid[place : place + HEADING_ROWS])
    return Guess(
        headings=[*headings, *([""] * (width - len(headings)))],
        roles=roles_of(columns or Columns(), width),
        rows=[row for _line, row in grid[place + 1 : place + 1 + SHOWN_ROWS]],
    )


def parse(data: bytes, roles: Sequence[str] = ()) -> Parsed:
    """Read a whole file; ``roles`` say what stands in each column, where that was not left to the headings.

    Raises:
        NotText, ColumnsUnknown, NoQuestions: see there.
    """
    grid, place, columns = _find(data)
    if roles:
        columns = columns_for(roles)
    if columns is None or columns.text < 0:
        raise ColumnsUnknown
    return parse_rows(grid[place + 1 :], columns)


def parse_rows(rows: Sequence[tuple[int, Sequence[str]]], columns: Columns) -> Parsed:
    """Read the rows below the headings; each comes with the line it begins on.

    Raises:
        NoQuestions: there are none.
    """
    parsed = Parsed()
    number = 0
    for line, row in rows:
        if not any(cell.strip() for cell in row):
            continue
        number += 1
        try:
            parsed.items.append(_item(row, columns, number, line))
        except ItemFault as fault:
            parsed.refused.append(Refused(number=number, line=line, error=str(fault)))
    if not number:
        raise NoQuestions
    return parsed


def _item(row: Sequence[str], columns: Columns, number: int, line: int) -> Item:
    is_own = columns.cell(row, "format").casefold() == TextFormat.MARKDOWN
    if is_own:
        row = [_bare(cell) for cell in row]
    fmt = TextFormat.MARKDOWN if is_own else TextFormat.PLAIN
    text, answer = columns.cell(row, "text"), columns.cell(row, "answer")
    if not text:
        raise ItemFault(_l("The question has no text."))
    choices = columns.choices(row)
    kind = kind_of_row(columns.cell(row, "kind"), choices, answer)
    return Item(
        number=number,
        line=line,
        kind=kind,
        name=columns.cell(row, "name"),
        text=Text(text, fmt),
        options=tuple(_options(kind, choices, answer, fmt)),
        numbers=tuple(numbers_of(answer)) if kind is QuestionKind.NUMERICAL else (),
        pairs=tuple(pairs_of(choices, fmt)) if kind is QuestionKind.MATCHING else (),
        feedback=Text(columns.cell(row, "feedback"), fmt),
        category=columns.cell(row, "folder"),
        tags=tuple(_tags(columns.cell(row, "tags"))),
        level=_level(columns.cell(row, "level")),
        language=LANGUAGES.get(fold(columns.cell(row, "language")), ""),
    )


def _bare(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and cell[1:2] in (*GUARDED, "'") else cell


def _options(kind: QuestionKind, choices: dict[str, str], answer: str, fmt: TextFormat) -> list[Choice]:
    if kind in (QuestionKind.SINGLE_CHOICE, QuestionKind.MULTIPLE_CHOICE):
        return options_of(kind, choices, right_of(answer, choices), fmt)
    if kind is QuestionKind.TRUE_FALSE:
        return truth_of(answer, choices)
    if kind is QuestionKind.SHORT_ANSWER:
        return accepted_of(answer, as_written=fmt is TextFormat.MARKDOWN)
    if kind is QuestionKind.ORDERING:
        return ordered_of(choices, answer, fmt)
    return []


def _tags(said: str) -> list[str]:
    for sign in "，、;；|":
        said = said.replace(sign, ",")
    return [tag.strip() for tag in said.split(",") if tag.strip()]


def _level(said: str) -> Difficulty | None:
    return next((level for level, words in LEVELS.items() if fold(said) in words), None)
