"""What a player reports is collected, written in bulk and completes the lesson."""

import re

import pytest
from sqlalchemy import select, update

from core.buffer import flush_all
from core.db import db
from study.enums import CompletionRule, LearningState, ProgressKind
from study.models import Lesson, LessonProgress, ProgressEvent, Timing, Watching
from tests.factories.accounts import UserFactory
from tests.factories.media import played_lesson
from tests.factories.study import CourseFactory, EnrolmentFactory

EN = {"Accept-Language": "en"}


@pytest.fixture
def lesson(root, member):
    """A recording of 100 seconds that the member is to hear; 90 % are needed."""
    course = CourseFactory()
    EnrolmentFactory(user=member, course=course)
    return played_lesson(course, seconds=100)


@pytest.fixture
def listener(sign_in, member):
    return sign_in(member)


def token_of(browser, lesson) -> str:
    return re.search(r'data-token="([^"]+)"', browser.get(f"/study/lessons/{lesson.id}").text)[1]


def report(browser, lesson, token, spans="", **more):
    data = {"token": token, "spans": spans, "position": "0", "length": "100000", **more}
    return browser.post(f"/study/lessons/{lesson.id}/played", data=data, headers=EN)


def watching() -> list[Watching]:
    db.session.expire_all()
    return list(db.session.scalars(select(Watching)))


def heard() -> list[int]:
    entries = select(ProgressEvent.detail).where(ProgressEvent.kind == ProgressKind.WATCHED).order_by(ProgressEvent.id)
    return [detail["percent"] for detail in db.session.scalars(entries)]


def test_a_report_writes_nothing_by_itself_and_is_written_in_bulk(listener, lesson, clock):
    token = token_of(listener, lesson)
    clock.advance(seconds=20)
    answer = report(listener, lesson, token, "0-15000", position="15000")
    assert answer.json == {"words": "Played: 15% of the 90% needed.", "percent": 15, "done": False}
    assert watching() == []

    flush_all()

    (row,) = watching()
    assert (row.spans, row.position_ms, heard()) == ([[0, 15_000]], 15_000, [15])


def test_enough_of_it_completes_the_lesson_and_says_why(listener, lesson, clock):
    token = token_of(listener, lesson)
    for start in range(0, 90, 15):
        clock.advance(seconds=15)
        report(listener, lesson, token, f"{start * 1000}-{start * 1000 + 15_000}")
        flush_all()
    progress = db.session.scalars(select(LessonProgress)).one()
    assert (progress.state, progress.reason) == (LearningState.DONE, {"code": "watched", "percent": 90})
    assert heard() == [15, 30, 45, 60, 75, 90]
    page = listener.get(f"/study/lessons/{lesson.id}", headers=EN).text
    assert "Played: 90%. That is enough." in page


def test_the_share_that_completes_is_noted_although_it_is_a_small_step(listener, lesson, clock):
    token = token_of(listener, lesson)
    for end in (88_000, 90_000):
        clock.advance(seconds=60)
        report(listener, lesson, token, f"0-{end}")
        flush_all()
    assert heard() == [88, 90]


def test_jumping_to_the_end_completes_nothing(listener, lesson, clock):
    token = token_of(listener, lesson)
    clock.advance(seconds=100)
    report(listener, lesson, token, "0-2000,98000-100000", position="100000")
    flush_all()
    assert db.session.scalars(select(LessonProgress)).one().state is LearningState.UNDER_WAY


def test_nobody_claims_more_than_the_clock_allows(listener, lesson, clock):
    token = token_of(listener, lesson)
    clock.advance(seconds=20)
    for _time in range(5):
        report(listener, lesson, token, "0-100000")
        flush_all()
    assert watching()[0].spans == [[0, 40_000]]


@pytest.mark.parametrize("kind", ["none", "rubbish", "of another lesson", "of another member"])
def test_a_page_that_was_sent_to_nobody_of_the_kind_has_no_time_to_report(listener, lesson, clock, sign_in, kind):
    other = UserFactory()
    EnrolmentFactory(user=other, course=lesson.module.course)
    tokens = {"none": lambda: "", "rubbish": lambda: "a.b"}
    tokens["of another lesson"] = lambda: token_of(listener, played_lesson(lesson.module.course))
    tokens["of another member"] = lambda: token_of(sign_in(other), lesson)
    token = tokens[kind]()
    clock.advance(seconds=60)
    report(listener, lesson, token, "0-50000")
    flush_all()
    assert watching()[0].spans == []


def test_one_goes_on_where_one_stopped(listener, lesson, clock):
    token = token_of(listener, lesson)
    clock.advance(seconds=60)
    report(listener, lesson, token, "0-42000", position="42000")
    address = f"/study/lessons/{lesson.id}"
    waiting = listener.get(address, headers=EN).text
    flush_all()
    written = listener.get(address, headers=EN).text
    for page in (waiting, written):
        assert "/file#t=42" in page
        assert "It goes on at 0:42." in page
    assert "#t=" not in listener.get(f"{address}?t=0").text


