"""Reading tables of questions in Chinese and English."""

from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.i18n import in_language
from study.enums import QuestionKind
from study.quiz.formats import detect, tables
from study.quiz.formats.items import ColumnsUnknown, FileRefused, FormatUnknown


@pytest.fixture(autouse=True)
def _english(app):
    """Messages are compared in English."""
    with in_language("en"):
        yield


HEAD = "题型,题目,选项Ａ,选项B,选项C,答案,解析\n"


def only(row: str, head: str = HEAD):
    parsed = tables.parse((head + row + "\n").encode())
    assert parsed.refused == []
    return parsed.items[0]


def fractions(item):
    return [option.fraction for option in item.options]


@pytest.mark.parametrize(
    ("row", "kind", "earned"),
    [
        ("单选题,问,一,二,三,Ｂ,因为", QuestionKind.SINGLE_CHOICE, [0, 1000, 0]),
        (",问,一,二,三,b,", QuestionKind.SINGLE_CHOICE, [0, 1000, 0]),
        (",问,一,二,三,二,", QuestionKind.SINGLE_CHOICE, [0, 1000, 0]),
        ("多选题,问,一,二,三,AC,", QuestionKind.MULTIPLE_CHOICE, [500, -1000, 500]),
        (',问,一,二,三,"A,C",', QuestionKind.MULTIPLE_CHOICE, [500, -1000, 500]),
        (",问,一,二,三,A、C,", QuestionKind.MULTIPLE_CHOICE, [500, -1000, 500]),
        ("多选,问,一,二,三,ABC,", QuestionKind.MULTIPLE_CHOICE, [334, 333, 333]),
        ("判断题,问,,,,对,", QuestionKind.TRUE_FALSE, [1000, 0]),
        (",问,,,,错误,", QuestionKind.TRUE_FALSE, [0, 1000]),
        (",问,,,,F,", QuestionKind.TRUE_FALSE, [0, 1000]),
        ("判断,问,正确,错误,,B,", QuestionKind.TRUE_FALSE, [0, 1000]),
        ("填空,问,,,,五天|5 天,", QuestionKind.SHORT_ANSWER, [1000, 1000]),
        ("简答,问,,,,随便,", QuestionKind.ESSAY, []),
    ],
)
def test_rows_are_understood(row, kind, earned):
    item = only(row)

    assert (item.kind, fractions(item)) == (kind, earned)


def test_letters_before_the_options_are_dropped():
    item = only(",问,A. 一,B．二,C、三,A,")

    assert [option.text.text for option in item.options] == ["一", "二", "三"]


def test_a_leading_index_column_and_a_title_line_do_not_disturb():
    parsed = tables.parse(b"Quarter one,,,,\n,Question,A,B,Answer\n0,Open?,yes,no,A\n")

    assert [(item.number, item.line) for item in parsed.items] == [(1, 3)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings(encoding):
    parsed = tables.parse((HEAD + ",问,一,二,三,A,\n").encode(encoding))

    assert parsed.items[0].text.text == "问"


@pytest.mark.parametrize("mark", ["\t", ";"])
def test_other_separators(mark):
    assert tables.parse(f"Question{mark}A{mark}B{mark}Answer\nOpen?{mark}yes{mark}no{mark}A\n".encode()).items


def test_a_line_end_inside_a_cell_keeps_the_line_numbers_right():
    parsed = tables.parse('题目,A,B,答案\n"一\n二",甲,乙,A\n问,甲,乙,C\n'.encode())

    assert [(refused.number, refused.line) for refused in parsed.refused] == [(2, 4)]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (",,一,二,三,A,", "no text"),
        (",问,一,二,三,,", "answer is missing"),
        (",问,一,二,三,D,", "option D"),
        (",问,一,二,三,不知道,", "none of the options"),
        ("单选,问,一,二,三,AB,", "several right ones"),
        ("单选,问,一,,,A,", "at least two"),
        ("判断,问,,,,也许,", "neither true nor false"),
        ("猜谜,问,一,二,三,A,", "not known"),
    ],
)
def test_faults_are_named(row, words):
    parsed = tables.parse((HEAD + row + "\n").encode())

    assert words in parsed.refused[0].error


def test_a_cell_of_any_length_does_not_cost_the_rest_of_the_file():
    parsed = tables.parse((HEAD + "单选题,问,一,二,三,A,\n单选题," + "长" * 200_000 + ",一,二,三,A,\n").encode())

    # What is too long is refused when the question is stored, by its line.
    assert [(item.line, len(item.text.text)) for item in parsed.items] == [(2, 1), (3, 200_000)]


def test_a_table_without_headings_is_refused():
    with pytest.raises(ColumnsUnknown):
        tables.parse(b"a,b,c\n1,2,3\n")


@pytest.mark.parametrize(
    ("content", "name", "found"),
    [
        (b"Open?{T}", "x.gift", "gift"),
        (b"Open?{T}", "x.txt", "gift"),
        (b"Question,Answer\nx,T", "x.txt", "csv"),
        (b"Question,Answer\nx,{T}", "", "csv"),
    ],
)
def test_formats_are_told_apart_by_content(content, name, found):
    assert detect(content, name) == found


def test_an_unknown_format_is_said():
    with pytest.raises(FormatUnknown):
        detect(b"just words", "x.txt")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.binary(max_size=80) | st.text(alphabet='题目,答案AB\n"\t;对', max_size=80).map(str.encode))
def test_whatever_comes_is_read_or_refused(data):
    with suppress(FileRefused):
        tables.parse("题目,A,B,答案\n".encode() + data)
