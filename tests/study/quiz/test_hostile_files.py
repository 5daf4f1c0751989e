"""Files that were made to hold a worker: patterns that step over blanks again and again."""

import io
import zipfile
from contextlib import suppress

import pytest
from openpyxl import Workbook

from study.errors import UnreadableFile
from study.extraction.archives import open_archive
from study.extraction.parts import Unreadable
from study.quiz.formats import FileRefused, ItemFault, detect, plain, read, tables
from study.quiz.formats.entries import undress
from study.quiz.formats.packages import Package, PackageBroken
from study.quiz.formats.qti2 import BAND
from study.quiz.formats.qti_tree import SOURCE
from study.quiz.formats.table_answers import accepted_of, numbers_of, pairs_of
from study.quiz.formats.texts import TextFormat
from study.transfer.archive import CourseFileRefused, open_course_file
from study.unpacking import unpack
from tests.study.quiz.test_qti import choice, item, one, right
from tests.timing import works_within

MANY = 20_000
BLANKS = " " * MANY
ASKED = "1. 哪个？\nA. 甲\nB. 乙\n"
TEXTS = {
    "blanks after the number of a key": f"{ASKED}答案：1{BLANKS}x1-2{BLANKS}?",
    "blanks in a line of a key": f"{ASKED}答案：\n1{BLANKS}-{BLANKS}2{BLANKS}?\n",
    "digits in a line of a key": f"{ASKED}答案：\n" + "1A " * MANY + "?",
    "signs between the answers of a key": f"{ASKED}答案：\n1A" + "," * MANY + "?",
    "blank lines": "\n" * MANY + "x",
    "blank lines among numbers": "1. x\n" + " \n" * MANY + "x",
    "lines of blanks": f"{BLANKS}\n" * 20 + "x",
    "blanks before an answer": f"1. x\n【{BLANKS}x\nanswer{BLANKS}x",
    "brackets with blanks": "1. 哪个？" + ("（" + " " * 99) * (MANY // 100) + "\nA. 甲\nB. 乙\n答案：",
    "a bracket before blanks": f"1. 哪个？（{BLANKS}A{BLANKS}）{BLANKS}x\nA. 甲\nB. 乙\n",
    "wide blanks": "1. 哪个？（" + "\u3000" * MANY + "A\nA. 甲\nB. 乙\n答案：A",
    "blanks before an option": f"1. 哪个？ A{BLANKS}甲{BLANKS}B{BLANKS}乙\n答案：A",
    "options of Aiken without end": "A. x\n" * MANY,
    "lines that go on": ASKED + "x\n" * MANY + "答案：A" + "\nx" * MANY,
}


@pytest.mark.parametrize("name", TEXTS)
def test_no_text_holds_a_worker(name):
    data = TEXTS[name].encode()

    def act() -> None:
        for format_name in ("auto", "text"):
            with suppress(FileRefused):
                detect(data, "a.txt")
            with suppress(FileRefused):
                read(data, "a.txt", format_name)

    assert works_within(1, act)


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        ("填空", f"x{BLANKS}x"),
        ("填空", f"x{BLANKS}|{BLANKS};{BLANKS}x"),
        ("数值", f"1{BLANKS}1"),
        ("匹配", f"x{BLANKS}x"),
        ("单选", f"A{BLANKS}?"),
    ],
)
def test_no_cell_holds_a_worker(kind, answer):
    data = f"题型,题目,A,B,答案\n{kind},谁？,x{BLANKS}x => 甲,x{BLANKS}x,{answer}\n".encode()
    assert works_within(1, lambda: tables.parse(data))
    assert works_within(1, lambda: read(data, "a.txt"))


def test_blanks_around_answers_and_arrows_do_not_count():
    assert [one.text.text for one in accepted_of("甲 |  乙；丙 ;")] == ["甲", "乙", "丙"]
    assert [one.value for one in numbers_of("1 ; 2 ；")] == ["1", "2"]
    pairs = pairs_of({"A": "甲  =>  一", "B": "乙→二"}, TextFormat.PLAIN)
    assert [(pair.left.text, pair.right) for pair in pairs] == [("甲", "一"), ("乙", "二")]
    with pytest.raises(ItemFault):
        accepted_of(" | ; ")


MARK = '<span class="multilang" lang="en">'


@pytest.mark.parametrize(
    "text",
    [
        f"multilang{'<span' * 6000}",
        f"multilang{'<span ' * 6000}",
        MARK * 900,
        f"{MARK}{'<span>' * 5000}",
        f"{MARK}{'<span>x</span>' * 2200}",
        f"multilang<span{' lang' * 6000}",
        f"multilang<span class{' ' * 31_000}x>",
        f"{MARK}{'x' * MANY}<span {' ' * 9000}",
        '<span lang="zh" class="multilang">' + '</span><span lang="en" class="multilang">' * 700,
    ],
)
def test_no_text_in_two_languages_holds_a_worker(text):
    assert works_within(1, lambda: undress(text))


def test_a_text_longer_than_any_that_is_kept_is_not_taken_apart():
    assert undress(f"{MARK}x</span>{'x' * 32_000}") is None
    assert works_within(1, lambda: undress(MARK * 200_000))


