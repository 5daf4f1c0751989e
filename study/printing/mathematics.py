"""Sets formulas: MathML into boxes in boxes. What stands in a form that is not known here is set in a row."""

from collections.abc import Callable, Sequence

from study.printing.pieces import HAIR, POINT, Pen, Piece, Style
from study.printing.tree import Node

SMALLER, LEAST = 0.72, 6.0
AXIS = 0.28
"""Where the bars of fractions lie, above the base line, in shares of the size."""
_WIDE = frozenset("=<>≤≥≠≈≡→⇒⇔←↔∈∉⊂⊆∼∝±+−×÷∪∩∧∨")
_HELD = frozenset({"mrow", "mstyle", "mpadded", "menclose", "mtd", "math"})
_HIDDEN = dict.fromkeys(map(ord, "\u2061\u2062\u2063\u2064\u200b"))


def formula(pen: Pen, node: Node, size: float) -> Piece:
    """Return a formula as one box."""
    draw = _SET.get(node.tag)
    if draw:
        return draw(pen, list(node.nodes), size)
    if node.tag in _HELD or not _is_sign(node):
        return _row(pen, [formula(pen, child, size) for child in node.nodes])
    return _sign(pen, node, size)


def _is_sign(node: Node) -> bool:
    return node.tag in ("mi", "mn", "mo", "mtext", "ms", "mspace")


def _sign(pen: Pen, node: Node, size: float) -> Piece:
    words = node.words.translate(_HIDDEN).replace("-", "−" if node.tag == "mo" else "-").strip()
    em = size * POINT
    if not words:
        return Piece(width=0.25 * em if node.tag == "mspace" else 0, above=0, below=0)
    style = Style(size=size)
    word = pen.word(pen.known(words), style)
    space = 0.22 * em if node.tag == "mo" and words in _WIDE else 0.05 * em if node.tag == "mo" else 0

    def draw(x: float, base: float) -> None:
        pen.write(word.words, style, x + space, base)

    return Piece(width=word.width + 2 * space, above=word.above, below=word.below, draw=draw)


def _row(pen: Pen, boxes: Sequence[Piece]) -> Piece:
    def draw(x: float, base: float) -> None:
        for box in boxes:
            _draw(box, x, base)
            x += box.width

    return Piece(
        width=sum(box.width for box in boxes),
        above=max((box.above for box in boxes), default=0),
        below=max((box.below for box in boxes), default=0),
        draw=draw,
    )


def _draw(box: Piece, x: float, base: float) -> None:
    if box.draw:
        box.draw(x, base)


def _small(size: float) -> float:
    return max(LEAST, size * SMALLER)


def _fraction(pen: Pen, inside: Sequence[Node], size: float) -> Piece:
    em, gap = size * POINT, 0.12 * size * POINT
    top, foot = (formula(pen, node, _small(size) if size < 9 else size * 0.9) for node in inside[:2])
    width, axis = max(top.width, foot.width) + 0.3 * em, AXIS * em

    def draw(x: float, base: float) -> None:
        pen.rule(x, base - axis, width)
        _draw(top, x + (width - top.width) / 2, base - axis - gap - top.below)
        _draw(foot, x + (width - foot.width) / 2, base - axis + gap + foot.above)

    above = axis + gap + top.above + top.below
    return Piece(width=width + 0.1 * em, above=above, below=foot.above + foot.below + gap - axis, draw=draw)


def _scripts(pen: Pen, base_: Node, low: Node | None, high: Node | None, size: float) -> Piece:
    """Set what is written small beside a base."""
    em, held = size * POINT, formula(pen, base_, size)
    down = formula(pen, low, _small(size)) if low else Piece(width=0, above=0, below=0)
    up = formula(pen, high, _small(size)) if high else Piece(width=0, above=0, below=0)
    drop, lift = max(0.22 * em, held.below - 0.1 * em), max(0.4 * em, held.above - 0.55 * em)

    def draw(x: float, base: float) -> None:
        _draw(held, x, base)
        _draw(down, x + held.width, base + drop)
        _draw(up, x + held.width, base - lift)

    return Piece(
        width=held.width + max(down.width, up.width) + 0.06 * em,
        above=max(held.above, up.above + lift if high else 0),
        below=max(held.below, down.below + drop if low else 0),
        draw=draw,
    )


