"""Sets rendered texts into rows of a given width: paragraphs, lists, tables, code, pictures and formulas."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from study.printing.mathematics import formula
from study.printing.picturing import printed
from study.printing.pieces import LINE, POINT, Pen, Piece, Style
from study.printing.rows import Row, beside, broken, code_lines, code_row, line_row, shifted, space, table_row
from study.printing.tree import Node, tree_of

APART = space(1.6)
STEP = 6.0
PICTURE_HIGH, PICTURE_WIDE = 70.0, 120.0
PIXEL = 25.4 / 150
"""Of a picture, as it is printed where it has room."""
GAP_WIDE = 24.0
TAB = "    "
_BLOCKS = frozenset({"p", "div", "figure", "figcaption", "details", "summary", "section", "dl", "dt", "dd"})
_HEADS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


@dataclass(kw_only=True)
class Flow:
    """Sets texts of one width; ``pictures`` are paths by the address at which texts show them."""

    pen: Pen
    width: float
    style: Style = field(default_factory=Style)
    pictures: Mapping[str, str] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    _line: list[Piece] = field(default_factory=list)
    _leads: bool = False
    """Whether nothing waits but what stands before the text: its first paragraph begins behind that."""

    def set(self, html: str, lead: Iterable[Piece] = ()) -> list[Row]:
        """Return the rows of a text, after some pieces that stand before it."""
        self._line = list(lead)
        self._leads = bool(self._line)
        self._inside(tree_of(html), self.style)
        self._flush()
        return self.rows

    def lines(self, text: str) -> list[list[Piece]]:
        """Return the lines of a plain text."""
        return broken(self.pen.words(text, self.style), self.width)

    def narrower(self, by: float) -> "Flow":
        """Return an empty flow that is so much narrower."""
        return Flow(pen=self.pen, width=self.width - by, style=self.style, pictures=self.pictures)

    def _inside(self, node: Node, style: Style) -> None:
        for child in node.inside:
            if isinstance(child, str):
                self._leads &= not child.strip()
                self._line += self.pen.words(child, style) if child.strip() or self._line else []
            else:
                self._element(child, style)

    def _element(self, node: Node, style: Style) -> None:
        made = _STYLES.get(node.tag)
        if made:
            self._inside(node, made(style))
        elif node.tag in _BLOCKS or node.tag in _HEADS:
            self._block(node, replace(style, is_bold=True) if node.tag in _HEADS else style)
        elif node.tag in _OWN:
            self._part()
            _OWN[node.tag](self, node, style)
            self.rows.append(APART)
        elif node.tag == "br":
            self._flush(is_forced=True)
        else:
            self._inline(node, style)

    def _inline(self, node: Node, style: Style) -> None:
        self._leads = False
        if node.tag == "math":
            is_block = node.attributes.get("display") == "block"
            if is_block:
                self._flush()
            self._line.append(_fitted(formula(self.pen, node, style.size), self.width))
            if is_block:
                self._flush()
        elif node.tag == "img":
            self._line += self._picture(node, style)
        elif node.tag == "gap":
            self._line.append(self._gap(node.attributes.get("n", ""), style))
        else:
            self._inside(node, style)

    def _gap(self, number: str, style: Style) -> Piece:
        label = f"({number})"
        wide = self.pen.word(label, style).width

        def draw(x: float, base: float) -> None:
            self.pen.write(label, style, x + 0.8, base)
            self.pen.rule(x + wide + 1.3, base + 0.8, GAP_WIDE - wide)

        em = style.size * POINT
        return Piece(width=GAP_WIDE + 1.5, above=em, below=0.3 * em, draw=draw)

    def _picture(self, node: Node, style: Style) -> list[Piece]:
        path = self.pictures.get(node.attributes.get("src", ""))
        found = printed(path) if path else None
        if found is None:
            alt = node.attributes.get("alt", "")
            return self.pen.words(f"[{alt}]", replace(style, is_quiet=True)) if alt else []
        image, wide, high = found[0], found[1] * PIXEL, found[2] * PIXEL
        scale = min(1, self.width / wide, PICTURE_WIDE / wide, PICTURE_HIGH / high)
        wide, high = wide * scale, high * scale

        def draw(x: float, base: float) -> None:
            self.pen.image(image, x, base - high, wide, high)

        return [Piece(width=wide, above=high + 0.8, below=0.8, draw=draw)]

    def _block(self, node: Node, style: Style) -> None:
        if not self._leads:
            self._part()
        self._leads = False
        self._inside(node, style)
        self._flush()

    def _part(self) -> None:
        """Begin something that stands by itself."""
        self._flush()
        if self.rows and self.rows[-1] is not APART:
            self.rows.append(APART)

    def _flush(self, *, is_forced: bool = False) -> None:
        """Break what waits into lines."""
        pieces, self._line = self._line, []
        if not any(piece.draw or piece.words.strip() for piece in pieces):
            if is_forced:
                self.rows.append(space(self.style.size * POINT))
            return
        self.rows += [line_row(self.pen, line) for line in broken(pieces, self.width)]

    def _list(self, node: Node, style: Style) -> None:
        for number, item in enumerate(node.all("li"), start=int(node.attributes.get("start", "1") or 1)):
            inner = self.narrower(STEP)
            inner._inside(item, style)
            inner._flush()
            label = f"{number}." if node.tag == "ol" else "·"
            self.rows += beside(self.pen, self.pen.word(label, style), STEP, inner.rows)

    def _quote(self, node: Node, style: Style) -> None:
        inner = self.narrower(STEP)
        inner._inside(node, style)
        inner._flush()
        self.rows += shifted(inner.rows, STEP)

    def _code(self, node: Node, style: Style) -> None:
        small = replace(style, size=style.size * 0.9, is_code=True)
        lines = node.words.replace("\t", TAB).rstrip("\n").split("\n")
        for line in lines:
            for piece in code_lines(self.pen, self.pen.known(line), small, self.width - 4):
                self.rows.append(code_row(self.pen, piece, small, self.width))

    def _table(self, node: Node, style: Style) -> None:
        rows = [list(row.all("td", "th")) for row in node.all("tr")]
        count = max((len(row) for row in rows), default=0)
        if not count:
            return
        wide = self.width / count
        for cells in rows:
            set_cells = [self.narrower(self.width - wide + 3) for _cell in cells]
            for inner, cell in zip(set_cells, cells, strict=True):
                inner._inside(cell, replace(style, is_bold=cell.tag == "th"))
                inner._flush()
            self.rows.append(table_row(self.pen, [inner.rows for inner in set_cells], wide))

    def _ruler(self, _node: Node, _style: Style) -> None:
        self.rows.append(Row(height=3, draw=lambda x, y: self.pen.rule(x, y + 1.5, self.width, colour=LINE)))


_STYLES: dict[str, Callable[[Style], Style]] = {
    "strong": lambda style: replace(style, is_bold=True),
    "b": lambda style: replace(style, is_bold=True),
    "em": lambda style: replace(style, is_lined=True),
    "u": lambda style: replace(style, is_lined=True),
    "code": lambda style: replace(style, is_code=True),
    "sup": lambda style: replace(style, size=style.size * 0.7, shift=style.shift + 0.45),
    "sub": lambda style: replace(style, size=style.size * 0.7, shift=style.shift - 0.25),
}
_OWN: dict[str, Callable[[Flow, Node, Style], None]] = {
    "ul": Flow._list,
    "ol": Flow._list,
    "blockquote": Flow._quote,
    "pre": Flow._code,
    "table": Flow._table,
    "hr": Flow._ruler,
}


def _fitted(box: Piece, width: float) -> Piece:
    """Return a box that takes no more than a line; a formula that is wider runs into the margin."""
    return replace(box, width=min(box.width, width))
