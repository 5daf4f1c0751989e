"""Tables as files."""

import pytest

from core.tables import as_csv


def test_rows_become_csv_that_spreadsheets_know_for_unicode():
    assert as_csv([["选项", "票数"], ["按月, 公布", 3]]) == '\ufeff选项,票数\r\n"按月, 公布",3\r\n'


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "  =1"])
def test_a_cell_that_would_act_as_a_formula_becomes_text(cell):
    assert as_csv([[cell]]).startswith(("\ufeff'", "\ufeff\"'"))


def test_numbers_stay_numbers():
    assert as_csv([[-5, 7]]) == "\ufeff-5,7\r\n"
