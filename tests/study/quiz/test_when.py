"""When a quiz is taken, and when its answers are shown."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from core.db import db
from study.enums import AttemptState, Review
from study.models import Attempt, Quiz
from study.timers import submit_overdue
from tests.factories.quiz import CANARY, choice, enrolled, quiz_with
from tests.factories.study import CourseFactory

RULES = {"title_zh": "测验", "pass_percent": "60", "attempts_allowed": "0", "grading": "best"}


@pytest.fixture
def open_until(member, clock):
    """Return ``open_until(**settings)``: a quiz the member may take."""

    def make(**settings):
        quiz = quiz_with(choice(1000, 0), course=CourseFactory(), **settings)
        enrolled(member, quiz.course)
        return quiz

    return make


def start(browser, quiz):
    return browser.post(f"/study/quizzes/{quiz.id}/attempts")


def hand_in(browser, url):
    return browser.post(url, data={"client": "c", "seen1": "0", "q1": "1", "go": "end"}, follow_redirects=True)


def test_a_quiz_is_begun_from_its_opening_to_its_closing(sign_in, member, open_until, clock):
    quiz = open_until(opens_at=clock.now + timedelta(hours=1), closes_at=clock.now + timedelta(hours=2))
    browser = sign_in(member)

    assert start(browser, quiz).status_code == 409
    assert "还没有开放" in browser.get(f"/study/quizzes/{quiz.id}").text
    clock.advance(minutes=60)
    assert start(browser, quiz).status_code == 303
    clock.advance(minutes=61)
    assert submit_overdue() == 1
    assert start(browser, quiz).status_code == 409
    assert "已经关闭" in browser.get(f"/study/quizzes/{quiz.id}").text


@pytest.mark.parametrize(("limit", "minutes"), [(None, 60), (30, 30), (90, 60)])
def test_a_paper_ends_when_its_time_is_over_or_the_quiz_closes(sign_in, member, open_until, clock, limit, minutes):
    quiz = open_until(closes_at=clock.now + timedelta(minutes=60), time_limit_minutes=limit)

    start(sign_in(member), quiz)

    assert db.session.scalars(select(Attempt)).one().due_at == clock.now + timedelta(minutes=minutes)


def test_open_papers_move_with_the_closing(sign_in, member, instructor, open_until, clock):
    quiz = open_until(closes_at=clock.now + timedelta(minutes=60))
    start(sign_in(member), quiz)
    later = (clock.now + timedelta(hours=11)).strftime("%Y-%m-%dT%H:%M")

    author = sign_in(instructor)
    page = author.get(f"/study/manage/quizzes/{quiz.id}/settings").text
    seen = {"seen": page.split('name="seen"')[1].split('value="')[1].split('"')[0]} if 'name="seen"' in page else {}
    data = {**RULES, **seen, "closes_at": later, "review": "at_once"}
    answer = author.post(f"/study/manage/quizzes/{quiz.id}/settings", data=data)

    db.session.expire_all()
    attempt = db.session.scalars(select(Attempt)).one()
    assert answer.status_code == 303
    assert attempt.due_at == db.session.scalars(select(Quiz)).one().closes_at
    assert attempt.due_at > clock.now + timedelta(hours=2)


@pytest.mark.parametrize(("limit", "closing", "minutes"), [("5", 600, 30), ("90", 600, 30), ("", 20, 20)])
def test_an_open_paper_keeps_the_time_limit_with_which_it_was_begun(
    sign_in, member, instructor, open_until, clock, limit, closing, minutes
):
    quiz = open_until(time_limit_minutes=30)
    start(sign_in(member), quiz)
    begun = clock.now
    closes = begun + timedelta(hours=8, minutes=closing)

    author, url = sign_in(instructor), f"/study/manage/quizzes/{quiz.id}/settings"
    for data in ({"time_limit_minutes": limit}, {"time_limit_minutes": limit, "closes_at": f"{closes:%Y-%m-%dT%H:%M}"}):
        page = author.get(url).text
        seen = page.split('name="seen"')[1].split('value="')[1].split('"')[0]
        assert author.post(url, data={**RULES, "seen": seen, "review": "at_once", **data}).status_code == 303

    db.session.expire_all()
    due = db.session.scalars(select(Attempt)).one().due_at
    assert due == (begun + timedelta(minutes=minutes)).replace(second=due.second, microsecond=due.microsecond)


def test_between_two_attempts_there_is_a_pause(sign_in, member, open_until, clock):
    quiz = open_until(delay_minutes=30)
    browser = sign_in(member)
    hand_in(browser, start(browser, quiz).location)

    assert start(browser, quiz).status_code == 409
    page = browser.get(f"/study/quizzes/{quiz.id}").text
    assert "下一次" in page
    assert "&lt;time" not in page
    clock.advance(minutes=30)
    assert start(browser, quiz).status_code == 303


@pytest.mark.parametrize("review", [Review.AFTER_CLOSING, Review.NEVER])
def test_answers_are_not_shown_before_their_time(sign_in, member, open_until, clock, review):
    quiz = open_until(review=review, closes_at=clock.now + timedelta(hours=1))
    browser = sign_in(member)
    url = start(browser, quiz).location
    done = hand_in(browser, url).text

    assert "100%" in done
    assert "&lt;time" not in done
    for secret in (CANARY, "选项1", 'class="opt'):
        assert secret not in done[done.index("<main") : done.index("</main>")]
    assert CANARY not in browser.get(f"{url}?wrong=1").text
    # Others may still be writing: their answers are taken within the grace.
    clock.advance(hours=1, seconds=30)
    assert CANARY not in browser.get(url).text
    clock.advance(seconds=1)
    assert (CANARY in browser.get(url).text) is (review is Review.AFTER_CLOSING)
    assert db.session.scalars(select(Attempt)).one().state is AttemptState.SUBMITTED


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"opens_at": "tomorrow"}, "2027-03-01"),
        ({"closes_at": "9999-12-31T23:59"}, "太远"),
        ({"opens_at": "2027-03-02T10:00", "closes_at": "2027-03-01T10:00"}, "关闭时间"),
        ({"review": "after_closing"}, "关闭"),
        ({"delay_minutes": "-1"}, "43200"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(sign_in, instructor, typed, words):
    CourseFactory(slug="timed")
    data = {**RULES, "review": "at_once", **typed}

    answer = sign_in(instructor).post("/study/manage/courses/timed/quizzes/new", data=data)

    assert answer.status_code == 422
    assert words in answer.text
    for value in typed.values():
        assert value in answer.text
    assert db.session.scalars(select(Quiz)).all() == []


def test_times_are_typed_and_shown_in_the_authors_zone(sign_in, instructor):
    CourseFactory(slug="timed")
    browser = sign_in(instructor)
    data = {
        **RULES,
        "opens_at": "2027-03-01T10:00",
        "closes_at": "2027-03-02T10:00",
        "delay_minutes": "5",
        "review": "never",
    }

    browser.post("/study/manage/courses/timed/quizzes/new", data=data)

    quiz = db.session.scalars(select(Quiz)).one()
    assert (quiz.opens_at.isoformat(), quiz.delay_minutes, quiz.review) == (
        "2027-03-01T02:00:00+00:00",
        5,
        Review.NEVER,
    )
    page = browser.get(f"/study/manage/quizzes/{quiz.id}/settings").text
    assert 'value="2027-03-01T10:00"' in page
    assert 'value="2027-03-02T10:00"' in page


@pytest.mark.parametrize(
    ("ahead", "left", "has_day"), [({"days": 3, "hours": 2}, "3 d 2 h", True), ({"hours": 2}, "2:00:00", False)]
)
def test_a_paper_that_ends_another_day_says_which(sign_in, member, open_until, clock, ahead, left, has_day):
    quiz = open_until(closes_at=clock.now + timedelta(**ahead))
    browser = sign_in(member)

    page = browser.get(start(browser, quiz).location, headers={"Accept-Language": "en"}).text

    ends = page.split("ends at ", 1)[1].split(" and is then", 1)[0]
    assert (f"Left <b>{left}</b>" in page, len(ends.split()) > 1) == (True, has_day)
