"""Announcements reach those who take the course; calendars say what is due and what opens."""

import re
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from core.clock import utcnow
from core.db import db
from core.faces import Faces
from core.i18n import current_zone
from notify.models import Notification
from study.calendar_file import CalendarEvent, write_calendar
from study.enums import LessonKind, TaskFor, WorkState
from study.models import Announcement, CalendarToken, Gate, Task, TaskMember, Work, WorkBrief
from tests.factories.accounts import UserFactory
from tests.factories.study import CourseFactory, EnrolmentFactory, LessonFactory

EN = {"Accept-Language": "en"}


@pytest.fixture
def course(member, instructor, administrator):
    made = LessonFactory().module.course
    EnrolmentFactory(user=member, course=made)
    return made


def announce(browser, course, **sent):
    data = {"title_zh": "停课一周", "title_en": "No lessons this week", "body_zh": "**下周**见。", **sent}
    return browser.post(f"/study/manage/courses/{course.slug}/announcements", data=data)


def test_an_announcement_stands_on_the_page_and_in_the_inboxes_of_learners(sign_in, instructor, member, course, drain):
    stranger, left = UserFactory(), UserFactory()
    EnrolmentFactory(user=left, course=course, left_at=utcnow())
    EnrolmentFactory(user=instructor, course=course)

    answer = announce(sign_in(instructor), course)
    drain()
    drain()

    told = [row.user_id for row in db.session.query(Notification)]
    page = sign_in(member).get(f"/study/courses/{course.slug}").text
    made = db.session.query(Announcement).one()
    assert (answer.status_code, answer.location) == (303, f"/study/courses/{course.slug}/announcements")
    assert told == [member.id]
    assert stranger.id not in told
    assert ("停课一周" in page, "<strong>下周</strong>" in page) == (True, True)
    assert f'id="announcement-{made.id}"' in sign_in(member).get(answer.location).text


def test_changing_an_announcement_tells_nobody_again(sign_in, instructor, course, drain):
    browser = sign_in(instructor)
    announce(browser, course)
    drain()
    made = db.session.query(Announcement).one()

    browser.post(f"/study/manage/announcements/{made.id}", data={"title_zh": "改期"})
    drain()

    db.session.expire_all()
    assert (db.session.query(Notification).count(), db.session.query(Announcement).one().title) == (1, Faces("改期"))


def test_an_announcement_needs_a_title(sign_in, instructor, course):
    answer = announce(sign_in(instructor), course, title_zh=" ", title_en="")
    assert (answer.status_code, "**下周**见。" in answer.text) == (422, True)


def test_hostile_words_come_out_harmless(sign_in, instructor, member, course):
    announce(sign_in(instructor), course, title_zh="<script>x</script>", body_zh='<img src=x onerror="x">')
    page = sign_in(member).get(f"/study/courses/{course.slug}").text
    assert ("<script>x" in page, "<img src=x" in page) == (False, False)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_course_page_costs_the_same_with_any_number_of_announcements(
    sign_in, member, instructor, course, count_queries, rows
):
    for number in range(rows):
        db.session.add(Announcement(course_id=course.id, author_id=instructor.id, title=Faces(f"第{number}号")))
    db.session.commit()
    browser = sign_in(member)
    with count_queries() as seen:
        page = browser.get(f"/study/courses/{course.slug}")
    assert (page.text.count("<summary>第"), len(seen)) == (min(rows, 2), 7), seen


def test_the_same_announcement_sent_twice_is_one(sign_in, instructor, course):
    browser = sign_in(instructor)
    answers = [announce(browser, course), announce(browser, course), announce(browser, course, title_zh="别的")]
    assert [answer.status_code for answer in answers] == [303, 303, 303]
    assert [one.title.zh for one in db.session.query(Announcement).order_by(Announcement.id)] == ["停课一周", "别的"]


EVENT = CalendarEvent(
    uid="a@b",
    at=datetime(2026, 12, 3, 1, 30, tzinfo=UTC),
    stamp=datetime(2026, 11, 2, tzinfo=UTC),
    title="",
    text="",
    url="https://x",
)


def test_a_calendar_is_written_as_the_standard_asks():
    title = "交：“办好一个开放的支部”，第一单元；" * 4 + "a,b;c\\d\ne"
    event = CalendarEvent(**{**vars(EVENT), "title": title, "remind_before": "P1D"})

    text = write_calendar("学习", "zh-Hans", [event])

    lines = text.split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-2:] == ["END:VCALENDAR", ""]
    assert max(len(line.encode()) for line in lines) <= 75
    assert "\n" not in text.replace("\r\n", "")
    whole = re.sub("\r\n ", "", text)
    assert "DTSTART:20261203T013000Z\r\n" in whole
    assert "SUMMARY:" + "交：“办好一个开放的支部”，第一单元；" * 4 + "a\\,b\\;c\\\\d\\ne\r\n" in whole
    assert "TRIGGER:-P1D\r\n" in whole


