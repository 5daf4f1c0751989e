"""Sets what an answer sheet has for each question: bubbles, boxes and lines."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from study.printing.pieces import Pen, Piece, Style
from study.printing.rows import Row, broken, line_row, space

BUBBLE, APART = 5.4, 1.8
SIGN, LABEL = Style(size=8), Style(size=9)
SHORT_LINE, LONG_LINE = 11.0, 52.0


def cells_of(pen: Pen, cells: Sequence[Mapping[str, Any]], width: float) -> list[Row]:
    """Return the rows on which the cells of one question stand."""
    rows: list[Row] = []
    for cell in cells:
        pieces = list(_CELLS[cell["as"]](pen, cell))
        for line in broken(pieces, width):
            rows += [line_row(pen, line), space(0.6)]
    return rows


def _sign(pen: Pen, letter: str, shape: Callable[[float, float, float], None]) -> Piece:
    word = pen.word(letter, SIGN)

    def draw(x: float, base: float) -> None:
        shape(x, base - 3.9, BUBBLE)
        pen.write(letter, SIGN, x + (BUBBLE - word.width) / 2, base - 0.2)

    return Piece(width=BUBBLE + APART, above=4.3, below=1.9, draw=draw)


def _bubbles(pen: Pen, cell: Mapping[str, Any]) -> Iterator[Piece]:
    if cell["label"]:
        yield pen.word(f"{cell['label']} ", LABEL)
    for letter in cell["letters"]:
        yield _sign(pen, letter, pen.bubble)


def _boxes(pen: Pen, cell: Mapping[str, Any]) -> Iterator[Piece]:
    for letter in cell["letters"]:
        yield _sign(pen, letter, lambda x, y, side: pen.frame(x, y, side, side))


def _places(pen: Pen, cell: Mapping[str, Any]) -> Iterator[Piece]:
    """Return a label with an empty box behind it, for each item."""
    for label in cell["letters"]:
        yield _labelled(pen, label, BUBBLE + 3, lambda x, base: pen.frame(x, base - 4.2, BUBBLE + 1, BUBBLE))


def _lines(pen: Pen, cell: Mapping[str, Any]) -> Iterator[Piece]:
    """Return a label with a short line behind it, for each part; one long line where there is one part."""
    if not cell["letters"]:
        yield _labelled(pen, cell["label"], LONG_LINE, lambda x, base: pen.rule(x, base + 1, LONG_LINE))
    for label in cell["letters"]:
        yield _labelled(pen, label, SHORT_LINE + 3, lambda x, base: pen.rule(x, base + 1, SHORT_LINE))


def _words(pen: Pen, cell: Mapping[str, Any]) -> list[Piece]:
    return pen.words(cell["label"], LABEL)


def _labelled(pen: Pen, label: str, wide: float, shape: Callable[[float, float], None]) -> Piece:
    word = pen.word(label, LABEL)
    lead = word.width + (1.2 if label else 0)

    def draw(x: float, base: float) -> None:
        pen.write(label, LABEL, x, base)
        shape(x + lead, base)

    return Piece(width=lead + wide, above=4.6, below=1.9, draw=draw)


_CELLS: Mapping[str, Callable[[Pen, Mapping[str, Any]], Any]] = MappingProxyType(
    {"bubbles": _bubbles, "boxes": _boxes, "places": _places, "lines": _lines, "words": _words}
)
