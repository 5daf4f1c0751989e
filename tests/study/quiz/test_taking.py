"""How a quiz is taken: which attempt counts, how many questions a page shows, one way only, with a password."""

import json

import pytest
from sqlalchemy import select

from core import limits
from core.db import db, transaction
from study import result_handlers
from study.enums import Grading, ProgressKind, QuizMode, Refusal
from study.events import QuizReleased
from study.models import AnswerEvent, Attempt, LessonProgress, ProgressEvent, Quiz, QuizSlot, RefusedAnswer
from study.quiz.services import attempts as services
from study.quiz.services import papers
from study.quiz.services.attempts import Sent
from tests.factories.quiz import choice, enrolled, quiz_with
from tests.factories.study import CourseFactory

EN = {"Accept-Language": "en"}
RULES = {"title_zh": "测验", "pass_percent": "60", "attempts_allowed": "0", "grading": "best", "review": "at_once"}


@pytest.fixture
def taken(member):
    """Return ``taken(count, **settings)``: a quiz of so many questions that the member may take."""

    def make(count: int = 1, **settings):
        quiz = quiz_with(*(choice(1000, 0, text=f"第{n}题？") for n in range(1, count + 1)), **settings)
        enrolled(member, quiz.course)
        return quiz

    return make


def start(browser, quiz, **fields):
    return browser.post(f"/study/quizzes/{quiz.id}/attempts", data=fields)


def send(browser, url, answers, go="save", **fields):
    """Send answers ``{position: number}`` as a plain page does."""
    data = {"client": "c", "go": go, **{f"q{at}": str(said) for at, said in answers.items()}}
    return browser.post(url, data=data | {f"seen{at}": "0" for at in answers} | fields)


def take(browser, quiz, *answers: int) -> None:
    """Write a whole paper."""
    url = start(browser, quiz).location
    send(browser, url, dict(enumerate(answers, start=1)), "end", sure="1")


@pytest.mark.parametrize(
    ("grading", "percents", "marked"),
    [
        (Grading.BEST, [50, 100, 0], 100),
        (Grading.LAST, [50, 100, 0], 0),
        (Grading.FIRST, [50, 50, 50], 50),
        (Grading.MEAN, [50, 75, 50], None),
    ],
)
def test_what_counts_of_three_attempts_is_shown_and_in_the_ledger_of_progress(
    sign_in, member, taken, grading, percents, marked
):
    quiz = taken(2, grading=grading, pass_thousandths=750)
    browser = sign_in(member)
    noted = []
    for answers in ([1, 2], [1, 1], [2, 2]):
        take(browser, quiz, *answers)
        noted.append(db.session.scalars(select(ProgressEvent).order_by(ProgressEvent.id)).all()[-1])

    assert [event.detail["percent"] for event in noted] == percents
    verdicts = [event.kind is ProgressKind.QUIZ_PASSED for event in noted]
    assert verdicts == [percent >= 75 for percent in percents]
    page = browser.get(f"/study/quizzes/{quiz.id}", headers=EN).text
    assert page.count("counts</p>") == (0 if marked is None else 1)
    assert ("<dt>Mean</dt><dd>50 %</dd>" in page) is (marked is None)
    assert ("Not passed yet" in page) is (grading is not Grading.BEST)
    if marked is not None:
        assert f"<b>{marked}</b> %" in page[: page.index("counts</p>") + 200]


def test_the_best_paper_is_the_best_to_the_thousandth(sign_in, member, taken):
    quiz = taken(2, grading=Grading.BEST, pass_thousandths=605)
    slots = db.session.scalars(select(QuizSlot).order_by(QuizSlot.position)).all()
    slots[0].max_mark, slots[1].max_mark = 399, 601
    db.session.commit()
    browser = sign_in(member)
    take(browser, quiz, 2, 1)
    slots[0].max_mark, slots[1].max_mark = 391, 609
    db.session.commit()
    take(browser, quiz, 2, 1)

    page = browser.get(f"/study/quizzes/{quiz.id}", headers=EN).text

    papers = db.session.scalars(select(Attempt).order_by(Attempt.number)).all()
    assert [(one.mark, one.max_mark, one.passed) for one in papers] == [(601, 1000, False), (609, 1000, True)]
    assert "Not passed yet" not in page
    rows = page.split('<ul class="ledger">')[1].split("</ul>")[0].split("</li>")
    assert ["counts</p>" in row for row in rows[:2]] == [True, False]


