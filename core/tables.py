"""Tables that people take away in a file."""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence

Row = Sequence[object]

_ACTIVE = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet take a cell for a formula."""


def as_csv(rows: Iterable[Sequence[object]]) -> str:
    """Return rows as CSV that spreadsheets open as text in any language: a byte order mark, and no cell that acts."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return "\ufeff" + out.getvalue()


def _harmless(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.lstrip(" ").startswith(_ACTIVE) else cell


def unprotected(cell: str) -> str:
    """Return a cell that came back in a file as it was before it was made harmless."""
    return cell[1:] if cell.startswith("'") and cell[1:].lstrip(" ").startswith(_ACTIVE) else cell


_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\']")
_NAME_MAX = 31


def as_xlsx(sheets: Mapping[str, Iterable[Sequence[object]]]) -> bytes:
    """Return sheets of rows as an Excel file, row by row, with the same care for cells that act.

    Args:
        sheets: name → rows; numbers stay numbers.
    """
    from openpyxl import Workbook  # noqa: PLC0415 -- heavy, and few ever take a table away
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE  # noqa: PLC0415 -- as above

    book = Workbook(write_only=True)
    for name, rows in sheets.items():
        sheet = book.create_sheet(_NOT_IN_NAMES.sub(" ", name)[:_NAME_MAX])
        for row in rows:
            cells = [_harmless(cell) for cell in row]
            sheet.append([ILLEGAL_CHARACTERS_RE.sub("", cell) if isinstance(cell, str) else cell for cell in cells])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
