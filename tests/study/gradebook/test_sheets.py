"""The gradebook as a file: taken away, edited, looked at, taken in, taken back."""

import csv
import io
import json
import re
import zipfile

import pytest
from click.testing import CliRunner
from openpyxl import Workbook, load_workbook
from sqlalchemy import select

from core.db import db
from core.faces import Faces
from study.cli import export_grades
from study.enums import GradeAct, QuizMode
from study.models import Grade, GradeImport
from tests.factories.accounts import UserFactory
from tests.factories.quiz import enrolled

EN = {"Accept-Language": "en"}
ZH = {"Accept-Language": "zh"}


def table(browser, book, language=EN) -> list[list[str]]:
    """Return the gradebook as it is taken away."""
    return list(csv.reader(io.StringIO(browser.get(f"{book.url}.csv", headers=language).text.lstrip("\ufeff"))))


def as_csv(rows) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def send(browser, book, content: bytes, name="marks.csv"):
    return browser.post(f"{book.url}/import", data={"file": (io.BytesIO(content), name)}, headers=EN)


def accept(browser, book, page):
    ticket = re.search(r'name="ticket"[^>]* value="([^"]*)"', page.text)[1]
    return browser.post(f"{book.url}/import/accept", data={"ticket": ticket}, headers=EN)


def faults(page) -> list[tuple[str, str, str]]:
    """Return line, column and reason of all that cannot be taken in."""
    cells = r'scope="row">([^<]*)</th><td role="cell" data-l="Column">([^<]*)</td>.*?late-t">([^<]*)<'
    return [tuple(one.replace("&#39;", "'") for one in found) for found in re.findall(cells, page.text)]


def stored() -> list[tuple]:
    db.session.expire_all()
    rows = db.session.scalars(select(Grade).order_by(Grade.item_id, Grade.user_id, Grade.number))
    return [(row.user_id, row.act, row.mark, row.feedback, row.is_current) for row in rows]


@pytest.fixture
def three(book, learner):
    """Three learners, the first with marks of a quiz and an assignment."""
    book.paper(learner, 667, 1000)
    book.work(learner, 90, comment="Clear.")
    return learner, book.learner("ben"), book.learner("cai")


def test_a_row_is_a_learner_and_each_column_has_a_key(book, grader, three):
    quiz, essay, own = book.keys

    rows = table(grader, book)

    assert rows[0] == [
        "Key",
        "User name",
        "Name",
        "Total in %",
        f"Midterm (of 100) [{quiz}]",
        f"Midterm, feedback [{quiz}f]",
        f"Report (of 100) [{essay}]",
        f"Report, feedback [{essay}f]",
        f"Oral exam (of 20) [{own}]",
        f"Oral exam, feedback [{own}f]",
        "Stamp (leave as it is)",
    ]
    assert rows[1][:10] == [f"u{three[0].id}", "ada", "Ada", "78.4", "66.7", "", "90", "Clear.", "", ""]
    assert rows[2][:10] == [f"u{three[1].id}", "ben", "Ben", "", "", "", "", "", "", ""]


def test_cells_that_would_act_are_harmless_and_come_back_as_they_were(book, grader, three):
    for number, words in enumerate(("=1+1", "+1", "-1", "@x", "\t=2", "'quoted")):
        where = book.cell(three[0], book.keys[2])
        grader.post(where, data={"mark": "5", "feedback": words, "seen": str(number)})
        rows = table(grader, book)
        assert rows[1][9] == (words if words == "'quoted" else f"'{words.strip()}")
        page = send(grader, book, as_csv(rows))
        assert "Nothing would change" in page.text, words


@pytest.mark.parametrize("language", [EN, ZH])
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_file_nobody_edited_changes_nothing(book, grader, three, kind, language):
    content = grader.get(f"{book.url}.{kind}", headers=language).data

    page = send(grader, book, content, f"marks.{kind}")

    assert page.status_code == 200
    assert "Nothing would change" in page.text
    assert faults(page) == []


