"""Rows of a page, and how pieces fall into them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from study.printing.pieces import POINT, SHADE, Pen, Piece, Style, may_part

LEADING = 0.28
"""Between lines, in shares of the size."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line, or something else that no page parts; draws itself, given its left edge and its top."""

    height: float
    draw: Callable[[float, float], None]
    base: float = 0
    """Where its words stand, below its top."""


def space(height: float) -> Row:
    """Return an empty row."""
    return Row(height=height, draw=lambda _x, _y: None)


def broken(pieces: Sequence[Piece], width: float) -> list[list[Piece]]:
    """Return the lines into which pieces fall."""
    lines: list[list[Piece]] = []
    line: list[Piece] = []
    for word in _held(pieces):
        if line and _wide(line) + _wide(_trimmed(word)) > width:
            lines.append(_trimmed(line))
            line = [] if _is_blank(word) else list(word)
        elif line or not _is_blank(word):
            line += word
    return [*lines, _trimmed(line)] if line else lines


def _held(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Return what stays together on a line."""
    found: list[list[Piece]] = []
    for piece in pieces:
        if found and not may_part(found[-1][-1], piece):
            found[-1].append(piece)
        else:
            found.append([piece])
    return found


def _is_blank(pieces: Sequence[Piece]) -> bool:
    return all(not piece.draw and not piece.words.strip() for piece in pieces)


def _trimmed(pieces: Sequence[Piece]) -> list[Piece]:
    found = list(pieces)
    while found and _is_blank(found[-1:]):
        found.pop()
    return found


def _wide(pieces: Sequence[Piece]) -> float:
    return sum(piece.width for piece in pieces)


def line_row(pen: Pen, pieces: Sequence[Piece]) -> Row:
    """Return a line; words of one style are written in one go."""
    above, below = max(piece.above for piece in pieces), max(piece.below for piece in pieces)
    size = max((piece.style.size for piece in pieces if piece.style), default=Style().size)

    def draw(x: float, y: float) -> None:
        base, at = y + above, 0
        while at < len(pieces):
            piece, end, wide = pieces[at], at + 1, pieces[at].width
            while piece.style and end < len(pieces) and pieces[end].style == piece.style:
                wide += pieces[end].width
                end += 1
            if piece.style:
                pen.write("".join(one.words for one in pieces[at:end]), piece.style, x, base)
            elif piece.draw:
                piece.draw(x, base)
            x, at = x + wide, end

    return Row(height=above + below + LEADING * size * POINT, draw=draw, base=above)


def shifted(rows: Iterable[Row], by: float) -> list[Row]:
    """Return rows that begin further to the right."""
    return [
        Row(height=row.height, draw=lambda x, y, row=row: row.draw(x + by, y), base=row.base)  # type: ignore[misc]
        for row in rows
    ]


def beside(pen: Pen, label: Piece, by: float, rows: Sequence[Row]) -> list[Row]:
    """Return rows with a label to the left of the first."""
    found = shifted(rows or [space(label.above + label.below)], by)
    return [level(line_row(pen, [label]), found[0]), *found[1:]]


def level(*rows: Row) -> Row:
    """Return rows that lie over one another as one row, their words on one line."""
    base = max(row.base for row in rows)

    def draw(x: float, y: float) -> None:
        for row in rows:
            row.draw(x, y + base - (row.base or base))

    return Row(height=max(row.height + base - (row.base or base) for row in rows), draw=draw, base=base)


def code_lines(pen: Pen, line: str, style: Style, width: float) -> list[str]:
    """Return a line of code cut where it is too wide."""
    found = [""]
    for sign in line:
        if found[-1] and pen.word(found[-1] + sign, style).width > width:
            found.append("")
        found[-1] += sign
    return found


def code_row(pen: Pen, text: str, style: Style, width: float) -> Row:
    """Return a line of code."""
    height = style.size * POINT * 1.45

    def draw(x: float, y: float) -> None:
        pen.pdf.set_fill_color(*SHADE)
        pen.pdf.rect(x, y, width, height, style="F")
        if text.strip():
            indent = len(text) - len(text.lstrip(" "))
            pen.write(text.lstrip(" "), style, x + 2 + indent * style.size * POINT * 0.5, y + height * 0.72)

    return Row(height=height, draw=draw)


def table_row(pen: Pen, cells: Sequence[Sequence[Row]], wide: float) -> Row:
    """Return a row of a table, each cell in its frame."""
    height = max(sum(row.height for row in rows) for rows in cells) + 2

    def draw(x: float, y: float) -> None:
        for rows in cells:
            pen.frame(x, y, wide, height)
            top = y + 1
            for row in rows:
                row.draw(x + 1.5, top)
                top += row.height
            x += wide

    return Row(height=height, draw=draw)
