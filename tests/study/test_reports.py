"""What the head of a branch sees of its members' study."""

import csv
import io
import re
from datetime import timedelta

import pytest
from openpyxl import load_workbook

from accounts.models import Membership
from core.clock import utcnow
from core.db import db
from core.faces import Faces
from core.permissions import Role
from study.counting import count_all
from study.models import Course
from study.services import enrolments
from tests.factories.accounts import BranchFactory, UserFactory, grant
from tests.factories.study import CourseFactory, EnrolmentFactory, LessonFactory, ModuleFactory, note_progress
from tests.factories.tasks import TaskFactory, TaskMemberFactory

EN = {"Accept-Language": "en"}


@pytest.fixture
def head(sign_in, officer):
    return sign_in(officer)


def learners(course, branch, count, read=0):
    """Let so many members of a branch take a course and read its first lessons."""
    found = []
    lessons = LessonFactory.create_batch(2, module=ModuleFactory(course=course)) if not hasattr(course, "two") else None
    course.two = lessons or course.two
    for _n in range(count):
        user = UserFactory(branch=branch)
        EnrolmentFactory(user=user, course=course)
        for lesson in course.two[:read]:
            note_progress(user, lesson)
        found.append(user)
    return found


def report(head, branch, query: str = "") -> str:
    """Return the report of a branch after the worker counted."""
    count_all()
    return head.get(f"/study/reports/{branch.slug}{query}", headers=EN).text


def cells(page: str, title: str) -> list[str]:
    """Return the figures of the row that begins with a title."""
    row = page.split(f">{title}</a>", 1)[1].split("</tr>", 1)[0]
    return [part.split(">", 1)[1].split("<", 1)[0] for part in row.split('class="n"')[1:]]


def test_members_of_the_branch_and_below_are_counted_and_nobody_else(head, branch, other_branch):
    course = CourseFactory()
    learners(course, branch, 1)
    learners(course, BranchFactory(parent=branch), 2, read=1)
    learners(course, BranchFactory(parent=branch), 3, read=2)
    learners(course, other_branch, 4, read=2)

    page = report(head, branch)

    assert cells(page, course.title.en) == ["6", "1", "2", "3", "0", "50%"]


def test_branches_below_are_listed_with_their_own_counts(head, branch):
    course = CourseFactory()
    child, empty = BranchFactory(parent=branch), BranchFactory(parent=branch)
    learners(course, child, 1, read=1)
    learners(course, BranchFactory(parent=child), 1, read=2)

    page = report(head, branch, f"?course={course.slug}")

    assert cells(page, child.name.en) == ["2", "2", "0", "1", "1", "0", "–"]
    assert cells(page, empty.name.en) == ["0", "0", "0", "0", "0", "0", "–"]


def test_the_matrix_shows_every_branch_below_by_course(head, branch):
    one, other = CourseFactory(), CourseFactory()
    child, empty = BranchFactory(parent=branch), BranchFactory(parent=branch)
    learners(one, child, 6, read=2)
    late = learners(other, child, 1)[0]
    task = TaskFactory(course=other, branch=branch, due_at=utcnow() - timedelta(days=1))
    TaskMemberFactory(task=task, user=late)

    page = report(head, branch)

    matrix = page.split('class="compact matrix"')[1].split("</table>")[0]
    line = matrix.split(f">{child.name.en}</a>")[1].split("</tr>")[0]
    assert "<td>6/6 · 100%<svg" in line
    assert 'aria-label="0 done, 0 under way, 0 not begun, 1 overdue"' in line
    assert '<span class="late-t">1 overdue</span>' in line
    assert matrix.split(f">{empty.name.en}</a>")[1].split("</tr>")[0].count("<td>–</td>") == 2


def test_a_share_that_would_give_a_small_branch_away_is_held_back(head, branch):
    course = CourseFactory()
    sizes = {10: "0%", 6: "–", 3: "–"}
    children = {size: BranchFactory(parent=branch) for size in sizes}
    for size, child in children.items():
        learners(course, child, size)
    page = report(head, branch, f"?course={course.slug}")
    assert {size: cells(page, child.name.en)[-1] for size, child in children.items()} == sizes


def test_branches_below_come_in_pages(head, branch, monkeypatch):
    monkeypatch.setattr("study.queries.reports.BRANCHES_A_PAGE", 2)
    course = CourseFactory()
    children = BranchFactory.create_batch(3, parent=branch)
    for child in children:
        learners(course, child, 1)
    page = report(head, branch)
    assert [f">{child.name.en}</a>" in page for child in children] == [True, True, False]
    cursor = re.search(r"branches=([^\"]+)\">Next", page)[1]
    page = report(head, branch, f"?branches={cursor}")
    assert [f">{child.name.en}</a>" in page for child in children] == [False, False, True]
    assert head.get(f"/study/reports/{branch.slug}?branches=xx").status_code == 404