def test_what_was_typed_is_shown_first_then_written_and_taken_back_as_a_whole(book, grader, three):
    ada, ben, cai = three
    rows = table(grader, book)
    rows[1][4] = "70"
    rows[2][8], rows[2][9] = "１８．５", "Spoke well."
    rows[3][8] = "20"

    page = send(grader, book, as_csv(rows))
    assert "4 marks would change" not in page.text
    assert "3 marks would change" in page.text
    assert stored() == []

    assert accept(grader, book, page).status_code == 303
    assert stored() == [
        (ben.id, GradeAct.IMPORTED, 18_500, "Spoke well.", True),
        (cai.id, GradeAct.IMPORTED, 20_000, "", True),
        (ada.id, GradeAct.IMPORTED, 70_000, "", True),
    ]
    # The same preview accepted once more is taken in once.
    assert accept(grader, book, page).status_code == 303
    assert len(stored()) == 3

    # What was changed since stays when the file is taken back.
    grader.post(book.cell(cai, book.keys[2]), data={"mark": "19", "seen": "1"})
    taken = db.session.scalars(select(GradeImport)).one()
    back = grader.post(f"/study/manage/grade-imports/{taken.id}/undo", follow_redirects=True, headers=EN)
    assert "2 marks are as they were before." in back.text
    assert "1 was changed since and stays." in back.text
    assert [row for row in stored() if row[4]] == [
        (ben.id, GradeAct.UNDONE, None, "", True),
        (cai.id, GradeAct.GIVEN, 19_000, "", True),
        (ada.id, GradeAct.UNDONE, None, "", True),
    ]
    again = grader.post(f"/study/manage/grade-imports/{taken.id}/undo", follow_redirects=True, headers=EN)
    assert "This file is taken back already." in again.text
    assert len(stored()) == 6


def test_an_import_that_replaces_a_mark_is_taken_back_to_that_mark(book, grader, three):
    grader.post(book.cell(three[1], book.keys[2]), data={"mark": "10", "feedback": "First.", "seen": "0"})
    rows = table(grader, book)
    rows[2][8], rows[2][9] = "", ""
    accept(grader, book, send(grader, book, as_csv(rows)))
    assert stored()[-1] == (three[1].id, GradeAct.IMPORTED, None, "", True)

    grader.post(f"/study/manage/grade-imports/{db.session.scalars(select(GradeImport.id)).one()}/undo")
    assert stored()[-1] == (three[1].id, GradeAct.UNDONE, 10_000, "First.", True)


def test_faults_are_named_by_line_and_column_and_the_rest_is_taken_in(book, grader, three):
    quiz, essay, own = book.keys
    rows = table(grader, book)
    rows[1][4] = ""
    rows[1][6] = "101"
    rows[2][8] = "viel"
    rows[3][8] = "20.001"
    rows[3][4] = "55"
    rows += [["u999999", "", "", "", "1"], ["", "", "Nobody", "", "1"], rows[1][:]]

    page = send(grader, book, as_csv(rows))

    midterm, report, oral = (f"Midterm (of 100) [{quiz}]", f"Report (of 100) [{essay}]", f"Oral exam (of 20) [{own}]")
    assert faults(page) == [
        ("Line 2", midterm, "An empty cell does not take away what somebody earned. Write 0 if you mean that."),
        ("Line 2", report, "101 is more than the full mark of 100."),
        ("Line 3", oral, "“viel” is no mark."),
        ("Line 4", oral, "20.001 is more than the full mark of 20."),
        ("Line 5", "–", "Nobody in this course is called “u999999”."),
        ("Line 6", "–", "Nobody in this course is called “Nobody”."),
        ("Line 7", "–", "This learner stands in the file twice."),
    ]
    accept(grader, book, page)
    assert stored() == [(three[2].id, GradeAct.IMPORTED, 55_000, "", True)]


def test_what_changed_here_meanwhile_is_a_fault_only_where_somebody_typed(book, grader, three):
    rows = table(grader, book)
    for user, mark in zip(three[:2], ("5", "6"), strict=True):
        grader.post(book.cell(user, book.keys[2]), data={"mark": mark, "seen": "0"})
    rows[1][8] = "15"

    page = send(grader, book, as_csv(rows))

    assert [(line, why) for line, _column, why in faults(page)] == [
        ("Line 2", "It was changed here meanwhile: now 5."),
    ]
    assert "Nothing would change" in page.text


