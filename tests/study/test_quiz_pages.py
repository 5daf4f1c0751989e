"""Taking a quiz in the browser, without script."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from core import outbox
from core.db import db
from core.faces import Faces
from core.i18n import in_language
from study.enums import AttemptState, Grading, QuestionKind
from study.events import QuizSubmitted
from study.models import AnswerEvent, Attempt, LessonProgress, ProgressEvent, Question
from study.quiz.services import attempts
from study.quiz.wording import figure, left, marks, percent, took
from study.timers import submit_overdue
from tests.factories.accounts import UserFactory
from tests.factories.quiz import CANARY, add_version, choice, enrolled, quiz_with, short, truth
from tests.factories.study import CourseFactory, LessonFactory, ModuleFactory

MULTIPLE = QuestionKind.MULTIPLE_CHOICE


@pytest.fixture
def quiz(member):
    made = quiz_with(choice(0, 1000, 0), choice(500, 500, -500, kind=MULTIPLE), truth(), short("五", "5 days"))
    enrolled(member, made.course)
    return made


def begin(browser, quiz) -> str:
    answer = browser.post(f"/study/quizzes/{quiz.id}/attempts")
    assert answer.status_code == 303
    return answer.location


def fields(page) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(client|page|seen\d+)" value="([^"]*)"', page.text))


RIGHT = {"q1": "2", "q2": ["1", "2"], "q3": "1", "q4": "５ DAYS"}


def test_a_paper_is_begun_answered_and_handed_in(sign_in, member, quiz, announced, monkeypatch):
    monkeypatch.setitem(outbox._handlers, "test", (QuizSubmitted, list))
    browser = sign_in(member)
    url = begin(browser, quiz)

    answer = browser.post(url, data={**fields(browser.get(url)), **RIGHT, "go": "end"}, follow_redirects=True)

    attempt = db.session.scalars(select(Attempt)).one()
    assert (attempt.mark, attempt.max_mark, attempt.passed) == (4000, 4000, True)
    assert "100%" in answer.text
    assert QuizSubmitted(attempt_id=attempt.id, quiz_id=quiz.id, user_id=member.id) in announced()
    progress = db.session.scalars(select(LessonProgress)).one()
    assert progress.reason == {"code": "quiz_passed", "percent": 100}


def test_saved_answers_are_there_again_with_their_time(sign_in, member, quiz, clock):
    browser = sign_in(member)
    url = begin(browser, quiz)

    browser.post(url, data={**fields(browser.get(url)), "q1": "2", "q4": "<5>", "go": "save"})
    page = browser.get(url).text

    assert re.search(r'name="q1" value="2" checked', page)
    assert 'value="&lt;5&gt;"' in page
    moment = (clock.now + timedelta(hours=8)).strftime("%H:%M:%S")
    assert page.count(moment) == 2


def test_nothing_of_an_open_paper_gives_the_answers_away(sign_in, member):
    quiz = quiz_with(choice(333, 667, -1000, kind=MULTIPLE), short("canary-answer"), shuffle=True)
    enrolled(member, quiz.course)
    browser = sign_in(member)
    url = begin(browser, quiz)

    page = browser.get(url).text

    assert CANARY not in page
    assert "canary-answer" not in page
    # Figures by themselves: names of files and tokens may hold any.
    assert not re.search(r"fraction|version|(?<![\w-])(?:667|333)(?![\w-])", page)


def test_handing_in_twice_shows_the_result_and_changes_nothing(sign_in, member, quiz):
    browser = sign_in(member)
    url = begin(browser, quiz)
    page = fields(browser.get(url))
    browser.post(url, data={**page, **RIGHT, "go": "end"})

    again = browser.post(url, data={**page, **RIGHT, "q1": "1", "go": "end"}, follow_redirects=True)

    assert again.status_code == 200
    assert db.session.scalars(select(Attempt)).one().mark == 4000
    assert db.session.scalar(select(func.count()).select_from(ProgressEvent)) == 1


def test_open_questions_are_asked_about_before_handing_in(sign_in, member, quiz):
    browser = sign_in(member)
    url = begin(browser, quiz)

    asked = browser.post(url, data={**fields(browser.get(url)), "q1": "2", "go": "end"}, follow_redirects=True)
    assert db.session.scalars(select(Attempt)).one().is_open
    assert 'name="sure"' in asked.text
    browser.post(url, data={"client": "x", "go": "end", "sure": "1"})

    attempt = db.session.scalars(select(Attempt)).one()
    assert (attempt.state, attempt.mark, attempt.passed) == (AttemptState.SUBMITTED, 1000, False)


def test_a_page_left_open_in_another_tab_does_not_undo_newer_answers(sign_in, member, quiz):
    browser = sign_in(member)
    url = begin(browser, quiz)
    old = fields(browser.get(url))
    browser.post(url, data={**fields(browser.get(url)), "q1": "2", "q3": "1", "go": "save"})

    browser.post(url, data={**old, "q4": "5 days", "go": "save"})

    events = db.session.execute(select(AnswerEvent.position, AnswerEvent.answer).order_by(AnswerEvent.id)).all()
    assert [(event.position, event.answer) for event in events] == [
        (1, {"keys": ["b"]}),
        (3, {"keys": ["t"]}),
        (4, {"text": "5 days"}),
    ]


def test_going_back_and_choosing_otherwise_counts(sign_in, member, quiz):
    browser = sign_in(member)
    url = begin(browser, quiz)
    page = fields(browser.get(url))

    for chosen in ("2", "1", "1", "2"):
        browser.post(url, data={**page, "q1": chosen, "go": "save"})

    events = db.session.execute(select(AnswerEvent.sequence, AnswerEvent.answer).order_by(AnswerEvent.id)).all()
    assert [(event.sequence, event.answer["keys"]) for event in events] == [(1, ["b"]), (2, ["a"]), (3, ["b"])]


def test_unchecking_everything_takes_the_answer_back(sign_in, member, quiz):
    browser = sign_in(member)
    url = begin(browser, quiz)
    browser.post(url, data={**fields(browser.get(url)), "q2": ["1"], "go": "save"})

    browser.post(url, data={**fields(browser.get(url)), "go": "save"})

    assert "checked" not in browser.get(url).text


def test_answers_after_the_grace_period_are_refused_in_words(sign_in, member, clock):
    quiz = quiz_with(choice(1000, 0), truth(), time_limit_minutes=10)
    enrolled(member, quiz.course)
    browser = sign_in(member)
    url = begin(browser, quiz)
    page = fields(browser.get(url))
    browser.post(url, data={**page, "q1": "1", "go": "save"})
    clock.advance(minutes=10, seconds=31)

    answer = browser.post(url, data={**page, "q1": "1", "q2": "1", "go": "end"}, follow_redirects=True)

    attempt = db.session.scalars(select(Attempt)).one()
    assert (attempt.mark, attempt.submitted_at) == (1000, attempt.due_at)
    assert 'class="note late flash"' in answer.text


def test_answers_within_the_grace_period_are_taken(sign_in, member, clock):
    quiz = quiz_with(choice(1000, 0), time_limit_minutes=10)
    enrolled(member, quiz.course)
    browser = sign_in(member)
    url = begin(browser, quiz)
    page = fields(browser.get(url))
    clock.advance(minutes=10, seconds=29)

    browser.post(url, data={**page, "q1": "1", "go": "end"})

    assert db.session.scalars(select(Attempt)).one().mark == 1000


def test_the_timer_hands_in_what_is_overdue_once(sign_in, member, clock):
    quiz = quiz_with(choice(1000, 0), time_limit_minutes=10)
    enrolled(member, quiz.course)
    begin(sign_in(member), quiz)
    assert submit_overdue() == 0
    clock.advance(minutes=11)

    assert (submit_overdue(), submit_overdue()) == (1, 0)

    assert db.session.scalar(select(func.count()).select_from(ProgressEvent)) == 1


def test_a_look_at_an_overdue_paper_writes_nothing_and_leads_to_the_result(sign_in, member, clock):
    quiz = quiz_with(choice(1000, 0), time_limit_minutes=10)
    enrolled(member, quiz.course)
    browser = sign_in(member)
    url = begin(browser, quiz)
    clock.advance(hours=1)

    page = browser.get(url)

    assert (page.status_code, "到时间了" in page.text) == (200, True)
    assert db.session.scalars(select(Attempt)).one().is_open
    result = browser.post(url, data={"go": "end", "sure": "1"}, follow_redirects=True)
    assert (result.status_code, submit_overdue()) == (200, 0)
    assert not db.session.scalars(select(Attempt)).one().is_open


def test_who_does_not_take_the_course_enrols_first(sign_in, member, quiz):
    stranger = UserFactory()

    answer = sign_in(stranger).post(f"/study/quizzes/{quiz.id}/attempts")

    assert answer.status_code == 409
    assert "Enrol" in answer.text or "报名" in answer.text or "参加" in answer.text


def test_used_up_attempts_are_said_in_words(sign_in, member):
    quiz = quiz_with(truth(), attempts_allowed=1)
    enrolled(member, quiz.course)
    browser = sign_in(member)
    url = begin(browser, quiz)
    browser.post(url, data={**fields(browser.get(url)), "q1": "1", "go": "end"})

    answer = browser.post(f"/study/quizzes/{quiz.id}/attempts")

    assert answer.status_code == 409
    assert "1" in answer.text


def test_another_ones_paper_is_not_found(sign_in, member, quiz, administrator):
    url = begin(sign_in(member), quiz)
    other = sign_in(administrator)

    assert other.get(url).status_code == 404
    assert other.post(url, data={"go": "end"}).status_code == 404


def test_a_paper_keeps_the_version_it_was_drawn_with(sign_in, member):
    quiz = quiz_with(choice(1000, 0, text="旧题？"))
    enrolled(member, quiz.course)
    browser = sign_in(member)
    url = begin(browser, quiz)
    add_version(db.session.scalars(select(Question)).one(), choice(0, 1000, text="新题？"), 2)

    browser.post(url, data={**fields(browser.get(url)), "q1": "1", "go": "end"})

    assert "旧题？" in browser.get(url).text
    assert db.session.scalars(select(Attempt)).one().mark == 1000
    assert "新题？" in browser.get(begin(browser, quiz)).text


def test_when_the_last_attempt_counts_a_failed_one_undoes_a_passed_one(sign_in, member):
    quiz = quiz_with(truth(), grading=Grading.LAST)
    enrolled(member, quiz.course)
    browser = sign_in(member)
    for chosen in ("1", "2"):
        url = begin(browser, quiz)
        browser.post(url, data={**fields(browser.get(url)), "q1": chosen, "go": "end"})

    assert db.session.scalars(select(LessonProgress)).one().reason == {"code": "quiz_failed", "percent": 0}


def test_the_quiz_page_lists_earlier_attempts(sign_in, member, quiz):
    browser = sign_in(member)
    url = begin(browser, quiz)
    browser.post(url, data={**fields(browser.get(url)), **RIGHT, "go": "end"})

    page = browser.get(f"/study/quizzes/{quiz.id}")

    assert f'href="{url}"' in page.text


def test_only_wrong_answers_can_be_shown(sign_in, member, quiz):
    browser = sign_in(member)
    url = begin(browser, quiz)
    browser.post(url, data={**fields(browser.get(url)), **RIGHT, "q3": "2", "go": "end"})

    page = browser.get(f"{url}?wrong=1").text

    assert re.findall(r'<section class="q" id="q(\d)"', page) == ["3"]


@pytest.mark.parametrize("count", [1, 3, 12])
def test_pages_of_a_paper_cost_the_same_for_any_number_of_questions(sign_in, member, count_queries, count):
    quiz = quiz_with(*[choice(1000, 0, text=f"第 {n} 题") for n in range(count)])
    enrolled(member, quiz.course)
    browser = sign_in(member)
    url = begin(browser, quiz)
    with count_queries() as seen:
        page = browser.get(url)
    assert (page.text.count("<fieldset"), len(seen)) == (min(count, 10), 7)
    browser.post(url, data={**fields(page), "q1": "1", "go": "end", "sure": "1"})
    with count_queries() as seen:
        browser.get(url)
    # Of questions that were not answered right it is asked, once for all, what they rest on.
    assert len(seen) == (10 if count == 1 else 11)


def test_questions_fall_into_pages_of_ten(sign_in, member):
    quiz = quiz_with(*[choice(1000, 0, text=f"第 {n} 题") for n in range(12)])
    enrolled(member, quiz.course)
    browser = sign_in(member)
    url = begin(browser, quiz)

    moved = browser.post(url, data={**fields(browser.get(url)), "q1": "1", "go": "on"})

    assert moved.location == f"{url}?page=2"
    assert "第 11 题" in browser.get(moved.location).text


def test_a_quiz_behind_an_unfinished_lesson_says_what_opens_it(sign_in, member):
    course = CourseFactory(in_order=True)
    LessonFactory(module=ModuleFactory(course=course, position=-1), title=Faces("先读这一节", "Read this first"))
    quiz = quiz_with(truth(), course=course)
    enrolled(member, course)
    browser = sign_in(member)

    for answer in (
        browser.get(f"/study/quizzes/{quiz.id}"),
        browser.post(f"/study/quizzes/{quiz.id}/attempts"),
    ):
        assert answer.status_code == 403
        assert "先读这一节" in answer.text or "Read this first" in answer.text
    assert db.session.scalars(select(Attempt)).all() == []


def test_a_stale_or_forged_page_changes_nothing_it_should_not(sign_in, member, quiz):
    browser = sign_in(member)
    url = begin(browser, quiz)

    sent = {"seen1": "999999", "q1": "77", "seen2": "x", "q2": ["-1", "1e9"], "seen99": "0", "q99": "1", "seen3": "0"}
    answer = browser.post(url, data={**sent, "client": "c" * 500, "page": "x", "go": "save"})

    assert answer.status_code == 303
    assert db.session.scalars(select(AnswerEvent)).all() == []


def test_a_paper_is_handed_in_by_starting_anew_when_its_time_is_up(sign_in, member, clock):
    quiz = quiz_with(truth(), time_limit_minutes=1)
    enrolled(member, quiz.course)
    browser = sign_in(member)
    first = begin(browser, quiz)
    clock.advance(minutes=5)

    assert begin(browser, quiz) != first
    states = db.session.scalars(select(Attempt.state).order_by(Attempt.number)).all()
    assert states == [AttemptState.SUBMITTED, AttemptState.OPEN]


def test_starting_twice_goes_on_with_the_open_paper(sign_in, member, quiz):
    browser = sign_in(member)

    assert begin(browser, quiz) == begin(browser, quiz)


def test_results_say_right_wrong_and_why_in_words(sign_in, member, quiz):
    browser = sign_in(member)
    browser.set_cookie("lang", "en", domain="localhost")
    url = begin(browser, quiz)
    sent = {"q1": "1", "q2": ["1"], "q3": "1", "q4": "six"}

    page = browser.post(url, data={**fields(browser.get(url)), **sent, "go": "end"}, follow_redirects=True).text

    assert "Result: 37 %" in page
    assert page.count("</svg> Wrong</span>") == 3
    assert "in part" in page
    assert "0.5 of 1 mark" in page
    assert re.search(rf"选项1(?:(?!</div>).)*Wrong(?:(?!</div>).)*说明1 {CANARY}", page, re.DOTALL)
    assert 'id="csrf_token"' not in page
    assert f"总说明 {CANARY}" in page
    assert "五; 5 days" in page


def test_one_paper_that_cannot_be_handed_in_does_not_hold_up_the_others(sign_in, clock, monkeypatch, caplog):
    course = CourseFactory()
    quiz = quiz_with(truth(), course=course, time_limit_minutes=1)
    for _number in range(3):
        user = UserFactory()
        enrolled(user, course)
        begin(sign_in(user), quiz)
    clock.advance(minutes=5)
    first = db.session.scalars(select(Attempt.id).order_by(Attempt.id)).first()
    real = attempts.hand_in_if_overdue

    def break_one(attempt_id):
        if attempt_id == first:
            raise RuntimeError("broken")
        return real(attempt_id)

    monkeypatch.setattr(attempts, "hand_in_if_overdue", break_one)

    assert submit_overdue() == 2
    assert f"Attempt {first} could not be handed in" in caplog.text


def test_the_quiz_page_offers_what_this_reader_can_do(sign_in, client, member):
    course = CourseFactory(audience="public")
    quiz = quiz_with(truth(), course=course, attempts_allowed=1, time_limit_minutes=90)
    empty = quiz_with(course=course)
    url, start = f"/study/quizzes/{quiz.id}", f'action="/study/quizzes/{quiz.id}/attempts"'

    assert f"/account/sign-in?next={url}" in client.get(url).text
    browser = sign_in(member)
    assert f'action="/study/courses/{course.slug}/enrol"' in browser.get(url).text
    enrolled(member, course)
    assert start in browser.get(url).text
    assert f'action="/study/quizzes/{empty.id}/attempts"' not in browser.get(f"/study/quizzes/{empty.id}").text
    assert browser.post(f"/study/quizzes/{empty.id}/attempts").status_code == 409
    paper = begin(browser, quiz)
    assert start not in browser.get(url).text
    assert f'href="{paper}"' in browser.get(url).text
    browser.post(paper, data={"client": "c", "seen1": "0", "q1": "2", "go": "end"})
    assert start not in browser.get(url).text


@pytest.mark.parametrize(("grading", "counted"), [(Grading.BEST, 1), (Grading.LAST, 2)])
def test_the_quiz_page_marks_the_attempt_that_counts(sign_in, member, grading, counted):
    quiz = quiz_with(truth(), grading=grading)
    enrolled(member, quiz.course)
    browser = sign_in(member)
    browser.set_cookie("lang", "en", domain="localhost")
    for chosen in ("1", "2"):
        url = begin(browser, quiz)
        browser.post(url, data={**fields(browser.get(url)), "q1": chosen, "go": "end"})

    page = browser.get(f"/study/quizzes/{quiz.id}").text

    assert page.count(">counts<") == 1
    assert page.index(">counts<") > page.index(f">Attempt {counted}<")
    assert (page.index(">counts<") < page.index(">Attempt 1<")) is (counted == 2)


def test_no_quiz_of_this_number_is_not_found(sign_in, member):
    assert sign_in(member).get("/study/quizzes/999").status_code == 404
    assert sign_in(member).get("/study/attempts/999").status_code == 404


def test_times_and_figures_in_words(app):
    with in_language("en"):
        assert [figure(n) for n in (0, 500, 1000, -333, 12340)] == ["0", "0.5", "1", "-0.333", "12.34"]
        assert [percent(n) for n in (600, 667, 1000)] == ["60", "66.7", "100"]
        assert [marks(n) for n in (1000, 2000, 1500)] == ["1 mark", "2 marks", "1.5 marks"]
        assert [left(timedelta(seconds=n)) for n in (5, 760, 3725)] == ["0:05", "12:40", "1:02:05"]
        assert [took(timedelta(seconds=n)) for n in (75, 3725)] == ["1 min 15 s", "1 h 2 min"]
