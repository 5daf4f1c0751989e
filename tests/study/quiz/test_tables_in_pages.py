"""Tables as people keep them: XLSX and CSV, columns guessed and said otherwise, numbers, pairs and orders."""

import io
import re
import zipfile

import pytest
from openpyxl import Workbook
from sqlalchemy import select

from core.db import db
from study.enums import Difficulty, QuestionKind
from study.models import Question, QuestionVersion
from study.quiz.formats import read, tables
from study.quiz.formats.packages import Package, PackageBroken, PackageEscapes, PackageTooLarge
from study.quiz.formats.xml import HasDoctype
from study.quiz.services.converting import content_of
from tests.factories.study import CourseFactory

EN = {"Accept-Language": "en"}
ROWS = [
    ["某支部题库"],
    ["序号", "题型", "试题内容", "选项A", "选项B", "选项C", "选项D", "正确答案", "难易度", "章节"],
    [1, "单选题", "支部几天内答复？", "三天", "五天", "七天", "十天", "Ｂ", "易", "制度/公开"],
    [2, "多选题", "要公布哪些？", "账目", "住址", "记录", "电话", "A、C", "难", ""],
    [3, "判断题", "账目要公布。", None, None, None, None, "对", None, None],
    [4, "填空题", "会议由____主持。", None, None, None, None, "书记|支部书记", None, None],
    [5, "数值题", "几个工作日？", None, None, None, None, 5.0, None, None],
    [6, "匹配题", "谁负责？", "书记 => 主持", "会计 → 管账", None, None, "", None, None],
    [7, "排序题", "先后顺序", "表决", "提议", "讨论", None, "BCA", None, None],
]


def book(rows=ROWS) -> bytes:
    """Return an XLSX of these rows on its second sheet."""
    made = Workbook()
    sheet = made.create_sheet("题库")
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def test_a_workbook_is_read_as_it_is_kept():
    parsed = read(book(), "题库.xlsx")
    assert parsed.refused == []
    assert [(item.kind.value, item.line) for item in parsed.items] == [
        ("single_choice", 3),
        ("multiple_choice", 4),
        ("true_false", 5),
        ("short_answer", 6),
        ("numerical", 7),
        ("matching", 8),
        ("ordering", 9),
    ]
    single, several, truth, gap, number, pairs, order = (content_of(item) for item in parsed.items)
    assert [option.fraction for option in single.options] == [0, 1000, 0, 0]
    assert [option.fraction for option in several.options] == [500, -500, 500, -500]
    assert [option.fraction for option in truth.options] == [1000, 0]
    assert [option.pattern for option in gap.options] == ["书记", "支部书记"]
    assert [option.pattern for option in number.options] == ["5"]
    assert [(option.text.zh, option.partner.zh) for option in pairs.options] == [("书记", "主持"), ("会计", "管账")]
    assert [option.text.zh for option in order.options] == ["提议", "讨论", "表决"]
    assert (parsed.items[0].level, parsed.items[0].category, parsed.items[1].level) == (
        Difficulty.EASY,
        "制度/公开",
        Difficulty.HARD,
    )


@pytest.mark.parametrize(
    ("answer", "numbers"),
    [("3.14±0.01", [("3.14", "0.01")]), ("1..5", [("3", "2")]), ("１～５；7", [("3", "2"), ("7", "0")])],
)
def test_numbers_in_cells_may_have_a_width(answer, numbers):
    parsed = read(book([["题型", "题目", "答案"], ["数值", "多少？", answer]]), "a.xlsx")
    assert [(one.value, one.tolerance) for one in parsed.items[0].numbers] == numbers


@pytest.mark.parametrize(
    "row",
    [
        ["匹配", "谁？", "", "书记主持", "会计 => 管账"],
        ["排序", "先后", "AA", "甲", "乙"],
        ["数值", "多少？", "许多", "", ""],
        ["单选", "哪个？", "AB", "甲", "乙"],
        ["单选", "", "A", "甲", "乙"],
        ["看图", "哪个？", "A", "甲", "乙"],
    ],
)
def test_faults_are_named_by_row(row):
    parsed = read(book([["题型", "题目", "答案", "A", "B"], row, ["判断", "对不对？", "错", "", ""]]), "a.xlsx")
    assert [one.line for one in parsed.refused] == [2]
    assert [item.kind for item in parsed.items] == [QuestionKind.TRUE_FALSE]


