"""Sets the questions of a paper: the text, and below it what is chosen from or written on."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from study.printing.flow import Flow
from study.printing.pages import INNER
from study.printing.pieces import LINE, Pen, Style
from study.printing.rows import Row, beside, level, shifted, space

INDENT, LETTER = 9.0, 7.0
BODY = Style()
NOTE = Style(size=9, is_quiet=True)
AFTER, BEFORE_OPTIONS = 5.0, 1.6
WRITTEN = 8.5
"""From one line to write on to the next."""
Said = Mapping[str, Any]


class QuestionSetter:
    """Sets one question after another."""

    def __init__(self, pen: Pen, pictures: Mapping[str, str]) -> None:
        self.pen, self.pictures = pen, pictures

    def block(self, said: Said) -> list[Row]:
        """Return the rows of a question."""
        width = INNER - (INDENT if said["number"] else 0)
        lead = self.pen.words(f"{said['head']} ", NOTE) if said["head"] else ()
        rows = self._flow(width).set(said["html"], lead)
        if said["note"]:
            rows += Flow(pen=self.pen, width=width, style=NOTE).set(said["note"])
        asked = list(self._asked(said, width))
        rows = [*rows, *([space(BEFORE_OPTIONS)] if asked else []), *asked]
        if said["number"]:
            rows = beside(self.pen, self.pen.word(f"{said['number']}.", replace(BODY, is_bold=True)), INDENT, rows)
        return [*rows, space(AFTER)]

    def _flow(self, width: float) -> Flow:
        return Flow(pen=self.pen, width=width, pictures=self.pictures)

    def _asked(self, said: Said, width: float) -> Iterator[Row]:
        if said["options"]:
            yield from self._options(said["options"], width)
        if said["pairs"]:
            yield from self._pairs(said["pairs"], width)
        for letter, html in said["order"]:
            yield self._boxed(letter, html, width)
        for number, options in said["menus"]:
            label = self.pen.word(f"({number})", BODY)
            yield from beside(self.pen, label, INDENT, list(self._options(options, width - INDENT)))
        for _line in range(said["lines"]):
            yield self._line(width)

    def _options(self, options: Sequence[Sequence[str]], width: float) -> Iterator[Row]:
        """Return options four or two beside one another where all are that short, else one below the other."""
        for across in (4, 2, 1):
            wide = width / across
            set_ = [self._lettered(letter, html, wide - 3) for letter, html in options]
            if across == 1 or all(len(rows) == 1 for rows in set_):
                break
        if across == 1:
            for rows in set_:
                yield from rows
            return
        for start in range(0, len(set_), across):
            yield side_by_side([rows[0] for rows in set_[start : start + across]], wide)

    def _lettered(self, letter: str, html: str, width: float) -> list[Row]:
        rows = self._flow(width - LETTER).set(html)
        return beside(self.pen, self.pen.word(f"{letter}.", BODY), LETTER, rows)

    def _pairs(self, pairs: Sequence[Sequence[Sequence[str]]], width: float) -> Iterator[Row]:
        """Return two columns: on the left a place to write a letter to each number."""
        wide = width / 2
        lefts = [self._place(number, html, wide - 5) for number, html in pairs[0]]
        rights = [stacked(self._lettered(letter, html, wide - 5)) for letter, html in pairs[1]]
        for at in range(max(len(lefts), len(rights))):
            yield side_by_side([side[at] if at < len(side) else space(0) for side in (lefts, rights)], wide, gap=1.2)

    def _place(self, number: str, html: str, width: float) -> Row:
        label, indent = self.pen.word(f"{number}.", BODY), LETTER + 13
        rows = beside(self.pen, label, indent, self._flow(width - indent).set(html))
        inner = stacked(rows)

        def draw(x: float, y: float) -> None:
            inner.draw(x, y)
            self.pen.rule(x + LETTER, y + inner.base + 0.8, 10)

        return Row(height=inner.height, draw=draw, base=inner.base)

    def _boxed(self, letter: str, html: str, width: float) -> Row:
        indent = LETTER + 10
        rows = beside(self.pen, self.pen.word(f"{letter}.", BODY), indent, self._flow(width - indent).set(html))
        inner = stacked(rows)

        def draw(x: float, y: float) -> None:
            inner.draw(x, y)
            self.pen.frame(x + LETTER, y + inner.base - 3.8, 7, 5)

        return Row(height=inner.height + 1.2, draw=draw)

    def _line(self, width: float) -> Row:
        return Row(height=WRITTEN, draw=lambda x, y: self.pen.rule(x, y + WRITTEN - 1.5, width, 0.12, LINE))


def stacked(rows: Sequence[Row]) -> Row:
    """Return rows as one that no page parts."""

    def draw(x: float, y: float) -> None:
        for row in rows:
            row.draw(x, y)
            y += row.height

    return Row(height=sum(row.height for row in rows), draw=draw, base=rows[0].base)


def side_by_side(rows: Sequence[Row], wide: float, gap: float = 0) -> Row:
    """Return rows of one width beside one another, their words on one line."""
    row = level(*(shifted([one], at * wide)[0] for at, one in enumerate(rows)))
    return Row(height=row.height + gap, draw=row.draw, base=row.base)
