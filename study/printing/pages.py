"""Puts blocks of rows on pages: a block goes over to the next page as a whole where it fits on one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from study.printing.pieces import Pen, Piece, Style
from study.printing.rows import Row

WIDTH, HEIGHT, MARGIN, TOP, FOOT = 210.0, 297.0, 18.0, 16.0, 18.0
INNER = WIDTH - 2 * MARGIN
HIGH = HEIGHT - TOP - FOOT
SMALL = Style(size=8.5, is_quiet=True)


@dataclass(kw_only=True)
class Column:
    """What stands in one column of one page."""

    rows: list[Row] = field(default_factory=list)
    height: float = 0

    def add(self, rows: Iterable[Row]) -> None:
        """Put rows below what is there."""
        for row in rows:
            self.rows.append(row)
            self.height += row.height

    def draw(self, x: float, y: float) -> None:
        """Draw all of it."""
        for row in self.rows:
            row.draw(x, y)
            y += row.height


def filled(
    blocks: Iterable[Sequence[Row]], first: float = HIGH, rest: float = HIGH, *, shorter: int = 1
) -> list[Column]:
    """Return the columns that blocks fill: the first, or so many, of another height than the rest."""
    columns = [Column()]

    def room(number: int) -> float:
        return first if number <= shorter else rest

    for block in blocks:
        total = sum(row.height for row in block)
        if columns[-1].height + total > room(len(columns)) and columns[-1].rows and total <= room(len(columns) + 1):
            columns.append(Column())
        for row in block:
            if columns[-1].height + row.height > room(len(columns)) and columns[-1].rows:
                columns.append(Column())
            columns[-1].add([row])
    return columns


def number_pages(pen: Pen, title: str) -> None:
    """Write at the foot of each page what it belongs to, and which of how many it is."""
    pdf = pen.pdf
    count = pdf.pages_count
    for number in range(1, count + 1):
        pdf.page = number
        # The font that the file believes to be set is that of the last page: say it anew on this one.
        pdf.set_font("serif", size=1)
        told = pen.word(f"{number} / {count}", SMALL)
        pen.write(told.words, SMALL, WIDTH - MARGIN - told.width, HEIGHT - 10)
        pen.write(shortened(pen, title, INNER - 30).words, SMALL, MARGIN, HEIGHT - 10)
        pen.rule(MARGIN, HEIGHT - 14.5, INNER, 0.1)


def shortened(pen: Pen, text: str, width: float, style: Style = SMALL) -> Piece:
    """Return a text that is cut off where it would be wider."""
    found = pen.word(pen.known(text), style)
    while found.width > width and len(found.words) > 1:
        found = pen.word(f"{found.words.rstrip('…')[:-1]}…", style)
    return found