DECLARED = '<!DOCTYPE a [<!ENTITY b "c">]>'


@pytest.mark.parametrize(
    ("before", "encoding"),
    [
        (f'<?xml version="1.0"?>{DECLARED}', "utf-8"),
        (f'<?xml version="1.0"?><!-- {"x" * 5000} -->{DECLARED}', "utf-8"),
        (f'<?xml version="1.0" encoding="utf-16"?>{DECLARED}', "utf-16"),
    ],
)
def test_a_workbook_with_a_document_type_is_refused(before, encoding):
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book())) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name.endswith("workbook.xml"):
                whole = data.decode().partition("?>")[2] or data.decode()
                data = (before + whole).encode(encoding)
            new.writestr(name, data)
    with pytest.raises(HasDoctype):
        read(out.getvalue(), "a.xlsx")


def test_archives_that_lie_are_refused():
    def packed(name: str, content: bytes) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(name, content)
        return out.getvalue()

    with pytest.raises(PackageEscapes):
        read(packed("../../etc/cron.d/x", b"x"), "a.xlsx")
    with pytest.raises(PackageTooLarge):
        read(packed("bomb.xml", b"\0" * (201 << 20)), "a.xlsx")
    with pytest.raises(PackageBroken):
        read(b"PK\x03\x04 nothing", "a.xlsx")
    with pytest.raises(PackageBroken):
        read(packed("readme.txt", b"x"), "a.xlsx")


def test_packed_bytes_that_are_garbled_are_named_and_no_error_of_ours():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook>" + "x" * 5000 + "</workbook>")
    sound = out.getvalue()
    begin = sound.index(b"xl/workbook.xml") + len("xl/workbook.xml")
    with pytest.raises(PackageBroken):
        Package(sound[:begin] + b"\xff" * 8 + sound[begin + 8 :]).read("xl/workbook.xml")


def test_columns_are_guessed_and_may_be_said_otherwise():
    data = "甲,乙,丙,丁\n几天？,三天,五天,2\n".encode()
    guess = tables.guess(data)
    assert (guess.headings, guess.roles) == (["甲", "乙", "丙", "丁"], ["", "", "", ""])
    parsed = tables.parse(data, ["text", "A", "B", ""])
    assert [one.error for one in parsed.refused] != []
    known = tables.guess("题目,A,B,答案\n几天？,三,五,A\n".encode())
    assert known.roles == ["text", "A", "B", "answer"]


@pytest.fixture
def browser(sign_in, instructor):
    CourseFactory(slug="open-branch")
    return sign_in(instructor)


def test_a_table_without_headings_is_named_in_the_browser(browser):
    manage = "/study/manage/courses/open-branch/questions"
    data = "第一列,第二列,第三列,第四列\n几天内答复？,三天,五天,Ｂ\n账目要公布。,,,对\n".encode()
    sent = {"file": (io.BytesIO(data), "letters.csv"), "format": "auto", "bank": "Letters"}
    page = browser.post(f"{manage}/import", data=sent, headers=EN).text
    assert "No row names the columns." in page
    ticket = re.search(r'name="ticket"[^>]*value="([^"]*)"', page)[1]

    roles = {"role-0": "text", "role-1": "A", "role-2": "B", "role-3": "answer"}
    page = browser.post(f"{manage}/columns", data={"ticket": ticket, **roles}, headers=EN).text
    assert "2 good questions" in page
    assert db.session.scalars(select(Question)).all() == []
    ticket = re.search(r'name="ticket"[^>]*value="([^"]*)"', page)[1]

    assert browser.post(f"{manage}/accept", data={"ticket": ticket}).status_code == 303
    kinds = db.session.scalars(select(QuestionVersion.kind).order_by(QuestionVersion.id)).all()
    assert [kind.value for kind in kinds] == ["single_choice", "true_false"]


def test_a_workbook_comes_in_through_the_browser(browser):
    manage = "/study/manage/courses/open-branch/questions"
    sent = {"file": (io.BytesIO(book()), "题库.xlsx"), "format": "auto"}
    page = browser.post(f"{manage}/import", data=sent, headers=EN).text
    assert "7 good questions" in page
    assert 'value="text" selected' in page