def _stacked(pen: Pen, base_: Node, low: Node | None, high: Node | None, size: float) -> Piece:
    """Set what is written small above and below a base."""
    held = formula(pen, base_, size)
    empty = Piece(width=0, above=0, below=0)
    foot = formula(pen, low, _small(size)) if low else empty
    top = formula(pen, high, _small(size)) if high else empty
    width = max(held.width, foot.width, top.width)

    def draw(x: float, base: float) -> None:
        _draw(held, x + (width - held.width) / 2, base)
        _draw(foot, x + (width - foot.width) / 2, base + held.below + foot.above)
        _draw(top, x + (width - top.width) / 2, base - held.above - top.below)

    return Piece(
        width=width,
        above=held.above + top.above + top.below,
        below=held.below + foot.above + foot.below,
        draw=draw,
    )


def _root(pen: Pen, inside: Sequence[Node], size: float, degree: Node | None = None) -> Piece:
    em = size * POINT
    held = _row(pen, [formula(pen, node, size) for node in inside])
    sign, over = 0.6 * em, 0.12 * em
    small = formula(pen, degree, _small(_small(size))) if degree else Piece(width=0, above=0, below=0)
    lead = max(0, small.width - 0.25 * em)

    def draw(x: float, base: float) -> None:
        _draw(small, x, base - 0.45 * em)
        x += lead
        top, foot = base - held.above - over, base + held.below * 0.6
        pen.pdf.set_line_width(HAIR)
        pen.pdf.polyline(
            [
                (x, base - 0.3 * em),
                (x + 0.15 * em, base - 0.38 * em),
                (x + 0.33 * em, foot),
                (x + sign - 0.04 * em, top),
            ]
        )
        pen.rule(x + sign - 0.04 * em, top, held.width + 0.1 * em)
        _draw(held, x + sign, base)

    width = lead + sign + held.width + 0.12 * em
    return Piece(width=width, above=held.above + 2 * over, below=held.below, draw=draw)


def _table(pen: Pen, rows: Sequence[Node], size: float) -> Piece:
    em = size * POINT
    cells = [[formula(pen, cell, size) for cell in row.nodes] for row in rows]
    count = max((len(row) for row in cells), default=0)
    widths = [max((row[at].width for row in cells if at < len(row)), default=0) for at in range(count)]
    heights = [
        (max((c.above for c in row), default=em), max((c.below for c in row), default=0) + 0.25 * em) for row in cells
    ]
    total = sum(above + below for above, below in heights)

    def draw(x: float, base: float) -> None:
        y = base - total / 2 - AXIS * em
        for row, (above, below) in zip(cells, heights, strict=True):
            left = x
            for at, cell in enumerate(row):
                _draw(cell, left + (widths[at] - cell.width) / 2, y + above)
                left += widths[at] + 0.6 * em
            y += above + below

    width = sum(widths) + 0.6 * em * max(0, count - 1)
    return Piece(width=width, above=total / 2 + AXIS * em, below=total / 2 - AXIS * em, draw=draw)


Setter = Callable[[Pen, Sequence[Node], float], Piece]
_SET: dict[str, Setter] = {
    "mfrac": _fraction,
    "msub": lambda pen, inside, size: _scripts(pen, inside[0], inside[1], None, size),
    "msup": lambda pen, inside, size: _scripts(pen, inside[0], None, inside[1], size),
    "msubsup": lambda pen, inside, size: _scripts(pen, inside[0], inside[1], inside[2], size),
    "munder": lambda pen, inside, size: _stacked(pen, inside[0], inside[1], None, size),
    "mover": lambda pen, inside, size: _stacked(pen, inside[0], None, inside[1], size),
    "munderover": lambda pen, inside, size: _stacked(pen, inside[0], inside[1], inside[2], size),
    "msqrt": _root,
    "mroot": lambda pen, inside, size: _root(pen, inside[:1], size, inside[1]),
    "mtable": _table,
}
