"""Answer sheets: two columns a page, and every row of every question in one of them."""

import io
import re

import pytest
from pypdfium2 import PdfDocument

from study.printing.pages import HIGH, filled
from study.printing.paper import Paper, draw
from study.printing.rows import space

pytestmark = pytest.mark.no_database
GAPS = 60


def cell(kind: str, letters: str = "", label: str = "") -> dict:
    return {"as": kind, "letters": list(letters), "label": label}


def sheet(*questions: list[dict]) -> list[str]:
    """Return the words of each page of a sheet without blanks."""
    rows = [{"number": str(number), "cells": cells} for number, cells in enumerate(questions, start=1)]
    paper = Paper(
        part="sheet",
        language="en",
        title="Branch work",
        course="Records",
        heading="Answer sheet",
        facts=["Time: 60 minutes"],
        form="Form A (1234)",
        fields=["Name", "Date"],
        rows=rows,
        lost="Lost:",
        made_at="2026-01-01T00:00:00+00:00",
        pictures={},
    )
    with PdfDocument(io.BytesIO(draw(paper))) as document:
        return [re.sub(r"\s", "", page.get_textpage().get_text_range()) for page in document]


def cloze() -> list[dict]:
    return [cell("lines", label=f"({number})") for number in range(1, GAPS + 1)]


@pytest.mark.parametrize("before", [0, 3, 20, 41])
def test_a_cloze_has_a_line_for_every_gap_wherever_it_starts(before):
    pages = sheet(*[[cell("bubbles", "ABCD")]] * before, cloze(), [cell("bubbles", "XYZ")])

    found = [int(number) for number in re.findall(r"\((\d+)\)", "".join(pages).replace("(1234)", ""))]
    assert found == list(range(1, GAPS + 1))
    assert f"({GAPS})" not in pages[0]
    assert "".join(pages).count(f"{before + 2}.XYZ") == 1


def test_as_many_columns_as_stand_beside_the_head_are_shorter():
    blocks = [[space(10.0) for _row in range(rows)] for rows in (3, 25, 2, 60, 4, 1)]

    columns = filled(blocks, 100.0, HIGH, shorter=2)

    assert [row for column in columns for row in column.rows] == [row for block in blocks for row in block]
    assert [column.height <= 100 for column in columns[:3]] == [True, True, False]
    assert max(column.height for column in columns) <= HIGH


def test_what_fits_below_the_head_of_the_second_column_goes_there_whole():
    blocks = [[space(10.0) for _row in range(rows)] for rows in (6, 8, 5, 20)]

    columns = filled(blocks, 100.0, HIGH, shorter=2)

    assert [len(column.rows) for column in columns] == [6, 8, 25]