def test_the_trend_shows_what_was_begun_and_finished_each_week(head, branch):
    learners(CourseFactory(), branch, 3, read=2)
    page = report(head, branch)
    table = page.split("How many courses were begun and finished in each week</caption>")[1].split("</table>")[0]
    assert re.findall(r'"n">(\d+)</td>', table) == ["0"] * 22 + ["3", "3"]


def test_a_report_says_when_its_numbers_are_being_counted_again(head, branch, actor_of, transaction, drain):
    course = CourseFactory()
    (user,) = learners(course, branch, 1)
    assert "being counted again" not in report(head, branch)
    with transaction():
        enrolments.leave(db.session.get_one(Course, course.id), actor_of(user))
    drain()
    assert "being counted again" in head.get(f"/study/reports/{branch.slug}", headers=EN).text


def test_a_member_of_two_branches_counts_once(head, branch, root):
    course, child = CourseFactory(), BranchFactory(parent=branch)
    (user,) = learners(course, branch, 1, read=2)
    db.session.add(Membership(user_id=user.id, branch_id=child.id))
    db.session.commit()
    page = report(head, branch)
    assert cells(page, course.title.en) == ["1", "0", "0", "1", "0", "–"]


@pytest.mark.parametrize("large", [0, 1000])
def test_one_course_shows_how_far_each_member_is(head, branch, monkeypatch, large):
    monkeypatch.setattr("study.queries.reports.LARGE", large)
    UserFactory(branch=branch)
    course = CourseFactory()
    (user,) = learners(course, branch, 1, read=1)
    slug = course.slug

    page = report(head, branch, f"?course={slug}")

    assert f">{user.display_name}</a></th>" in page
    assert 'data-l="Progress">50%</td>' in page
    assert 'data-l="State">Under way</td>' in page


def test_a_course_nobody_of_the_branch_takes_is_not_shown(head, branch, other_branch):
    course = CourseFactory()
    learners(course, other_branch, 1)
    assert head.get(f"/study/reports/{branch.slug}?course={course.slug}").status_code == 404


def test_one_branch_is_opened_at_once_several_are_listed(sign_in, officer, branch, other_branch):
    assert sign_in(officer).get("/study/reports/").location == f"/study/reports/{branch.slug}"
    grant(officer, Role.OFFICER, other_branch)
    page = sign_in(officer).get("/study/reports/").text
    assert (f"/study/reports/{branch.slug}" in page, f"/study/reports/{other_branch.slug}" in page) == (True, True)


def test_members_who_are_overdue_are_named_so(head, branch):
    course = CourseFactory()
    (user,) = learners(course, branch, 1)
    TaskMemberFactory(task=TaskFactory(course=course, due_at=utcnow() - timedelta(days=1)), user=user)
    page = report(head, branch, f"?course={course.slug}")
    assert "Overdue</span></td>" in page


def test_files_hold_the_same_numbers_and_nothing_that_acts(head, branch):
    course = CourseFactory(title=Faces("=1+1", '=HYPERLINK("x")'))
    child = BranchFactory(parent=branch, name=Faces("@支部", "@branch"))
    learners(course, child, 5, read=2)
    count_all()
    wanted = [
        ("Branch", "Members", "Course", "Taking it", "Not begun", "Under way", "Done", "Overdue", "Share done in %"),
        (branch.name.en, 6, '\'=HYPERLINK("x")', 5, 0, 0, 5, 0, 100),
        ("'@branch", 5, '\'=HYPERLINK("x")', 5, 0, 0, 5, 0, 100),
    ]
    book = head.get(f"/study/reports/{branch.slug}/table.xlsx", headers=EN)
    sheet = load_workbook(io.BytesIO(book.data)).worksheets[0]
    assert [tuple(row) for row in sheet.iter_rows(values_only=True)] == wanted
    text = head.get(f"/study/reports/{branch.slug}/table.csv", headers=EN)
    assert text.data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(text.data.decode("utf-8-sig"))))
    assert rows == [[str(cell) for cell in row] for row in wanted]
    assert "attachment" in text.headers["Content-Disposition"]


@pytest.mark.parametrize("rows", [1, 3])
def test_a_report_costs_the_same_at_any_length(head, branch, count_queries, rows):
    for _row in range(rows):
        learners(CourseFactory(), BranchFactory(parent=branch), rows, read=1)
    count_all()
    with count_queries() as seen:
        page = head.get(f"/study/reports/{branch.slug}").text
    assert (page.count('role="rowheader"'), len(seen)) == (rows, 15), seen
