"""Finds the cells of a sheet that hold a formula which nobody has worked out, as programs write that do not reckon."""

import io
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element

_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_PLACE = re.compile(r"([A-Z]{1,3})[0-9]+\Z")

Places = dict[int, set[int]]
"""Lines with the columns of some cells, both from 1."""


class NoValue(str):
    """The words of a cell whose formula has no value: none, and yet nobody left it empty."""

    __slots__ = ()


def without_value(part: bytes) -> Places:
    """Return where in a sheet formulas stand without a value.

    Args:
        part: the XML of the sheet, without a document type.
    """
    # In two bytes a letter the signs cannot be looked for; no known program writes that.
    if b"\0" not in part[:4] and not _FORMULA.search(part):
        return {}
    from lxml import etree  # noqa: PLC0415 -- heavy, and only imports of tables need it

    found: Places = {}
    line = 0
    for _event, row in etree.iterparse(io.BytesIO(part), tag="{*}row", resolve_entities=False, no_network=True):
        line = _line(row.get("r")) or line + 1
        column = 0
        for cell in row.iterchildren("{*}c"):
            column = _column(cell.get("r")) or column + 1
            if _lacks_value(cell):
                found.setdefault(line, set()).add(column)
        row.clear()
        # What was read leaves the tree, or a long sheet would fill the memory.
        while row.getprevious() is not None:
            del row.getparent()[0]
    return found


def _line(said: str | None) -> int:
    """Return the number of a row, which some write as 2.0; 0 where it has none."""
    digits = (said or "").partition(".")[0]
    return int(digits) if digits.isdecimal() and len(digits) < 10 else 0


def _column(place: str | None) -> int:
    """Return the number of a column out of the name of a cell; 0 where it has none."""
    match = _PLACE.match((place or "").replace("$", "").upper())
    number = 0
    for letter in match[1] if match else "":
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _lacks_value(cell: "_Element") -> bool:
    return cell.find("{*}f") is not None and not cell.findtext("{*}v") and cell.find("{*}is") is None
