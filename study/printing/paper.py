"""Draws a paper to be taken on paper, the sheet on which its answers are marked, and its key: A4, standing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from study.printing.answers import cells_of
from study.printing.flow import Flow
from study.printing.fonts import MISSING
from study.printing.pages import HIGH, INNER, MARGIN, SMALL, TOP, Column, filled, number_pages
from study.printing.pieces import Pen, Style
from study.printing.questions import BODY, QuestionSetter
from study.printing.rows import Row, beside, level, line_row, shifted, space

TITLE, COURSE = Style(size=17, is_bold=True), Style(size=11, is_quiet=True)
BETWEEN = 8.0
"""The two columns of a sheet."""
NUMBER, MARKS = 10.0, 26.0


@dataclass(frozen=True, kw_only=True)
class Paper:
    """What is printed. ``part`` is ``paper``, ``sheet`` or ``key``."""

    part: str
    language: str
    title: str
    course: str
    heading: str
    """What it is, beside its title: ``Answer sheet``."""
    facts: Sequence[str]
    """Time, marks, number of questions."""
    form: str
    fields: Sequence[str]
    """Labels of lines to be filled in: name, branch."""
    rows: Sequence[Mapping[str, Any]]
    """Questions, or what the sheet or the key says of each."""
    lost: str
    """What is said before a list of signs that could not be printed."""
    made_at: str
    pictures: Mapping[str, str]


def draw(paper: Paper) -> bytes:
    """Return the PDF."""
    pen = Pen()
    pen.pdf.set_title(" ".join(filter(None, (paper.title, paper.form, paper.heading))))
    pen.pdf.set_lang(paper.language)
    pen.pdf.set_creation_date(datetime.fromisoformat(paper.made_at))
    head = _head(pen, paper)
    {"paper": _questions, "sheet": _sheet, "key": _key}[paper.part](pen, paper, head)
    if pen.missing:
        signs = " ".join(f"U+{ord(sign):04X}" for sign in sorted(pen.missing))
        pen.write(f"{MISSING} {paper.lost} {signs}"[:110], SMALL, MARGIN, TOP - 5)
    number_pages(pen, " · ".join(filter(None, (paper.title, paper.form, paper.heading))))
    return bytes(pen.pdf.output())


def _head(pen: Pen, paper: Paper) -> list[Row]:
    """Return the rows at the top of the first page."""
    title = f"{paper.title} · {paper.heading}" if paper.heading else paper.title
    rows = [_centred(row, INNER) for row in _lines(pen, title, TITLE)]
    rows += [space(1), *(_centred(row, INNER) for row in _lines(pen, paper.course, COURSE)), space(1.5)]
    facts = " · ".join([*filter(None, [paper.form]), *paper.facts])
    rows += [_centred(row, INNER) for row in _lines(pen, facts, replace(BODY, size=10))]
    if paper.fields:
        rows += [space(3.5), _fields(pen, paper.fields), space(2)]
    rows.append(Row(height=6, draw=lambda x, y: pen.rule(x, y + 2.5, INNER, 0.35)))
    return rows


def _lines(pen: Pen, text: str, style: Style) -> list[tuple[Row, float]]:
    """Return the lines of a heading, each with its width."""
    lines = Flow(pen=pen, width=INNER, style=style).lines(text)
    return [(line_row(pen, line), sum(piece.width for piece in line)) for line in lines]


def _centred(line: tuple[Row, float], width: float) -> Row:
    row, wide = line
    return Row(height=row.height, draw=lambda x, y: row.draw(x + (width - wide) / 2, y))


def _fields(pen: Pen, labels: Sequence[str]) -> Row:
    wide = INNER / len(labels)

    def draw(x: float, y: float) -> None:
        for label in labels:
            word = pen.word(pen.known(label), BODY)
            pen.write(word.words, BODY, x, y + 6)
            pen.rule(x + word.width + 2, y + 7, wide - word.width - 6)
            x += wide

    return Row(height=9, draw=draw)


def _questions(pen: Pen, paper: Paper, head: list[Row]) -> None:
    setter = QuestionSetter(pen, paper.pictures)
    blocks = [setter.block(said) for said in paper.rows]
    top = sum(row.height for row in head)
    columns = filled(blocks, HIGH - top)
    for at, column in enumerate(columns):
        pen.pdf.add_page()
        if at == 0:
            Column(rows=head).draw(MARGIN, TOP)
        column.draw(MARGIN, TOP + (top if at == 0 else 0))


def _sheet(pen: Pen, paper: Paper, head: list[Row]) -> None:
    wide = (INNER - BETWEEN) / 2
    top = sum(row.height for row in head)
    blocks = [_answer(pen, said, wide) for said in paper.rows]
    # The head takes room from both columns of the first page.
    filling = filled(blocks, HIGH - top, shorter=2)
    pages = [filling[at : at + 2] for at in range(0, len(filling), 2)]
    for at, columns in enumerate(pages):
        pen.pdf.add_page()
        if at == 0:
            Column(rows=head).draw(MARGIN, TOP)
        y = TOP + (top if at == 0 else 0)
        for place, column in enumerate(columns):
            column.draw(MARGIN + place * (wide + BETWEEN), y)


def _answer(pen: Pen, said: Mapping[str, Any], wide: float) -> list[Row]:
    rows = cells_of(pen, said["cells"], wide - NUMBER)
    label = pen.word(f"{said['number']}.", replace(BODY, is_bold=True))
    return [*beside(pen, label, NUMBER, rows), space(1.2)]


def _key(pen: Pen, paper: Paper, head: list[Row]) -> None:
    blocks = []
    for said in paper.rows:
        answer = Flow(pen=pen, width=INNER - NUMBER - MARKS, pictures=paper.pictures).set(said["html"])
        label = pen.word(f"{said['number']}.", replace(BODY, is_bold=True))
        rows = beside(pen, label, NUMBER, answer)
        blocks.append([_with_marks(pen, rows[0], said["marks"]), *rows[1:], space(1.8)])
    top = sum(row.height for row in head)
    for at, column in enumerate(filled(blocks, HIGH - top)):
        pen.pdf.add_page()
        if at == 0:
            Column(rows=head).draw(MARGIN, TOP)
        column.draw(MARGIN, TOP + (top if at == 0 else 0))


def _with_marks(pen: Pen, row: Row, marks: str) -> Row:
    word = line_row(pen, [told := pen.word(marks, replace(BODY, is_quiet=True))])
    return level(row, shifted([word], INNER - told.width)[0])
