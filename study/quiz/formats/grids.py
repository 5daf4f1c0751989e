"""Tables as rows of words, from CSV or XLSX; each row comes with the line it stands on."""

import csv
import io
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Any

from core.i18n import _l
from study.extraction.parts import DAMAGE
from study.quiz.formats.formulas import NoValue, Places, without_value
from study.quiz.formats.items import FileRefused
from study.quiz.formats.packages import Package, PackageBroken, PackageTooLarge, is_package
from study.quiz.formats.xml import HasDoctype

ROWS_MAX = 50_000
LINES_MAX = 2**20
"""As many as spreadsheets have. A file may say that its only row stands far below."""
COLUMNS_MAX = 60
DOCTYPE = "<!DOCTYPE"

Grid = list[tuple[int, list[str]]]

# The reader gives up a whole file over one cell of more than 128 KiB; we refuse the one question, by its line.
csv.field_size_limit(2**31 - 1)


class NotText(FileRefused):
    """Neither UTF-8 nor GB 18030."""

    message = _l("The file is not text in UTF-8 or GB 18030. Save the table as CSV and send it again.")


def read_grids(data: bytes, *, columns: int = COLUMNS_MAX) -> list[Grid]:
    """Return the sheets of a file; a CSV is returned once for each sign that may part its cells.

    A cell whose formula nobody has worked out is ``NoValue``: as words it is empty.

    Args:
        data: the file.
        columns: how many of a sheet are looked at.

    Raises:
        NotText, PackageBroken, PackageTooLarge, HasDoctype: see there.
    """
    if is_package(data):
        return _sheets(data, columns)
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


def _sheets(data: bytes, columns: int) -> list[Grid]:
    from openpyxl import load_workbook  # noqa: PLC0415 -- heavy, and only imports of tables need it
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415 -- as above

    package = Package(data)
    if any(_declares(package.read(name)) for name in package.names if name.endswith((".xml", ".rels"))):
        raise HasDoctype
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheets = [
            _filled(sheet, columns, without_value(package.read(_part_of(sheet, package)))) for sheet in book.worksheets
        ]
    except (*DAMAGE, InvalidFileException, TypeError, AttributeError, IndexError, SyntaxError) as error:
        raise PackageBroken from error
    if any(len(sheet) > ROWS_MAX for sheet in sheets):
        raise PackageTooLarge
    return sheets


def _part_of(sheet: Any, package: Package) -> str:
    """Return the name of the part that a sheet is read from."""
    path: str = sheet._worksheet_path
    return path if path in package.names else path.lstrip("/")


def _declares(part: bytes) -> bool:
    """Tell whether a part declares a document type, in whatever encoding; cells cannot hold the sign as it stands."""
    return any(DOCTYPE.encode(encoding) in part for encoding in ("ascii", "utf-16-le", "utf-16-be"))


def _filled(sheet: Any, columns: int, unreckoned: Places) -> Grid:
    """Return the rows of a sheet in which something stands, with their lines; one more than are taken at most."""
    rows = islice(sheet.iter_rows(max_col=columns, values_only=True), LINES_MAX)
    found = (
        (line, row)
        for line, row in enumerate(rows, start=1)
        if line in unreckoned or any(cell is not None for cell in row)
    )
    return [(line, _row(row, unreckoned.get(line, set()))) for line, row in islice(found, ROWS_MAX + 1)]


def _row(cells: Sequence[Any], unreckoned: Collection[int]) -> list[str]:
    words = [_words(cell) for cell in cells]
    for column in unreckoned:
        if column <= len(words) and not words[column - 1]:
            words[column - 1] = NoValue()
    return words


def _words(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return cell.isoformat() if isinstance(cell, date | datetime) else str(cell)
