"""Draws a certificate: one sheet of A4, lying, Chinese above English, a number and a square code to check it by."""

from dataclasses import dataclass, field
from datetime import datetime

import segno
from fpdf import FPDF

from study.printing.fonts import MISSING, add_fonts, lost_in
from study.printing.lines import break_lines

WIDTH, HEIGHT, MARGIN = 297.0, 210.0, 14.0
INNER = WIDTH - 2 * 34
OFFICIAL, INK, QUIET, LINE = (163, 38, 42), (27, 31, 36), (69, 76, 85), (222, 218, 210)
POINT = 0.3528
"""Millimetres."""


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """What a certificate says: each pair is (Chinese, English), an empty one is left out."""

    language: str
    issuer: tuple[str, str]
    heading: tuple[str, str]
    certify: tuple[str, str]
    name: str
    completed: tuple[str, str]
    course: tuple[str, str]
    hours: tuple[str, str]
    notes: list[tuple[str, str]] = field(default_factory=list)
    """Lines at the foot: label and text."""
    number: str = ""
    check_words: str = ""
    check_url: str = ""
    made_at: str = ""


def draw(sheet: Sheet) -> bytes:
    """Return the PDF of a sheet."""
    return _Page(sheet).finished()


class _Page:
    """One page in the making; lengths are millimetres, sizes points."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.missing: set[str] = set()
        self.pdf = FPDF(orientation="landscape", format="A4")
        self.pdf.set_auto_page_break(False)
        self.pdf.add_page()
        add_fonts(self.pdf)
        self._describe()

    def _describe(self) -> None:
        heading, moment = " ".join(filter(None, self.sheet.heading)), datetime.fromisoformat(self.sheet.made_at)
        self.pdf.set_title(f"{heading}: {self.sheet.name}")
        self.pdf.set_author(" ".join(filter(None, self.sheet.issuer)))
        self.pdf.set_subject(self.sheet.number)
        self.pdf.set_lang(self.sheet.language)
        self.pdf.set_creation_date(moment)

    def finished(self) -> bytes:
        """Draw everything and return the file."""
        self._frame()
        self._body()
        self._foot()
        self._code()
        return bytes(self.pdf.output())

    def _frame(self) -> None:
        self.pdf.set_fill_color(*OFFICIAL)
        self.pdf.rect(0, 0, WIDTH, 5, style="F")
        self.pdf.set_draw_color(*LINE)
        self.pdf.set_line_width(0.3)
        self.pdf.rect(MARGIN - 4, MARGIN - 2, WIDTH - 2 * MARGIN + 8, HEIGHT - 2 * MARGIN + 8)

    def _body(self) -> None:
        sheet = self.sheet
        y = self._pair(sheet.issuer, 22, (13, 10), QUIET)
        y = self._pair(sheet.heading, y + 4, (34, 15), OFFICIAL)
        y = self._pair(sheet.certify, y + 5, (12, 11), QUIET)
        y = self._centred(sheet.name, y + 4, 30, INK, least=16)
        self.pdf.set_draw_color(*OFFICIAL)
        self.pdf.line(WIDTH / 2 - 45, y + 1, WIDTH / 2 + 45, y + 1)
        y = self._pair(sheet.completed, y + 6, (12, 11), QUIET)
        y = self._pair(sheet.course, y + 2, (20, 13), INK)
        self._pair(sheet.hours, y + 2, (12, 11), QUIET)

    def _pair(self, words: tuple[str, str], y: float, sizes: tuple[int, int], colour: tuple[int, int, int]) -> float:
        chinese, english = words
        if chinese:
            y = self._centred(chinese, y, sizes[0], colour)
        if english:
            y = self._centred(english, y, sizes[1] if chinese else sizes[0], colour)
        return y

    def _centred(self, text: str, y: float, size: float, colour: tuple[int, int, int], least: float = 0) -> float:
        """Write a text in the middle, smaller or on two lines where it is long, and return where it ends."""
        text, least = self._known(text), least or size * 0.6
        while len(lines := self._broken(text, size)) > (1 if size > least + 2 else 2) and size > least:
            size -= 1
        self.pdf.set_text_color(*colour)
        for line in lines:
            self._write(line, 0, y, WIDTH, size * POINT * 1.35, "C")
            y += size * POINT * 1.35
        return y + size * POINT * 0.15

    def _write(self, text: str, x: float, y: float, width: float, height: float, align: str) -> None:
        """Write one line into a box: only so a sign is looked for in the second font too."""
        self.pdf.set_xy(x, y)
        self.pdf.cell(width, height, text, align=align)

    def _broken(self, text: str, size: float) -> list[str]:
        self.pdf.set_font("serif", size=size)
        return break_lines(text, INNER, self.pdf.get_string_width)

    def _known(self, text: str) -> str:
        """Return a text with a mark for every sign that cannot be printed."""
        lost = lost_in(self.pdf, text)
        self.missing |= lost
        return "".join(MISSING if sign in lost else sign for sign in text)

    def _foot(self) -> None:
        notes = list(self.sheet.notes)
        if self.missing:
            notes.append((MISSING, " ".join(f"U+{ord(sign):04X}" for sign in sorted(self.missing))))
        y = HEIGHT - MARGIN - 6 - 6.5 * len(notes)
        for label, words in notes:
            self.pdf.set_font("serif", size=10)
            self.pdf.set_text_color(*QUIET)
            self._write(label, 24, y, 50, 6.5, "L")
            self.pdf.set_text_color(*INK)
            self._write(words, 72, y, 120, 6.5, "L")
            y += 6.5

    def _code(self) -> None:
        sheet, side = self.sheet, 27.0
        left, top = WIDTH - 24 - side, HEIGHT - MARGIN - side - 10
        rows = [list(row) for row in segno.make(sheet.check_url, error="m", micro=False).matrix]
        unit = side / len(rows)
        self.pdf.set_fill_color(*INK)
        for number, row in enumerate(rows):
            for start, length in _runs(row):
                self.pdf.rect(left + start * unit, top + number * unit, length * unit, unit, style="F")
        self.pdf.link(left, top, side, side, sheet.check_url, alt_text=sheet.check_words)
        self._right(sheet.number, top + side + 1, 10, INK)
        self._right(sheet.check_words, top + side + 5.5, 8, QUIET)

    def _right(self, text: str, y: float, size: float, colour: tuple[int, int, int]) -> None:
        self.pdf.set_font("serif", size=size)
        self.pdf.set_text_color(*colour)
        self._write(text, WIDTH - 24 - 110, y, 110, 4.5, "R")


def _runs(row: list[int]) -> list[tuple[int, int]]:
    """Return the dark stretches of a row of the code: where each begins and how long it is."""
    runs: list[tuple[int, int]] = []
    for place, dark in enumerate(row):
        if dark and runs and sum(runs[-1]) == place:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        elif dark:
            runs.append((place, 1))
    return runs
