"""Meetings: seats and the waiting list, the code, and who was there."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from core.clock import utcnow
from core.db import db
from core.limits import forget_all
from notify.models import Notification
from study.enums import LearningState, LessonKind, ProgressKind
from study.meetings import Times, new_code, read_code
from study.models import Course, Lesson, LessonProgress, Meeting, Module, ProgressEvent, Seat
from tests.factories.accounts import UserFactory
from tests.factories.meetings import CODE, meeting_lesson, seat
from tests.factories.study import CourseFactory, EnrolmentFactory, ModuleFactory

EN = {"Accept-Language": "en"}


@pytest.fixture(autouse=True)
def tree(root):
    """Courses belong to a branch; nobody has tried a code yet."""
    forget_all()


@pytest.fixture
def person(sign_in):
    """Return ``person(lesson) -> (user, browser)``: somebody who takes the course."""

    def make(lesson):
        user = UserFactory()
        EnrolmentFactory(user=user, course=course_of(lesson))
        return user, sign_in(user)

    return make


def course_of(lesson) -> Course:
    return db.session.scalars(
        select(Course).join(Module, Module.course_id == Course.id).where(Module.id == lesson.module_id)
    ).one()


def post(browser, lesson, act, **data):
    return browser.post(f"/study/lessons/{lesson.id}/{act}", data=data, headers=EN)


def seats() -> dict[int, Seat]:
    db.session.expire_all()
    return {row.user_id: row for row in db.session.scalars(select(Seat))}


def attended() -> list[bool]:
    entries = select(ProgressEvent).where(ProgressEvent.kind == ProgressKind.ATTENDED).order_by(ProgressEvent.id)
    return [entry.detail.get("attended", True) for entry in db.session.scalars(entries)]


def told() -> list[tuple[int, str]]:
    return [(one.user_id, one.kind) for one in db.session.scalars(select(Notification).order_by(Notification.id))]


class TestAuthoring:
    """When and where."""

    def form(self, **changes):
        known = {"kind": "meeting", "title_zh": "线下交流", "minutes": 90, "place": "东湖活动室", "seats": "12"}
        known |= {"meets_on": "2031-03-01", "meets_at": "19:30", "meeting_link": "https://example.org/room"}
        chosen = dict.fromkeys(("material_id", "media_id", "quiz_id", "subtitles_zh_id", "subtitles_en_id"), 0)
        return {**known, **chosen, **changes}

    def test_a_meeting_is_kept_and_shown_in_the_form_again(self, sign_in, instructor):
        browser = sign_in(instructor)
        browser.post(f"/study/manage/modules/{ModuleFactory().id}/lessons", data=self.form())
        meeting, lesson = db.session.scalars(select(Meeting)).one(), db.session.scalars(select(Lesson)).one()
        assert (lesson.kind, meeting.place, meeting.seats) == (LessonKind.MEETING, "东湖活动室", 12)
        assert meeting.starts_at.isoformat() == "2031-03-01T11:30:00+00:00"
        assert len(meeting.code) == 6
        page = browser.get(f"/study/manage/lessons/{lesson.id}").text
        assert [f'value="{value}"' in page for value in ("2031-03-01", "19:30", "https://example.org/room")] == [
            True
        ] * 3
        browser.post(f"/study/manage/lessons/{lesson.id}", data=self.form(meets_on="", meets_at=""))
        db.session.expire_all()
        again = db.session.scalars(select(Meeting)).one()
        assert (again.starts_at, again.code) == (None, meeting.code)

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"meets_at": "late"}, "Write the time like this: 19:30."),
            ({"meets_at": ""}, "Write the time like this: 19:30."),
            ({"meets_on": ""}, "Choose a day."),
            ({"meets_on": "soon"}, "Write the day like this"),
            ({"meets_on": "2020-01-01"}, "Choose a day and time that are still to come."),
            ({"meets_on": "0001-01-01", "meets_at": "0:00"}, "Choose a day and time that are still to come."),
            ({"seats": "-1"}, "Enter a number from 0 to 100,000."),
            ({"meeting_link": "javascript:alert(1)"}, "Enter a whole address"),
        ],
    )
    def test_faults_stand_beside_the_field(self, sign_in, instructor, changes, words):
        browser, module = sign_in(instructor), ModuleFactory()
        answer = browser.post(f"/study/manage/modules/{module.id}/lessons", data=self.form(**changes), headers=EN)
        assert (answer.status_code, answer.text.count(words)) == (422, 2)

    def test_a_meeting_that_is_over_keeps_its_time(self, sign_in, instructor):
        lesson = meeting_lesson(starts_at=datetime(2024, 3, 1, 11, 30, tzinfo=UTC))
        browser, address = sign_in(instructor), f"/study/manage/lessons/{lesson.id}"
        answers = [browser.post(address, data=self.form(meets_on=f"2024-03-0{day}")).status_code for day in (1, 2)]
        assert answers == [303, 422]

    def test_the_kind_stays_while_seats_hang_on_it(self, sign_in, instructor):
        lesson = meeting_lesson()
        for _time in range(2):
            seat(lesson, UserFactory())
        browser, address = sign_in(instructor), f"/study/manage/lessons/{lesson.id}"
        answer = browser.post(address, data=self.form(kind="page"), headers=EN)
        assert (answer.status_code, answer.text.count("2 members have signed up or come here")) == (422, 2)

    def test_those_who_signed_up_hear_of_a_change(self, sign_in, instructor, drain):
        lesson = meeting_lesson()
        coming = UserFactory()
        seat(lesson, coming)
        for place in ("新活动室", "新活动室"):
            data = self.form(place=place)
            sign_in(instructor).post(f"/study/manage/lessons/{lesson.id}", data=data)
        drain()
        assert told() == [(coming.id, "study.meeting_moved")]


class TestSeats:
    """Signing up and withdrawing."""

    def test_a_member_signs_up_and_withdraws(self, person):
        lesson = meeting_lesson(seats=3)
        user, browser = person(lesson)
        page = browser.get(f"/study/lessons/{lesson.id}", headers=EN).text
        assert ("3 seats are free" in page, "东湖活动室" in page) == (True, True)
        for _time in range(2):
            assert post(browser, lesson, "sign-up").status_code == 303
        assert list(seats()) == [user.id]
        assert "I cannot come" in browser.get(f"/study/lessons/{lesson.id}", headers=EN).text
        post(browser, lesson, "withdraw")
        post(browser, lesson, "withdraw")
        assert seats() == {}

    def test_who_comes_too_late_waits_and_moves_up_in_order(self, person, drain):
        lesson = meeting_lesson(seats=1)
        people = [person(lesson) for _n in range(3)]
        for _user, browser in people:
            post(browser, lesson, "sign-up")
        (first, _browser), (second, _other), (third, _third) = people
        assert [seats()[user.id].is_waiting for user in (first, second, third)] == [False, True, True]
        assert "You are on the waiting list" in _other.get(f"/study/lessons/{lesson.id}", headers=EN).text

        post(people[0][1], lesson, "withdraw")
        drain()

        assert [seats()[user.id].is_waiting for user in (second, third)] == [False, True]
        assert told() == [(second.id, "study.seat_free")]

    def test_more_seats_go_to_those_who_wait(self, sign_in, instructor):
        lesson = meeting_lesson(seats=1)
        people = [UserFactory() for _n in range(3)]
        for number, user in enumerate(people):
            seat(lesson, user, is_waiting=number > 0, signed_up_at=utcnow() + timedelta(seconds=number))
        data = TestAuthoring().form(seats="2", place="东湖活动室")
        sign_in(instructor).post(f"/study/manage/lessons/{lesson.id}", data=data)
        assert [seats()[user.id].is_waiting for user in people] == [False, False, True]

    def test_what_is_over_takes_nobody_and_lets_nobody_go(self, person):
        lesson = meeting_lesson(begins_in=-2)
        _user, browser = person(lesson)
        assert [post(browser, lesson, act).status_code for act in ("sign-up", "withdraw")] == [409, 409]
        assert "The meeting is over." in browser.get(f"/study/lessons/{lesson.id}", headers=EN).text

    def test_the_online_room_is_for_those_who_have_a_seat_and_those_who_run_it(self, person, sign_in, instructor):
        lesson = meeting_lesson(link="https://example.org/room", seats=1)
        address = f"/study/lessons/{lesson.id}"
        coming, waiting, idle = (person(lesson)[1] for _n in range(3))
        for browser in (coming, waiting):
            post(browser, lesson, "sign-up")
        readers = (coming, waiting, idle, sign_in(instructor), sign_in(UserFactory()))
        seen = ["https://example.org/room" in browser.get(address).text for browser in readers]
        assert seen == [True, False, False, True, False]

    def test_who_does_not_take_the_course_is_sent_back(self, sign_in):
        lesson = meeting_lesson()
        answer = post(sign_in(UserFactory()), lesson, "sign-up")
        assert (answer.status_code, answer.location, seats()) == (303, f"/study/lessons/{lesson.id}", {})


class TestCode:
    """Those who are there say so by the code."""

    @pytest.mark.parametrize("typed", [CODE, "135 790", "１３５７９０", "135-790"])
    def test_the_code_notes_the_member_and_completes_the_lesson(self, person, typed):
        lesson = meeting_lesson(begins_in=0)
        user, browser = person(lesson)
        assert post(browser, lesson, "attend", code=typed).status_code == 303
        post(browser, lesson, "attend", code=typed)
        assert (seats()[user.id].attended_by_id, attended()) == (None, [True])
        progress = db.session.scalars(select(LessonProgress)).one()
        assert (progress.state, progress.reason) == (LearningState.DONE, {"code": "attended"})
        assert "You are noted as present." in browser.get(f"/study/lessons/{lesson.id}", headers=EN).text

    @pytest.mark.parametrize(("begins_in", "status"), [(0.26, 422), (0.24, 303), (-1.49, 303), (-1.51, 422)])
    def test_the_code_counts_only_around_the_meeting(self, person, begins_in, status):
        lesson = meeting_lesson(begins_in=begins_in)
        answer = post(person(lesson)[1], lesson, "attend", code=CODE)
        assert (answer.status_code, "from 15 minutes before" in answer.text) == (status, status == 422)

    def test_another_code_is_refused_beside_the_field(self, person):
        lesson = meeting_lesson(begins_in=0)
        answer = post(person(lesson)[1], lesson, "attend", code="000000")
        assert (answer.status_code, answer.text.count("This is not the code of the meeting.")) == (422, 2)
        assert 'value="000000"' in answer.text

    def test_a_meeting_without_a_time_takes_no_code(self, person):
        lesson = meeting_lesson(starts_at=None, code="")
        _user, browser = person(lesson)
        assert [post(browser, lesson, "attend", code=code).status_code for code in ("x", "")] == [422, 422]
        assert "To be announced" in browser.get(f"/study/lessons/{lesson.id}", headers=EN).text

    def test_codes_are_not_tried_one_after_another(self, person):
        lesson = meeting_lesson(begins_in=0)
        _user, browser = person(lesson)
        answers = [post(browser, lesson, "attend", code=f"{n:06}").status_code for n in range(6)]
        right = post(browser, lesson, "attend", code=CODE)
        assert (answers, right.status_code) == ([422] * 5 + [429], 429)
        assert "Try again in 10 minutes" in right.text
        assert post(person(lesson)[1], lesson, "attend", code=CODE).status_code == 303

    def test_who_attended_without_a_seat_takes_none(self, person):
        lesson = meeting_lesson(begins_in=0, seats=1)
        user, browser = person(lesson)
        post(browser, lesson, "attend", code=CODE)
        _other, second = person(lesson)
        post(second, lesson, "sign-up")
        assert (seats()[user.id].signed_up_at, seats()[_other.id].is_waiting) == (None, False)


class TestLeading:
    """Those who lead a meeting."""

    @pytest.fixture
    def leader(self, sign_in, instructor):
        return sign_in(instructor)

    def test_the_code_is_shown_and_can_be_drawn_anew(self, leader):
        lesson = meeting_lesson()
        address = f"/study/manage/lessons/{lesson.id}/meeting"
        assert CODE in leader.get(address).text
        leader.post(f"{address}/code")
        db.session.expire_all()
        assert db.session.scalars(select(Meeting)).one().code != CODE

    def test_ticks_are_set_and_taken_back_for_those_shown_only(self, leader):
        lesson = meeting_lesson(begins_in=-2)
        came, stayed_away, not_shown = (UserFactory() for _n in range(3))
        for user in (came, stayed_away, not_shown):
            seat(lesson, user)
        address, shown = f"/study/manage/lessons/{lesson.id}/meeting", [came.id, stayed_away.id]
        leader.post(address, data={"shown": shown, "present": [came.id, not_shown.id]})
        assert [seats()[user.id].attended_at is not None for user in (came, stayed_away, not_shown)] == [
            True,
            False,
            False,
        ]
        leader.post(address, data={"shown": shown, "present": []})
        assert (seats()[came.id].attended_at, attended()) == (None, [True, False])
        states = {row.user_id: row.state for row in db.session.scalars(select(LessonProgress))}
        assert states[came.id] is LearningState.UNDER_WAY

    def test_somebody_who_had_not_signed_up_is_noted_by_name(self, leader, person, instructor):
        lesson = meeting_lesson(begins_in=-2)
        user, _browser = person(lesson)
        address = f"/study/manage/lessons/{lesson.id}/meeting/present"
        leader.post(address, data={"username": f"@{user.username}"})
        assert (seats()[user.id].attended_by_id, seats()[user.id].signed_up_at) == (instructor.id, None)
        for name in ("nobody", UserFactory().username):
            answer = leader.post(address, data={"username": name}, headers=EN)
            assert (answer.status_code, answer.text.count("takes this course.")) == (422, 2)

    @pytest.mark.parametrize("rows", [1, 3])
    def test_the_list_costs_the_same_at_any_length(self, leader, count_queries, rows):
        lesson = meeting_lesson()
        for _time in range(rows):
            seat(lesson, UserFactory())
        ident = lesson.id
        with count_queries() as seen:
            page = leader.get(f"/study/manage/lessons/{ident}/meeting").text
        assert (page.count('name="shown"'), len(seen)) == (rows, 8), seen

    def test_a_lesson_of_another_kind_is_no_meeting(self, leader, person):
        from tests.factories.study import LessonFactory

        lesson = LessonFactory(module__course=CourseFactory())
        assert leader.get(f"/study/manage/lessons/{lesson.id}/meeting").status_code == 404
        assert post(person(lesson)[1], lesson, "sign-up").status_code == 404


class TestTimes:
    """The rules without a database."""

    def test_a_meeting_without_a_beginning_is_never_over_and_takes_no_code(self):
        times = Times(None, 60)
        assert (times.ends_at, times.is_over(utcnow()), times.takes_code(utcnow())) == (None, False, False)

    def test_codes_are_six_digits(self):
        assert all(len(code) == 6 and code.isdecimal() for code in (new_code() for _n in range(50)))
        assert (read_code(" １２ 3-x4"), read_code("")) == ("1234", "")