def test_between_looking_and_accepting_nothing_may_have_changed(book, grader, three):
    rows = table(grader, book)
    rows[1][8], rows[2][8] = "15", "16"
    page = send(grader, book, as_csv(rows))
    grader.post(book.cell(three[0], book.keys[2]), data={"mark": "5", "seen": "0"})

    late = accept(grader, book, page)

    assert late.status_code == 409
    assert "Marks have changed since you looked at the file." in late.text
    assert [row[2] for row in stored()] == [5_000]
    assert accept(grader, book, late).status_code == 303
    assert [row[2] for row in stored()] == [5_000, 16_000]


def test_a_table_of_ones_own_with_chinese_headings_is_understood(book, grader, three):
    content = "成绩登记表\n姓名,口试 成绩,口试评语,期中测验\nBen,１８分,说得好,\nCai,,,９０％\n".encode("gb18030")

    page = send(grader, book, content)
    accept(grader, book, page)

    assert faults(page) == []
    assert stored() == [
        (three[1].id, GradeAct.IMPORTED, 18_000, "说得好", True),
        (three[2].id, GradeAct.IMPORTED, 90_000, "", True),
    ]


def test_of_two_learners_of_one_name_neither_is_meant(book, grader, three):
    twin = UserFactory(username="ben2", display_name="Ben")
    enrolled(twin, book.course)

    page = send(grader, book, b"name,user name,Oral exam\nBen,,5\n,ben2,6\n")
    accept(grader, book, page)

    assert [why for _line, _column, why in faults(page)] == ["Nobody in this course is called “Ben”."]
    assert stored() == [(twin.id, GradeAct.IMPORTED, 6_000, "", True)]


def test_a_column_is_known_by_its_title_only_where_there_is_one_of_it(book, grader, three):
    book.oral.title = Faces("期中测验", "Mid-term")
    db.session.commit()
    quiz, _essay, own = book.keys

    page = send(grader, book, b"name,Midterm,Midterm feedback\nBen,5,Good.\n")
    keyed = send(grader, book, f"name,Midterm,[{own}]\nBen,7,5\n".encode())

    said = "The name fits several columns of this gradebook: {}. Write the key of one behind it."
    several = ("Line 1", "Midterm", said.format(f"[{quiz}], [{own}]"))
    assert faults(page) == [several, ("Line 1", "Midterm feedback", said.format(f"[{quiz}f], [{own}f]"))]
    assert "Nothing would change" in page.text
    assert faults(keyed) == [several]
    assert "1 mark would change" in keyed.text


def test_a_whole_title_says_more_than_the_beginning_of_another(book, grader, three):
    book.oral.title = Faces("期中测验成绩", "Midterm mark")
    db.session.commit()

    page = send(grader, book, "name,期中测验成绩\nBen,20\n".encode())
    accept(grader, book, page)

    assert (faults(page), stored()) == ([], [(three[1].id, GradeAct.IMPORTED, 20_000, "", True)])


def test_a_heading_that_is_there_twice_is_named_and_no_mark_below_it_is_read(book, grader, three):
    own = book.keys[2]

    page = send(grader, book, f"name,Oral exam,姓名,口试 [{own}],Report\nBen,5,Cai,6,70\n".encode())
    alone = send(grader, book, b"name,Oral exam,Oral exam\nBen,5,6\n")

    twice = "These columns hold the same: {}. {}"
    assert faults(page) == [
        ("Line 1", "姓名", twice.format("A (name); C (姓名)", "Only the first is read.")),
        (
            "Line 1",
            f"口试 [{own}]",
            twice.format(f"B (Oral exam); D (口试 [{own}])", "None of them is read; leave one."),
        ),
    ]
    assert "1 mark would change" in page.text
    assert ("Nothing would change" in alone.text, len(faults(alone))) == (True, 1)


@pytest.mark.parametrize(
    ("part", "content", "said"),
    [
        ("xl/media/bomb.bin", b"\0" * (201 << 20), "unpacks to more than any such file needs"),
        ("xl/x.xml", b"<!DOCTYPE x [<!ENTITY a 'a'>]><x/>", "a document type (&lt;!DOCTYPE …&gt;), which no such file"),
    ],
)
def test_a_file_that_would_do_harm_is_refused_as_a_file_and_not_as_questions(book, grader, three, part, content, said):
    out = io.BytesIO(workbook_of(["Name", "Oral exam"], ["Ben", 5]))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as workbook:
        workbook.writestr(part, content)

    page = send(grader, book, out.getvalue(), "marks.xlsx")

    assert (page.status_code, said in page.text, "question" in said) == (422, True, False)


