"""What is due and when one meets: on the page of the course, at home, among the courses and in the calendar."""

import re
from datetime import timedelta
from html import unescape

import pytest

from core.clock import utcnow
from core.db import db
from core.faces import Faces
from study.enums import WorkState
from study.models import Gate, Seat, Work, WorkBrief
from tests.factories.accounts import UserFactory
from tests.factories.meetings import meeting_lesson, seat
from tests.factories.study import CourseFactory, EnrolmentFactory, LessonFactory, note_progress
from tests.factories.works import assignment, handed_in
from tests.study.test_announcements import make_address

EN = {"Accept-Language": "en"}
PAGES = ["/", "/study/"]


@pytest.fixture(autouse=True)
def tree(root):
    """Courses belong to a branch."""


@pytest.fixture
def course(member):
    made = CourseFactory()
    EnrolmentFactory(user=member, course=made)
    return made


def task(course, title, days, **brief):
    lesson = assignment(course, due_at=utcnow() + timedelta(days=days), **brief)
    lesson.title = Faces("作业", title)
    db.session.commit()
    return lesson


def meeting(course, title, **more):
    lesson = meeting_lesson(course, **more)
    lesson.title = Faces("会", title)
    db.session.commit()
    return lesson


def sign_up(lesson, user, **more):
    db.session.add(Seat(lesson_id=lesson.id, user_id=user.id, signed_up_at=utcnow(), **more))
    db.session.commit()


def words(markup: str) -> str:
    return " ".join(unescape(re.sub("<[^>]+>", " ", markup)).split())


def row_of(page: str, lesson) -> str:
    rows = re.findall(r"<li[^>]*><div class=\"m\">.*?</li>", page, re.DOTALL)
    return words(next(row for row in rows if lesson.title.en in row))


def dates_of(page: str) -> list[str]:
    section = page.partition("Work and meetings</h2>")[2].partition("</ul>")[0]
    return [words(row) for row in section.split("</li>")[:-1]]


class TestCourse:
    """Rows on the page of a course."""

    def page(self, browser, course):
        return browser.get(f"/study/courses/{course.slug}", headers=EN).text

    def test_work_says_until_when_or_that_it_is_handed_in(self, sign_in, member, course):
        soon, late, sent, done, free = (
            task(course, title, days)
            for title, days in (("Soon", 3), ("Late", -2), ("Sent", -2), ("Accepted", -2), ("Free", 1))
        )
        draft = Work(lesson_id=soon.id, user_id=member.id, number=1, state=WorkState.DRAFT)
        whole = Work(lesson_id=sent.id, user_id=member.id, number=1, state=WorkState.HANDED_IN)
        db.session.add_all([draft, whole])
        handed_in(soon, UserFactory())
        note_progress(member, done)
        page = self.page(sign_in(member), course)
        assert re.search(r"about \d+ minutes? · due by \d+ \w+( \d{4})?, in \d days$", row_of(page, soon))
        assert re.search(r"overdue by \d days?$", row_of(page, late))
        assert row_of(page, sent).endswith("· work handed in")
        assert "overdue" not in row_of(page, done)
        assert row_of(page, free).endswith("· due tomorrow")

    def test_work_that_was_not_accepted_is_to_be_done_once_more_if_it_may_be(self, sign_in, member, course):
        back, again, over = (task(course, title, 3) for title in ("Sent back", "Again", "Over"))
        over_brief = db.session.get_one(WorkBrief, over.id)
        over_brief.may_repeat = False
        for lesson in (back, again, over):
            refused = Work(lesson_id=lesson.id, user_id=member.id, number=1, state=WorkState.MARKED, passed=False)
            db.session.add(refused)
        db.session.add(Work(lesson_id=again.id, user_id=member.id, number=2, state=WorkState.HANDED_IN))
        db.session.commit()
        browser = sign_in(member)
        page = self.page(browser, course)
        assert row_of(page, back).endswith("Not accepted yet")
        assert [row_of(page, one).endswith("· work handed in") for one in (again, over)] == [True, True]
        assert [row for row in dates_of(browser.get("/", headers=EN).text) if "Sent back" not in row] == []

    def test_a_visitor_of_the_course_is_late_with_nothing(self, sign_in, member):
        other = CourseFactory()
        late, free = task(other, "Late", -2), assignment(other)
        page = self.page(sign_in(member), other)
        assert re.search(r"· to hand in by \d+ \w+", row_of(page, late))
        assert "hand in" not in row_of(page, free)

    def test_a_meeting_says_its_day_and_time(self, sign_in, member, course):
        mine, waiting, other, open_ = (
            meeting(course, title, begins_in=hours)
            for title, hours in (("Mine", 30), ("Wait", 31), ("Theirs", 32), ("Unset", 0))
        )
        sign_up(mine, member)
        sign_up(waiting, member, is_waiting=True)
        seat(other, UserFactory())
        unset = meeting(course, "Some day", starts_at=None)
        page = self.page(sign_in(member), course)
        assert re.search(r"· \d+ \w+( \d{4})? \d\d:\d\d · you have signed up$", row_of(page, mine))
        assert re.search(r"\d\d:\d\d · Waiting list$", row_of(page, waiting))
        assert re.search(r"\d\d:\d\d$", row_of(page, other))
        assert re.search(r"\d\d:\d\d$", row_of(page, open_))
        assert row_of(page, unset).endswith("· time to be announced")
        assert "东湖活动室" not in page

    def test_a_locked_row_says_it_too_but_not_to_another_branch(self, sign_in, member, course, other_branch):
        later, foreign = task(course, "Later", 3), task(course, "Foreign", 3)
        gates = ({"lesson_id": later.id, "opens_at": utcnow() + timedelta(days=1)},)
        gates += ({"module_id": foreign.module_id, "branch_id": other_branch.id, "is_personal": False},)
        db.session.add_all(Gate(course_id=course.id, **gate) for gate in gates)
        db.session.commit()
        page = self.page(sign_in(member), course)
        assert [("Locked" in row, "due by" in row) for row in (row_of(page, later), row_of(page, foreign))] == [
            (True, True),
            (True, False),
        ]

    @pytest.mark.parametrize("rows", [1, 5])
    def test_it_costs_seven_queries_at_any_length(self, sign_in, member, course, count_queries, rows):
        for number in range(rows):
            task(course, f"Task {number}", 3)
            sign_up(meeting(course, f"Meeting {number}"), member)
        browser = sign_in(member)
        with count_queries() as seen:
            page = self.page(browser, course)
        assert (page.count("due by"), page.count("you have signed up"), len(seen)) == (rows, rows, 7), seen


