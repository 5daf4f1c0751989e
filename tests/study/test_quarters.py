"""The quarterly sheet of a branch."""

import io
import re
from datetime import UTC, date, datetime

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from accounts.models import Branch, User
from core.db import db
from core.faces import Faces
from study.counting import count_all
from study.enums import ProgressKind
from study.models import Course, Enrolment, Lesson
from study.queries.quarters import Quarter
from tests.factories.accounts import BranchFactory, UserFactory
from tests.factories.study import CourseFactory, EnrolmentFactory, LessonFactory, ModuleFactory, note_progress
from tests.factories.tasks import TaskFactory, TaskMemberFactory

EN = {"Accept-Language": "en"}


def test_quarters_follow_each_other():
    autumn = Quarter.of(date(2026, 11, 26))
    assert (autumn, str(autumn), autumn.first, autumn.last) == (
        Quarter(2026, 4),
        "2026-4",
        date(2026, 10, 1),
        date(2026, 12, 31),
    )
    assert (autumn.next, autumn.previous, Quarter(2026, 1).previous) == (
        Quarter(2027, 1),
        Quarter(2026, 3),
        Quarter(2025, 4),
    )
    assert Quarter.of(date(2026, 3, 31)) == Quarter(2026, 1)


@pytest.mark.parametrize("text", ["", "2026", "2026-5", "2026-0", "x-1", "99999-1", "2026-4-1", "١٩٩٩-1"])
def test_what_is_no_quarter_is_refused(text):
    assert Quarter.parse(text) is None


@pytest.fixture
def sheet(sign_in, officer, branch, clock):
    """Return ``sheet(query, kind) -> answer`` of a branch in which seven people took a course in different quarters."""
    course = CourseFactory(title=Faces("账目", "Accounts"))
    lesson = LessonFactory(module=ModuleFactory(course=course))
    clock.set(datetime(2026, 8, 20, tzinfo=UTC))
    people = UserFactory.create_batch(6, branch=BranchFactory(parent=branch, slug="below"))
    for person in people:
        EnrolmentFactory(user=person, course=course)
    for person in people[:2]:
        note_progress(person, lesson)
    clock.set(datetime(2026, 11, 26, tzinfo=UTC))
    note_progress(people[2], lesson)
    task = TaskFactory(course=course, branch=branch, due_at=datetime(2026, 11, 1, tzinfo=UTC))
    for person in people[2:4]:
        TaskMemberFactory(task=task, user=person)
    few = CourseFactory(slug="few", title=Faces("少", "Few"))
    EnrolmentFactory(user=people[0], course=few)
    count_all()
    browser = sign_in(officer)
    return lambda query="", kind="": browser.get(f"/study/reports/{branch.slug}/quarter{kind}{query}", headers=EN)


def rows_of(answer) -> list[tuple]:
    book = load_workbook(io.BytesIO(answer.data))
    return [tuple(cell for cell in row if cell is not None) for row in book.worksheets[0].iter_rows(values_only=True)]


def test_the_sheet_says_who_takes_courses_who_studied_and_what_was_finished(sheet, branch):
    assert rows_of(sheet(kind=".xlsx")) == [
        ("Quarterly sheet", branch.name.en),
        ("Quarter", "2026-10-01 – 2026-12-31"),
        ("Members", 7),
        ("Members who take a course", 6),
        ("Coverage in %", 85),
        ("Members who studied in the quarter", 1),
        ("Activity in %", 14),
        ("Hours studied", "–"),
        ("Courses begun", "–"),
        ("Courses finished", "–"),
        ("Overdue today", "–"),
        (),
        (
            "Course",
            "Taking it",
            "Begun in the quarter",
            "Finished in the quarter",
            "Done by now",
            "Overdue",
            "Share done in %",
        ),
        ("Accounts", 6, 1, 1, 3, 1, 50),
        ("Few", "< 5", "–", "–", "–", "–", "–"),
    ]


def test_on_a_phone_each_figure_says_what_it_is(sheet):
    row = sheet().text.split(">Accounts</th>")[1].split("</tr>")[0]
    assert re.findall(r'data-l="([^"]*)">([^<]*)<', row) == [
        ("Taking it", "6"),
        ("Begun in the quarter", "1"),
        ("Finished in the quarter", "1"),
        ("Done by now", "3"),
        ("Overdue", "1"),
        ("Share done", "50%"),
    ]


def test_sums_are_told_where_they_give_nobody_away(sheet):
    for person in UserFactory.create_batch(
        4, branch=db.session.scalars(select(Branch).where(Branch.slug == "below")).one()
    ):
        EnrolmentFactory(user=person, course=db.session.scalars(select(Course).where(Course.slug == "few")).one())
    count_all()
    rows = dict(row for row in rows_of(sheet(kind=".xlsx")) if len(row) == 2)
    assert (rows["Courses begun"], rows["Courses finished"], rows["Overdue today"]) == (1, 1, 1)


def test_an_earlier_quarter_is_one_step_away_and_a_later_one_does_not_exist(sheet):
    assert "?quarter=2026-3" in sheet().text
    rows = dict(row for row in rows_of(sheet("?quarter=2026-3", ".xlsx")) if len(row) == 2)
    assert rows["Members who studied in the quarter"] == 2
    assert "?quarter=2026-4" in sheet("?quarter=2026-3").text
    assert [sheet(query).status_code for query in ("?quarter=2027-1", "?quarter=x")] == [404, 404]


def test_hours_are_active_time_of_the_quarter_told_of_five_people_at_least(sheet):
    taking = db.session.scalars(select(Enrolment).order_by(Enrolment.id)).all()
    lesson = db.session.scalars(select(Lesson)).first()
    for number, one in enumerate(taking[:4]):
        member = db.session.get_one(User, one.user_id)
        note_progress(member, lesson, ProgressKind.STUDIED, seconds=1000 + number)
        assert dict(row for row in rows_of(sheet(kind=".xlsx")) if len(row) == 2)["Hours studied"] == "–"
    note_progress(db.session.get_one(User, taking[4].user_id), lesson, ProgressKind.STUDIED, seconds=3200)
    rows = dict(row for row in rows_of(sheet(kind=".xlsx")) if len(row) == 2)
    assert (rows["Hours studied"], rows["Members who studied in the quarter"]) == (2, 5)


def test_shares_of_a_small_branch_are_not_shown(sign_in, officer, branch):
    EnrolmentFactory(user=officer)
    count_all()
    rows = dict(
        row
        for row in rows_of(sign_in(officer).get(f"/study/reports/{branch.slug}/quarter.xlsx", headers=EN))
        if len(row) == 2
    )
    assert (rows["Members who take a course"], rows["Coverage in %"], rows["Activity in %"]) == (1, "–", "–")


def test_the_sheet_is_a_csv_too(sheet):
    assert sheet(kind=".csv").data.decode("utf-8-sig").splitlines()[2:4] == ["Members,7", "Members who take a course,6"]