@pytest.mark.parametrize(("grading", "passes"), [(Grading.FIRST, True), (Grading.LAST, True), (Grading.MEAN, False)])
def test_a_paper_keeps_its_verdict_when_more_is_asked_afterwards(sign_in, member, taken, grading, passes):
    quiz = taken(2, grading=grading, pass_thousandths=500, mode=QuizMode.EXAM)
    browser = sign_in(member)
    take(browser, quiz, 1, 2)
    quiz.pass_thousandths, quiz.released_at = 750, quiz.created_at
    db.session.commit()

    result_handlers.note_results([QuizReleased(quiz_id=quiz.id)])

    noted = db.session.scalars(select(ProgressEvent.kind)).one()
    page = browser.get(f"/study/quizzes/{quiz.id}", headers=EN).text
    assert ((noted is ProgressKind.QUIZ_PASSED), "Not passed yet" not in page) == (passes, passes)


def test_a_paper_to_which_nothing_is_sent_reads_no_answers(member, taken, actor_of, count_queries):
    quiz = taken(2)
    actor = actor_of(member)
    with transaction():
        attempt = papers.start(quiz, quiz.course_id, actor)
    seen, tables = [], ("study_answer_events", "study_attempt_slots")
    for sent in ([], [Sent(position=1, chosen=[1])]):
        with count_queries() as queries, transaction():
            services.save(attempt.id, actor, "c", sent)
        seen.append([sum(f"FROM {table}" in " ".join(one.split()) for one in queries) for table in tables])

    assert seen == [[0, 0], [1, 2]]


def test_a_mean_that_falls_below_the_line_takes_the_lesson_back(sign_in, member, taken):
    quiz = taken(1, grading=Grading.MEAN)
    browser = sign_in(member)
    take(browser, quiz, 1)
    done = db.session.scalars(select(LessonProgress.state)).one()
    take(browser, quiz, 2)

    assert (done, db.session.scalars(select(LessonProgress.state)).one()) == ("done", "under_way")


@pytest.mark.parametrize(("size", "shown", "pages"), [(2, 2, 3), (0, 5, 1), (10, 5, 1)])
def test_a_page_shows_as_many_questions_as_the_author_says(sign_in, member, taken, size, shown, pages):
    quiz = taken(5, page_size=size)
    browser = sign_in(member)
    url = start(browser, quiz).location

    first, last = (browser.get(f"{url}?page={number}", headers=EN).text for number in (1, pages))

    assert first.count('<fieldset class="q"') == shown
    assert 'id="q5"' in last
    assert (f"Page 1 of {pages}" in first) is (pages > 1)
    assert ('name="go" value="on"' in first) is (pages > 1)


def test_a_paper_that_goes_one_way_shows_no_page_again_and_takes_no_answer_to_it(sign_in, member, taken):
    quiz = taken(3, page_size=1, in_order=True)
    browser = sign_in(member)
    url = start(browser, quiz).location
    for at in (2, 3):
        page = browser.get(f"{url}?page={at}", headers=EN).text
        assert ("第1题" in page, "第2题" in page, "第3题" in page) == (True, False, False)
    assert ('value="back"' in page, 'value="end"' in page, 'name="upto" value="1"' in page) == (False, False, True)

    send(browser, url, {1: 1, 2: 1}, "on", upto="1")
    for _again in (1, 2):
        send(browser, url, {1: 2}, "on", upto="1")
    second = browser.get(url, headers=EN).text

    assert ("第1题" in second, "第2题" in second, "第3题" in second) == (False, True, False)
    kept = [(event.position, event.answer) for event in db.session.scalars(select(AnswerEvent))]
    assert kept == [(1, {"keys": ["a"]})]
    passed = db.session.scalars(select(RefusedAnswer)).all()
    assert {(one.position, one.reason) for one in passed} == {(1, Refusal.PASSED)}
    send(browser, url, {2: 1}, "on", upto="2")
    last = browser.get(url, headers=EN).text
    assert ('name="go" value="on"' in last, 'value="end"' in last) == (False, True)
    send(browser, url, {3: 1}, "on", upto="3")
    assert db.session.scalars(select(Attempt)).one().reached == 3
    send(browser, url, {3: 1}, "end")
    assert db.session.scalars(select(Attempt)).one().mark == 3000