def workbook_of(*rows) -> bytes:
    workbook = Workbook()
    for row in rows:
        workbook.active.append(row)
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


LACKS_VALUE = "It holds a formula without a value. Open the file in your table program, save it and send it again."


def test_a_workbook_is_read_by_values_not_by_formulas(book, grader, three):
    heading = f"Oral exam [{book.keys[2]}]"
    content = workbook_of(["Name", heading], ["Ben", 18.5], ["Cai", "=1+1"])

    page = send(grader, book, content, "marks.xlsx")
    accept(grader, book, page)

    # A formula nobody has worked out holds no mark, and is no empty cell either.
    assert faults(page) == [("Line 3", heading, LACKS_VALUE)]
    assert [row[:3] for row in stored()] == [(three[1].id, GradeAct.IMPORTED, 18_500)]


def test_a_formula_without_a_value_takes_no_mark_and_no_feedback_away(book, grader, three):
    accept(grader, book, send(grader, book, b"name,Oral exam,Oral exam feedback\nBen,5,Good.\n"))
    taken_away = load_workbook(io.BytesIO(grader.get(f"{book.url}.xlsx", headers=EN).data))
    sheet = taken_away.active
    for cell in sheet[1]:
        if "Oral exam" in cell.value or "Report, feedback" in cell.value:
            sheet.cell(3, cell.column).value = "=60+5"
    out = io.BytesIO()
    taken_away.save(out)

    page = send(grader, book, out.getvalue(), "marks.xlsx")

    _quiz, essay, own = book.keys
    told = [f"Report, feedback [{essay}f]", f"Oral exam (of 20) [{own}]", f"Oral exam, feedback [{own}f]"]
    assert faults(page) == [("Line 3", heading, LACKS_VALUE) for heading in told]
    assert "Nothing would change" in page.text


def test_a_formula_without_a_value_where_a_name_or_a_heading_stands_is_named(book, grader, three):
    content = workbook_of(["Name", "=A1", "Oral exam"], ["Ben", None, 5], ["=A2", None, 6])

    page = send(grader, book, content, "marks.xlsx")

    assert faults(page) == [("Line 1", "B", LACKS_VALUE), ("Line 3", "Name", LACKS_VALUE)]
    assert "1 mark would change" in page.text


def test_a_formula_with_its_value_is_read_whichever_way_the_cell_is_named(book, grader, three):
    content = workbook_of(["Name", "Oral exam"], ["Ben", "=1+1"], ["Cai", "=1+2"])
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                part = re.sub(rb"(<f>1\+1</f>)<v ?/?>(</v>)?", rb"\1<v>2</v>", part)
                part = re.sub(rb' r="[A-Z]?[0-9]+"', b"", part)
            new.writestr(name, part)

    page = send(grader, book, out.getvalue(), "marks.xlsx")

    assert faults(page) == [("Line 3", "Oral exam", LACKS_VALUE)]
    assert "1 mark would change" in page.text


def test_the_workbook_that_is_taken_away_holds_numbers(book, grader, three):
    workbook = load_workbook(io.BytesIO(grader.get(f"{book.url}.xlsx").data))

    assert [cell.value for cell in workbook.active[2]][4:8:2] == [66.7, 90]


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"\xff\xff\x81name", "marks.csv", "not text in UTF-8"),
        (b"PK\x03\x04nonsense", "marks.xlsx", ""),
        (b"hello\n", "marks.csv", "There is no table of marks in this file"),
        (b"", "marks.csv", "The file is empty."),
        (b"%PDF-1.7", "marks.csv", "not what its name says"),
    ],
)
def test_what_is_no_table_of_marks_is_refused_with_a_reason(book, grader, three, content, name, said):
    page = send(grader, book, content, name)

    assert page.status_code == 422
    assert said in page.text
    assert 'class="err"' in page.text
    assert stored() == []