def make_address(browser) -> str:
    browser.post("/study/calendar", data={"act": "renew"})
    page = browser.get("/study/calendar").text
    return re.search(r"http://xuetan\.test(/study/calendar/[\w-]+\.ics)", page)[1]


def test_a_calendar_holds_what_is_due_and_what_opens(client, sign_in, member, branch, officer, course):
    due, opens = utcnow() + timedelta(days=5), utcnow() + timedelta(days=2)
    task = Task(course_id=course.id, branch_id=branch.id, whom=TaskFor.EVERYBODY, due_at=due, assigned_by_id=officer.id)
    db.session.add(task)
    db.session.flush()
    db.session.add(TaskMember(task_id=task.id, user_id=member.id, due_at=due))
    lesson = LessonFactory(module__course=course, title=Faces("第二讲", "Part two"))
    db.session.add(Gate(course_id=course.id, lesson_id=lesson.id, opens_at=opens))
    other = CourseFactory()
    db.session.add(Gate(course_id=other.id, module_id=LessonFactory(module__course=other).module_id, opens_at=opens))
    db.session.commit()
    address = make_address(sign_in(member))

    answer = client.get(address, headers=EN)

    text = re.sub("\r\n ", "", answer.text)
    assert (answer.status_code, answer.content_type) == (200, "text/calendar; charset=utf-8")
    assert re.findall("SUMMARY:(.*)\r", text) == [f"Due: {course.title.en}", "Opens: Part two"]
    day = (due - timedelta(seconds=1)).astimezone(current_zone()).date()
    assert re.findall("DTSTART(.*)\r", text) == [f";VALUE=DATE:{day:%Y%m%d}", f":{opens:%Y%m%dT%H%M%SZ}"]
    assert f"URL:http://xuetan.test/study/courses/{course.slug}\r" in text


def test_what_is_due_by_a_day_stands_on_that_day_where_the_reader_lives(
    client, sign_in, member, branch, officer, course
):
    last = (utcnow() + timedelta(days=9)).date()
    due = datetime.combine(last + timedelta(days=1), time(), ZoneInfo("America/New_York"))
    member.time_zone = "America/New_York"
    task = Task(course_id=course.id, branch_id=branch.id, whom=TaskFor.EVERYBODY, due_at=due, assigned_by_id=officer.id)
    db.session.add(task)
    db.session.flush()
    db.session.add(TaskMember(task_id=task.id, user_id=member.id, due_at=due))
    db.session.commit()

    text = client.get(make_address(sign_in(member)), headers=EN).text

    assert re.findall("DTSTART(.*)\r", text) == [f";VALUE=DATE:{last:%Y%m%d}"]


def test_a_calendar_address_is_shown_once_and_ends_when_renewed(client, sign_in, member, course):
    browser = sign_in(member)
    first = make_address(browser)
    again = browser.get("/study/calendar").text
    second = make_address(browser)

    assert first not in again
    assert [client.get(address).status_code for address in (first, second)] == [404, 200]
    assert first.split("/")[-1].removesuffix(".ics") not in {row.token_hash for row in db.session.query(CalendarToken)}


def test_an_ended_calendar_opens_nothing(client, sign_in, member, course):
    browser = sign_in(member)
    address = make_address(browser)
    browser.post("/study/calendar", data={"act": "end"})
    assert client.get(address).status_code == 404


def test_the_calendar_of_a_suspended_member_opens_nothing(client, sign_in, member, course):
    address = make_address(sign_in(member))
    member.state = "suspended"
    db.session.commit()
    assert client.get(address).status_code == 404


def test_a_calendar_names_work_to_hand_in_until_it_is(client, sign_in, member, course):
    task, done = (LessonFactory(module__course=course, kind=LessonKind.ASSIGNMENT) for _n in range(2))
    for lesson in (task, done):
        db.session.add(WorkBrief(lesson_id=lesson.id, due_at=utcnow() + timedelta(days=3)))
    db.session.add(Work(lesson_id=done.id, user_id=member.id, number=1, state=WorkState.HANDED_IN))
    db.session.commit()
    address = make_address(sign_in(member))

    text = re.sub("\r\n ", "", client.get(address, headers=EN).text)

    assert re.findall("SUMMARY:(.*)\r", text) == [f"Hand in: {task.title.en}"]
    assert f"URL:http://xuetan.test/study/lessons/{task.id}\r" in text
