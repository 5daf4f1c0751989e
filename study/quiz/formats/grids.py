"""Tables as rows of words, from CSV or XLSX; each row comes with the line it stands on."""

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from core.i18n import _l
from study.extraction.parts import DAMAGE
from study.quiz.formats.items import FileRefused
from study.quiz.formats.packages import HEAD, Package, PackageBroken, PackageTooLarge, is_package
from study.quiz.formats.xml import HasDoctype

ROWS_MAX = 50_000
COLUMNS_MAX = 60

Grid = list[tuple[int, list[str]]]

# The reader gives up a whole file over one cell of more than 128 KiB; we refuse the one question, by its line.
csv.field_size_limit(2**31 - 1)


class NotText(FileRefused):
    """Neither UTF-8 nor GB 18030."""

    message = _l("The file is not text in UTF-8 or GB 18030. Save the table as CSV and send it again.")


def read_grids(data: bytes) -> list[Grid]:
    """Return the sheets of a file; a CSV is returned once for each sign that may part its cells.

    Raises:
        NotText, PackageBroken, PackageTooLarge, HasDoctype: see there.
    """
    if is_package(data):
        return _sheets(data)
    text = decode(data)
    return [list(rows(text, mark)) for mark in ",\t;"]


def decode(data: bytes) -> str:
    """Return the text of a table, from UTF-8, UTF-16 with its mark, or GB 18030.

    Raises:
        NotText: it is none of these.
    """
    encodings = ("utf-16",) if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise NotText


def rows(text: str, mark: str) -> Iterator[tuple[int, list[str]]]:
    """Return the rows of a CSV whose cells this sign parts."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    line = 1
    try:
        for row in reader:
            yield line, row
            line = reader.line_num + 1
    except csv.Error as error:
        raise FileRefused(str(error)) from error


def _sheets(data: bytes) -> list[Grid]:
    from openpyxl import load_workbook  # noqa: PLC0415 -- heavy, and only imports of tables need it
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415 -- as above

    package = Package(data)
    if any(b"<!DOCTYPE" in package.read(name)[:HEAD] for name in package.names if name.endswith((".xml", ".rels"))):
        raise HasDoctype
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        return [_grid(sheet) for sheet in book.worksheets]
    except (*DAMAGE, InvalidFileException, TypeError, AttributeError, IndexError, SyntaxError) as error:
        raise PackageBroken from error


def _grid(sheet: Any) -> Grid:
    found: Grid = []
    for line, row in enumerate(sheet.iter_rows(max_col=COLUMNS_MAX, values_only=True), start=1):
        if line > ROWS_MAX:
            raise PackageTooLarge
        found.append((line, [_words(cell) for cell in row]))
    return found


def _words(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return cell.isoformat() if isinstance(cell, date | datetime) else str(cell)