def test_what_is_said_on_leaving_is_written_at_once(listener, lesson, clock):
    token = token_of(listener, lesson)
    clock.advance(seconds=60)
    report(listener, lesson, token, "0-42000", position="42000", leaving="1")
    assert (watching()[0].position_ms, heard()) == (42_000, [42])


@pytest.mark.parametrize(
    "changes",
    [{"spans": "x"}, {"spans": "0-1," * 90}, {"position": "-1"}, {"position": "1e5"}, {"length": "9" * 40}],
)
def test_a_report_without_sense_is_refused(listener, lesson, changes):
    assert report(listener, lesson, token_of(listener, lesson), **changes).status_code == 422
    flush_all()
    assert watching() == []


def test_nothing_is_kept_of_those_who_do_not_take_the_course(sign_in, lesson, instructor):
    browser = sign_in(instructor)
    assert "data-report" not in browser.get(f"/study/lessons/{lesson.id}").text
    assert report(browser, lesson, "", "0-500").json == {"words": ""}
    flush_all()
    assert watching() == []


def test_a_report_from_another_site_is_refused(listener, lesson, csrf):
    assert report(listener, lesson, "", "0-500").status_code == 400


def test_a_lesson_deleted_meanwhile_holds_nothing_up(listener, lesson, clock):
    token = token_of(listener, lesson)
    clock.advance(seconds=60)
    report(listener, lesson, token, "0-5000")
    db.session.delete(lesson)
    db.session.commit()
    flush_all()
    assert watching() == []


@pytest.mark.scripts
@pytest.mark.parametrize(("seconds", "only_without_scripts"), [(100, True), (0, False)])
def test_what_has_no_known_length_is_marked_by_hand_with_scripts_too(lesson, listener, seconds, only_without_scripts):
    other = played_lesson(lesson.module.course, seconds=seconds)
    page = listener.get(f"/study/lessons/{other.id}", headers=EN).text
    assert ("Mark as watched" in page, "<noscript><form" in page) == (True, only_without_scripts)


def test_without_scripts_it_is_marked_by_hand_and_the_reason_says_so(listener, lesson, clock):
    page = listener.get(f"/study/lessons/{lesson.id}", headers=EN).text
    assert (lesson.completion, "Mark as watched" in page) == (CompletionRule.WATCHED, True)
    clock.advance(seconds=90)
    answer = listener.post(f"/study/lessons/{lesson.id}/read", headers=EN)
    assert answer.status_code == 303
    progress = db.session.scalars(select(LessonProgress)).one()
    assert (progress.state, progress.reason) == (LearningState.DONE, {"code": "said_watched", "percent": 0})
    assert "marked as watched by hand on" in listener.get(f"/study/lessons/{lesson.id}", headers=EN).text


def test_nothing_is_marked_as_watched_before_it_can_have_been_played(listener, lesson, clock):
    here = f"/study/lessons/{lesson.id}"
    listener.get(here)
    for seconds in (5, 60, 24):  # Nine tenths of a hundred seconds are asked for; the page is looked at again between.
        clock.advance(seconds=seconds)
        answer = listener.post(f"{here}/read", headers=EN)
        assert answer.headers["Location"] == here
        assert "open for less time than it plays" in listener.get(here, headers=EN).text
        assert db.session.scalars(select(LessonProgress)).one().state is not LearningState.DONE
    studied = select(ProgressEvent.detail["seconds"].as_integer()).where(ProgressEvent.kind == ProgressKind.STUDIED)
    assert sum(db.session.scalars(studied)) == 89  # The time that went by counts in any case.
    clock.advance(seconds=1)
    listener.post(f"{here}/read")
    assert db.session.scalars(select(LessonProgress)).one().state is LearningState.DONE


def test_what_was_marked_as_watched_stays_so_when_a_longer_recording_takes_its_place(listener, lesson, clock):
    here = f"/study/lessons/{lesson.id}"
    listener.get(here)
    clock.advance(seconds=90)
    listener.post(f"{here}/read")
    db.session.execute(update(Timing).values(length_ms=3_600_000))
    answer = listener.post(f"{here}/read", headers=EN)
    assert answer.headers["Location"] != here
    assert db.session.scalars(select(LessonProgress)).one().state is LearningState.DONE


@pytest.mark.parametrize("rows", [1, 3])
def test_writing_costs_the_same_for_one_report_and_for_three(listener, lesson, clock, count_queries, rows):
    token = token_of(listener, lesson)
    for _time in range(rows):
        clock.advance(seconds=5)
        report(listener, lesson, token, "0-5000")
    with count_queries() as seen:
        flush_all()
    assert len(seen) == 23


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (CompletionRule.READ, "Marked as read."),
        (CompletionRule.BY_HAND, "Noted: "),
        (CompletionRule.WATCHED, "Play it"),
    ],
)
def test_what_is_said_of_a_recording_goes_by_what_completes_it(listener, lesson, rule, words):
    db.session.execute(update(Lesson).where(Lesson.id == lesson.id).values(completion=rule))
    db.session.commit()

    page = listener.post(f"/study/lessons/{lesson.id}/read", headers=EN, follow_redirects=True).text

    said = ["Marked as read.", "Marked as watched.", "Noted: ", "Play it"]
    assert [one for one in said if one in page] == [words]