class TestAhead:
    """At home, among the courses and in the calendar."""

    @pytest.mark.parametrize("address", PAGES)
    def test_work_and_meetings_stand_there_the_next_first(self, sign_in, member, course, address):
        task(course, "Minutes", 3)
        task(course, "Essay", -3)
        meet, now = meeting(course, "Evening"), meeting(course, "Now", begins_in=-0.5)
        wait = meeting(course, "Full", begins_in=99)
        for one in (meet, now):
            sign_up(one, member)
        sign_up(wait, member, is_waiting=True)
        found = dates_of(sign_in(member).get(address, headers=EN).text)
        assert [re.search("Essay|Now|Evening|Minutes|Full", row)[0] for row in found] == [
            *("Essay", "Now", "Evening", "Minutes", "Full")
        ]
        assert re.fullmatch(rf"Overdue Essay overdue by \d days? · {course.title.en} Assignment", found[0])
        assert re.fullmatch(rf"Meeting Evening .*\d\d:\d\d · 东湖活动室 · {course.title.en}", found[2])
        assert re.fullmatch(rf"Due Minutes due by .*, in \d days · {course.title.en} Assignment", found[3])
        assert found[4].endswith("Waiting list")

    def test_what_is_done_gone_foreign_or_left_does_not(self, sign_in, member, course, other_branch):
        sent, accepted, foreign = (task(course, title, 3) for title in ("Sent", "Accepted", "Foreign"))
        task(course, "Ages ago", -40)
        db.session.add(Work(lesson_id=sent.id, user_id=member.id, number=1, state=WorkState.MARKED, passed=True))
        note_progress(member, accepted)
        db.session.add(Gate(course_id=course.id, lesson_id=foreign.id, branch_id=other_branch.id, is_personal=False))
        sign_up(meeting(course, "Over", begins_in=-2), member)
        meeting(course, "Not signed up")
        seat(meeting(CourseFactory(), "Theirs"), UserFactory())
        left, hidden = CourseFactory(), CourseFactory(audience=f"branch:{other_branch.id}")
        EnrolmentFactory(user=member, course=left, left_at=utcnow())
        EnrolmentFactory(user=member, course=hidden)
        for one in (left, hidden, CourseFactory()):
            task(one, "Elsewhere", 3)
            sign_up(meeting(one, "Elsewhere too"), member)
        assert dates_of(sign_in(member).get("/", headers=EN).text) == []

    def test_a_page_shows_a_few_and_no_more_than_two_late_ones(self, sign_in, member, course):
        for number in range(9):
            task(course, f"Late {number}.", -20 + number)
            task(course, f"Coming {number}.", 2 + number)
        found = dates_of(sign_in(member).get("/", headers=EN).text)
        names = ["Late 7.", "Late 8.", *(f"Coming {number}." for number in range(5))]
        assert [re.search(r"(Late|Coming) \d\.", row)[0] for row in found] == names

    @pytest.mark.parametrize(("address", "cost"), [("/", 13), ("/study/", 6)])
    @pytest.mark.parametrize("rows", [0, 1, 4])
    def test_they_cost_no_query_of_their_own(self, sign_in, member, course, count_queries, rows, address, cost):
        LessonFactory(module__course=course)
        for number in range(rows):
            task(course, f"Task {number}", 3)
            sign_up(meeting(course, f"Meeting {number}"), member)
        browser = sign_in(member)
        with count_queries() as seen:
            page = browser.get(address, headers=EN)
        assert (len(dates_of(page.text)), len(seen)) == (min(rows * 2, 5), cost), seen

    def test_the_calendar_takes_neither_late_work_nor_the_waiting_list(self, client, sign_in, member, course):
        task(course, "Late", -3)
        sign_up(meeting(course, "Full"), member, is_waiting=True)
        task(course, "Minutes", 3)
        sign_up(meeting(course, "Evening"), member)
        text = re.sub("\r\n ", "", client.get(make_address(sign_in(member)), headers=EN).text)
        assert re.findall("SUMMARY:(.*)\r", text) == ["Hand in: Minutes", "Evening"]
