"""What lines are made of: words in a style, and boxes such as pictures and formulas. Lengths are millimetres."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from fpdf import FPDF
from fpdf.enums import TextMode

from study.printing.fonts import MISSING, add_fonts, lost_in
from study.printing.lines import NOT_FIRST, NOT_LAST, units_of

POINT = 0.3528
INK, QUIET, LINE, SHADE = (27, 31, 36), (90, 96, 104), (150, 155, 160), (244, 243, 240)
ABOVE, BELOW = 0.92, 0.28
"""Of a line of words, as shares of its size."""
HAIR = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How words are set; ``size`` in points, ``shift`` lifts them, in shares of the size."""

    size: float = 10.5
    is_bold: bool = False
    is_lined: bool = False
    is_code: bool = False
    is_quiet: bool = False
    shift: float = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A word or a box on a line. A box has no style and draws itself, given its left edge and the base line."""

    width: float
    above: float
    below: float
    words: str = ""
    style: Style | None = None
    draw: Callable[[float, float], None] | None = None


class Pen:
    """A file in the making, with what is drawn most."""

    def __init__(self) -> None:
        self.pdf = FPDF(format="A4")
        self.pdf.set_auto_page_break(False)
        add_fonts(self.pdf)
        self.missing: set[str] = set()

    def known(self, text: str) -> str:
        """Return a text with a mark for every sign that cannot be printed."""
        lost = lost_in(self.pdf, text)
        self.missing |= lost
        return "".join(MISSING if sign in lost else sign for sign in text) if lost else text

    def set(self, style: Style) -> None:
        """Take up a style."""
        self.pdf.set_font("serif", size=style.size)
        self.pdf.set_text_color(*(QUIET if style.is_quiet else INK))

    def word(self, text: str, style: Style) -> Piece:
        """Return a word as a piece."""
        self.set(style)
        em = style.size * POINT
        return Piece(
            width=self.pdf.get_string_width(text),
            above=(ABOVE + style.shift) * em,
            below=(BELOW - style.shift) * em,
            words=text,
            style=style,
        )

    def words(self, text: str, style: Style) -> list[Piece]:
        """Return a text as the pieces between which a line may break."""
        lead = [" "] if text[:1].isspace() else []
        tail = [" "] if text.strip() and text[-1:].isspace() else []
        return [self.word(unit, style) for unit in [*lead, *units_of(self.known(text)), *tail]]

    def write(self, text: str, style: Style, x: float, base: float) -> None:
        """Write words so that they stand on a base line."""
        self.set(style)
        em = style.size * POINT
        base -= style.shift * em
        if style.is_code:
            self.pdf.set_fill_color(*SHADE)
            self.pdf.rect(x, base - 0.95 * em, self.pdf.get_string_width(text), 1.25 * em, style="F")
        self.pdf.set_xy(x, base - 0.8 * em)
        if style.is_bold:
            self.pdf.set_draw_color(*INK)
            with self.pdf.local_context(text_mode=TextMode.FILL_STROKE, line_width=0.009 * style.size):
                self.pdf.cell(self.pdf.get_string_width(text), em, text)
        else:
            self.pdf.cell(self.pdf.get_string_width(text), em, text)
        if style.is_lined:
            self.rule(x, base + 0.12 * em, self.pdf.get_string_width(text))

    def rule(self, x: float, y: float, width: float, thick: float = HAIR, colour: Sequence[int] = INK) -> None:
        """Draw a line to the right."""
        self.pdf.set_draw_color(*colour)
        self.pdf.set_line_width(thick)
        self.pdf.line(x, y, x + width, y)

    def frame(self, x: float, y: float, width: float, height: float) -> None:
        """Draw an empty box."""
        self.pdf.set_draw_color(*INK)
        self.pdf.set_line_width(HAIR)
        self.pdf.rect(x, y, width, height)

    def bubble(self, x: float, y: float, side: float) -> None:
        """Draw an empty circle."""
        self.pdf.set_draw_color(*INK)
        self.pdf.set_line_width(HAIR)
        self.pdf.circle(x + side / 2, y + side / 2, side / 2)

    def image(self, source: Any, x: float, y: float, width: float, height: float) -> None:
        """Draw a picture."""
        self.pdf.image(source, x, y, width, height)


def may_part(before: Piece, after: Piece) -> bool:
    """Tell whether a line may break between two pieces."""
    left, right = before.words[-1:], after.words[:1]
    if not left or not right:
        # A stop behind a formula or picture does not begin a line.
        return bool(right and right not in NOT_FIRST) or (bool(left) and left not in NOT_LAST)
    if right in NOT_FIRST or left in NOT_LAST:
        return False
    return left.isspace() or right.isspace() or ord(left) >= 0x2E80 or ord(right) >= 0x2E80