def test_changes_to_pages_left_or_still_to_come_are_refused(sign_in, member, taken):
    quiz = taken(3, page_size=1, in_order=True)
    browser = sign_in(member)
    url = start(browser, quiz).location
    send(browser, url, {1: 1}, "on", upto="1")
    changes = [{"position": at, "client": "z", "sequence": at, "ago": 0, "values": {"": ["2"]}} for at in (1, 2, 3)]

    answer = browser.post(f"{url}/events", data={"changes": json.dumps(changes)}).get_json()

    assert [(one[0], one[3]) for one in answer["refused"]] == [(1, "passed"), (3, "forged")]
    assert [one[0] for one in answer["kept"]] == [2]


def test_an_open_paper_goes_on_as_it_was_begun_when_the_rules_change(sign_in, member, taken):
    quiz = taken(3, page_size=1, in_order=True)
    browser = sign_in(member)
    url = start(browser, quiz).location
    quiz.in_order, quiz.page_size = False, 0
    db.session.commit()

    assert browser.get(url).text.count('<fieldset class="q"') == 1


def test_without_the_password_nobody_begins(sign_in, member, taken):
    quiz = taken(1, password="晨光 7")
    browser = sign_in(member)
    page = browser.get(f"/study/quizzes/{quiz.id}", headers=EN).text
    assert ("晨光" in page, 'name="password"' in page) == (False, True)

    for typed in ("", "晨光", "晨光 7x"):
        answer = start(browser, quiz, password=typed)
        assert answer.location == f"/study/quizzes/{quiz.id}"
    assert db.session.scalars(select(Attempt)).all() == []

    url = start(browser, quiz, password=" 晨光 ７ ").location
    assert url.startswith("/study/attempts/")
    assert start(browser, quiz).location == url
    done = send(browser, url, {1: 1}, "end")
    assert f'<a class="btn" href="/study/quizzes/{quiz.id}">' in browser.get(done.location).text


def test_passwords_are_not_guessed(sign_in, member, taken):
    quiz = taken(1, password="open")
    browser = sign_in(member)
    limits.forget_all()
    codes = [start(browser, quiz, password=f"wrong {n}").status_code for n in range(21)]

    assert codes == [303] * 20 + [429]
    assert start(browser, quiz, password="open").status_code == 429
    limits.forget_all()


def test_the_rules_are_typed_and_shown_again(sign_in, instructor):
    CourseFactory(slug="ruled")
    browser = sign_in(instructor)
    data = {**RULES, "grading": "mean", "page_size": "0", "in_order": "y", "password": " 晨光 "}

    browser.post("/study/manage/courses/ruled/quizzes/new", data=data)

    quiz = db.session.scalars(select(Quiz)).one()
    assert (quiz.grading, quiz.page_size, quiz.in_order, quiz.password) == (Grading.MEAN, 0, True, "晨光")
    form = browser.get(f"/study/manage/quizzes/{quiz.id}/settings").text
    assert 'value="晨光"' in form
    assert 'name="page_size" type="text" value="0"' in form or 'name="page_size" type="number" value="0"' in form


def test_a_page_size_that_is_none_is_refused_beside_the_field(sign_in, instructor):
    CourseFactory(slug="ruled")
    answer = sign_in(instructor).post(
        "/study/manage/courses/ruled/quizzes/new", data={**RULES, "page_size": "101"}, headers=EN
    )

    assert (answer.status_code, "Enter a number from 0 to 100." in answer.text) == (422, True)