def test_a_text_in_two_languages_may_hold_marks_of_other_kinds():
    told = undress(
        f'{MARK}one <span class="red">two</span> <b>3</b></span>'
        "<SPAN lang='zh_cn' id='a' class='multilang'>一</SPAN><span lang=\"de\" class=\"other\">x</span>"
    )
    assert told == (
        '一<span lang="de" class="other">x</span>',
        'one <span class="red">two</span> <b>3</b><span lang="de" class="other">x</span>',
    )
    assert undress('<span class="multilang">x</span>') is None


def test_blanks_count_once_but_a_gap_between_brackets_stays_one():
    parsed = plain.parse("1. 会议由(      )主持。\n答案：书记\n2. 为  什么\t 要？\n答案：因为\n".encode())
    assert [item.text.text for item in parsed.items] == ["会议由(  )主持。", "为 什么 要？"]


@pytest.mark.parametrize("packing", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_archives_that_unpack_all_at_once_are_not_opened(packing, tmp_path):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", packing) as archive:
        archive.writestr("xl/workbook.xml", b"\0" * (1 << 20))
    data = out.getvalue()
    path = tmp_path / "course.xuetan"
    path.write_bytes(data)

    with pytest.raises(PackageBroken):
        Package(data)
    with pytest.raises(CourseFileRefused):
        open_course_file(path)
    with pytest.raises(Unreadable):
        open_archive(path, "xl/workbook.xml")
    with pytest.raises(UnreadableFile):
        list(unpack(io.BytesIO(data)))


def test_a_sheet_whose_only_row_stands_far_below_is_read():
    book = Workbook()
    for column, words in enumerate(("题型", "题目", "A", "B", "答案"), start=1):
        book.active.cell(row=1, column=column, value=words)
    for column, words in enumerate(("单选", "哪个？", "甲", "乙", "A"), start=1):
        book.active.cell(row=60_000, column=column, value=words)
    out = io.BytesIO()
    book.save(out)

    parsed = tables.parse(out.getvalue())

    assert [(item.line, item.text.text) for item in parsed.items] == [(60_000, "哪个？")]


def test_lines_and_bands_of_five_thousand_digits_are_read_like_others():
    digits = "9" * 5000
    essay = f'<p>Why?</p><extendedTextInteraction responseIdentifier="R" expectedLines="{digits}"/>'
    _found, content = one(item(right(base="string"), essay))
    assert content.settings.lines == 60
    said = f'<modalFeedback outcomeIdentifier="F" identifier="{BAND}{digits}" showHide="show">x</modalFeedback>'
    assert one(item(right("A"), choice("A", "B"), said))[1].bands


@pytest.mark.parametrize("tolerance", ["", " ", "1e999999999", "x"])
def test_a_tolerance_that_says_nothing_or_too_much_costs_one_question_at_most(tolerance):
    rule = (
        f'<equal toleranceMode="absolute" tolerance="{tolerance}"><variable identifier="R"/>'
        '<baseValue baseType="float">4</baseValue></equal>'
        '<setOutcomeValue identifier="SCORE"><baseValue baseType="float">1</baseValue></setOutcomeValue>'
    )
    found = f"<responseCondition><responseIf>{rule}</responseIf></responseCondition>"
    marked = f"<responseProcessing>{found}</responseProcessing>"
    asked = '<p>How many?</p><textEntryInteraction responseIdentifier="R"/>'
    parsed = read(item(right("4", base="float"), asked, marked), "a.xml")
    assert (len(parsed.items), len(parsed.refused)) == ((1, 0) if not tolerance.strip() else (0, 1))


@pytest.mark.parametrize("score", ["1e999999999", "-1e999999999", "1e-999999999", "NaN", "1" * 5000])
def test_weights_beyond_all_measure_are_faults_of_one_question(score):
    asked = (
        '<questestinterop><item ident="1"><presentation><material><mattext>Which?</mattext></material>'
        '<response_lid ident="R"><render_choice><response_label ident="A"><material><mattext>a</mattext></material>'
        '</response_label><response_label ident="B"><material><mattext>b</mattext></material></response_label>'
        "</render_choice></response_lid></presentation><resprocessing><respcondition><conditionvar>"
        f'<varequal respident="R">A</varequal></conditionvar><setvar action="Set">{score}</setvar></respcondition>'
        "</resprocessing></item></questestinterop>"
    )
    parsed = read(asked.encode(), "a.xml")
    assert (len(parsed.items), len(parsed.refused)) == (0, 1)


def test_a_text_beside_its_source_that_is_too_long_costs_one_question():
    long = f"<?{SOURCE} {'x ' * 20_000}?>"
    asked = item(right("A"), f"<p>{long}Which?</p>{choice('A', 'B')}")
    parsed = read(asked, "a.xml")
    assert (len(parsed.items), len(parsed.refused)) == (1, 0)


def test_pairs_keep_signs_that_look_like_arrows():
    pairs = pairs_of({"A": "党章——总纲 => 序言", "B": "a → b => c"}, TextFormat.PLAIN)
    assert [(pair.left.text, pair.right) for pair in pairs] == [("党章——总纲", "序言"), ("a → b", "c")]


def test_multiple_choice_is_in_english_what_its_answer_says():
    sheet = (
        "Type,Question,A,B,C,Answer\nMultiple choice,Which?,a,b,c,B\nMultiple-Choice,Which ones?,a,b,c,AB\n"
        "multiple_choice,All?,a,b,c,A\n"
    )
    assert [item.kind.value for item in tables.parse(sheet.encode()).items] == [
        "single_choice", "multiple_choice", "multiple_choice"
    ]  # fmt: skip