def test_a_file_of_more_rows_than_anybody_marks_is_refused(book, grader, three, monkeypatch):
    monkeypatch.setattr("study.gradebook.views.imports.ROWS_MAX", 3)

    page = send(grader, book, b"name,Oral exam\n" + b"Ben,5\n" * 4)

    assert (page.status_code, "The file has more than 3 rows." in page.text) == (422, True)


def test_no_file_at_all_is_a_fault(book, grader):
    page = grader.post(f"{book.url}/import", data={}, headers=EN)

    assert (page.status_code, "Choose a file first." in page.text) == (422, True)


def test_a_preview_is_for_whoever_looked_and_for_one_course(book, grader, three, sign_in, administrator):
    page = send(grader, book, b"name,Oral exam\nBen,5\n")

    assert accept(sign_in(administrator), book, page).status_code == 404
    forged = grader.post(f"{book.url}/import/accept", data={"ticket": "x"}, headers=EN)
    assert "This preview is too old." in forged.text
    assert stored() == []


def test_nobody_brings_in_their_own_mark(book, grader, three, instructor):
    enrolled(instructor, book.course)

    page = send(grader, book, b"user name,Oral exam\ninstructor,20\nben,5\n")
    accept(grader, book, page)

    assert [why for _line, _column, why in faults(page)] == ["Nobody changes their own marks."]
    assert [row[0] for row in stored()] == [three[1].id]


@pytest.mark.parametrize("is_told", [False, True])
def test_a_sealed_cell_is_empty_in_the_file_and_takes_nothing(book, grader, three, is_told):
    book.quiz.is_anonymous = True
    book.quiz.mode = QuizMode.TEST if is_told else QuizMode.EXAM
    book.paper(three[1], None)
    rows = table(grader, book)
    assert [row[4] for row in rows[1:3]] == (["66.7", ""] if is_told else ["", ""])
    rows[1][4] = rows[2][4] = "80"
    rows[2][5] = "Fine."

    page = send(grader, book, as_csv(rows))

    sealed = "Its names are hidden until it is marked and told."
    assert [(line, why) for line, _column, why in faults(page)] == [
        *([] if is_told else [("Line 2", sealed)]),
        ("Line 3", sealed),
        ("Line 3", sealed),
    ]
    assert ("1 mark would change" in page.text) == is_told


def test_a_file_is_taken_back_but_for_cells_that_are_sealed_by_now(book, grader, three):
    accept(grader, book, send(grader, book, b"name,Midterm feedback\nAda,Fine.\nBen,Well.\n"))
    book.quiz.is_anonymous = True
    book.paper(three[1], None)
    taken = db.session.scalars(select(GradeImport)).one()

    answer = grader.post(f"/study/manage/grade-imports/{taken.id}/undo", headers=EN)

    assert answer.status_code == 303
    assert [row[0] for row in stored() if row[4] and row[3]] == [three[1].id]


def test_looking_at_a_file_costs_the_same_for_one_row_and_for_three(book, grader, three, count_queries):
    counts = []
    for names in (["Ben"], ["Ada", "Ben", "Cai"]):
        rows = "".join(f"{name},{5}\n" for name in names)
        with count_queries() as seen:
            assert send(grader, book, f"name,Oral exam\n{rows}".encode()).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_the_command_writes_the_same_file(book, grader, three, tmp_path):
    told = [str(tmp_path / "marks.csv"), "--course", "open-branch", "--json"]

    result = CliRunner().invoke(export_grades, told)

    assert (result.exit_code, json.loads(result.output)["learners"]) == (0, 3)
    with (tmp_path / "marks.csv").open(encoding="utf-8-sig", newline="") as written:
        assert list(csv.reader(written)) == table(grader, book)
    assert CliRunner().invoke(export_grades, [str(tmp_path / "marks.xlsx"), *told[1:]]).exit_code == 0
    assert load_workbook(tmp_path / "marks.xlsx").active.max_row == 4
    assert CliRunner().invoke(export_grades, [str(tmp_path / "marks.doc"), *told[1:]]).exit_code == 2
    assert CliRunner().invoke(export_grades, [told[0], "--course", "nowhere"]).exit_code == 2
