"""Tables as files."""

import io

import pytest
from openpyxl import load_workbook

from core.tables import as_csv, as_xlsx

pytestmark = pytest.mark.no_database


def test_rows_become_csv_that_spreadsheets_know_for_unicode():
    assert as_csv([["选项", "票数"], ["按月, 公布", 3]]) == '\ufeff选项,票数\r\n"按月, 公布",3\r\n'


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "  =1"])
def test_a_cell_that_would_act_as_a_formula_becomes_text(cell):
    assert as_csv([[cell]]).startswith(("\ufeff'", "\ufeff\"'"))


def test_numbers_stay_numbers():
    assert as_csv([[-5, 7]]) == "\ufeff-5,7\r\n"


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@a", "\t=1", "\r=1", "  =1"])
def test_cells_of_an_excel_file_do_not_act(cell):
    book = load_workbook(io.BytesIO(as_xlsx({"a": [[cell]]})))
    found = book["a"]["A1"]
    assert (found.data_type, found.value[0]) == ("s", "'")


def test_an_excel_file_takes_any_name_any_sign_and_numbers():
    book = load_workbook(io.BytesIO(as_xlsx({"支部: a/b [c]" + "x" * 40: [["a\x00b", -5]]})))
    assert book.sheetnames == [("支部  a b  c " + "x" * 40)[:31]]
    assert [cell.value for cell in book.worksheets[0][1]] == ["ab", -5]
