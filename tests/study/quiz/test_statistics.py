"""The statistics of a quiz as its teachers see them."""

import re
import time
from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from core.db import db
from core.faces import Faces
from study.enums import AttemptState, QuestionKind
from study.models import Attempt, AttemptSlot, Question, QuestionVersion
from study.quiz.kinds import FULL, Option, QuestionContent
from study.quiz.queries.statistics import Which, statistics_of
from tests.factories.accounts import UserFactory
from tests.factories.quiz import add_version, choice, enrolled, quiz_with, short, truth

EN = {"Accept-Language": "en"}


@pytest.fixture
def quiz():
    return quiz_with(choice(1000, 0, 0), short("five"), truth(), pass_thousandths=500)


def take(browser, quiz, *answers: str) -> None:
    """Write a paper: what stands for "" is left open."""
    url = browser.post(f"/study/quizzes/{quiz.id}/attempts").location
    data = {"client": "c", "go": "end", "sure": "1"}
    for at, said in enumerate(answers, start=1):
        data |= {f"seen{at}": "0", f"q{at}": said}
    browser.post(url, data=data)


@pytest.fixture
def taken(sign_in, quiz):
    """Four people took it; the first of them twice."""
    course, people = quiz.course, [UserFactory() for _n in range(4)]
    for user, answers in zip(
        people, [("1", "five", "1"), ("1", "Five", "2"), ("2", "six", ""), ("3", "", "")], strict=True
    ):
        enrolled(user, course)
        take(sign_in(user), quiz, *answers)
    take(sign_in(people[0]), quiz, "2", "", "2")
    return quiz


def cell(page: str, label: str, place: int) -> str:
    """Return what stands in a column of the table, in one row."""
    return page.split(f'data-l="{label}">')[place].split("<", maxsplit=1)[0]


def test_the_page_says_what_the_first_papers_say(sign_in, instructor, taken):
    page = sign_in(instructor).get(f"/study/manage/quizzes/{taken.id}/statistics", headers=EN).text

    assert [cell(page, "Facility", n) for n in (1, 2, 3)] == ["50.0 %", "50.0 %", "25.0 %"]
    assert [cell(page, "Papers", n) for n in (1, 2, 3)] == ["4"] * 3
    for words in (
        "<dt>Papers</dt><dd>4</dd>",
        "<dd>2 (50 %)</dd>",
        "<dd>1.25 of 3.00</dd>",
        "<dt>Median</dt><dd>1.00</dd>",
    ):
        assert words in page
    # 3, 2, 0, 0 of three questions: variances 1/3, 1/3, 1/4 against 9/4.
    assert f"<dt>Reliability (α)</dt><dd>{1.5 * (1 - (11 / 12) / 2.25):.2f}</dd>" in page


@pytest.mark.parametrize(
    ("which", "count", "facility"),
    [("last", 4, "25.0 %"), ("best", 4, "50.0 %"), ("all", 5, "40.0 %"), ("x", 4, "50.0 %")],
)
def test_other_papers_are_looked_at_when_asked_for(sign_in, instructor, taken, which, count, facility):
    page = sign_in(instructor).get(f"/study/manage/quizzes/{taken.id}/statistics?of={which}", headers=EN).text

    assert (f"<dt>Papers</dt><dd>{count}</dd>" in page, cell(page, "Facility", 1)) == (True, facility)


def test_what_cannot_be_known_is_a_dash(sign_in, instructor, member, quiz):
    enrolled(member, quiz.course)
    take(sign_in(member), quiz, "1", "five", "1")

    page = sign_in(instructor).get(f"/study/manage/quizzes/{quiz.id}/statistics", headers=EN).text

    assert [cell(page, name, 1) for name in ("Facility", "Spread", "Discrimination", "Efficiency", "Weight")] == [
        "100.0 %",
        *["—"] * 4,
    ]
    assert "<dt>Reliability (α)</dt><dd>—</dd>" in page


def test_nothing_is_said_of_a_quiz_nobody_took(sign_in, instructor, quiz):
    page = sign_in(instructor).get(f"/study/manage/quizzes/{quiz.id}/statistics", headers=EN)

    assert (page.status_code, "Nobody has handed in a paper yet." in page.text) == (200, True)


def rows_of(page: str) -> list[tuple[str, str]]:
    body = page.split("<tbody>")[1].split("</tbody>", maxsplit=1)[0]
    found = []
    for row in body.split("<tr>")[1:]:
        head, count = row.split("</th>")[0], row.split('class="n">')[1].split("<")[0]
        found.append((head.split(">")[-1].strip() or head, count))
    return found


def test_how_often_each_answer_was_given_is_counted(sign_in, instructor, taken):
    versions = db.session.scalars(select(QuestionVersion).order_by(QuestionVersion.id)).all()
    browser = sign_in(instructor)
    pages = [
        browser.get(f"/study/manage/quizzes/{taken.id}/statistics/{one.question_id}", headers=EN).text
        for one in versions
    ]

    assert [count for _name, count in rows_of(pages[0])] == ["2", "1", "1", "0"]
    assert rows_of(pages[1]) == [("Five", "1"), ("five", "1"), ("six", "1"), ("not answered", "1")]
    assert [count for _name, count in rows_of(pages[2])] == ["1", "1", "2"]


def test_the_share_of_an_answer_is_rounded_and_not_cut(sign_in, instructor, quiz):
    course = quiz.course
    for answer in ("1", "1", "2"):
        user = UserFactory()
        enrolled(user, course)
        take(sign_in(user), quiz, answer)
    asked = db.session.scalars(select(QuestionVersion.question_id).order_by(QuestionVersion.id)).first()

    page = sign_in(instructor).get(f"/study/manage/quizzes/{quiz.id}/statistics/{asked}", headers=EN).text

    shares = re.findall(r'<td class="n">(\d+) %', page.split("<tbody>")[1].split("</tbody>", maxsplit=1)[0])
    assert shares == ["67", "33", "0", "0"]


def test_versions_are_counted_apart_and_parts_by_how_often_they_were_right(sign_in, instructor, member):
    pairs = QuestionContent(
        kind=QuestionKind.MATCHING,
        text=Faces(en="Who?"),
        options=[Option(text=Faces(en=one), partner=Faces(en=one * 2), fraction=0) for one in ("ab", "cd")],
    )
    quiz = quiz_with(pairs)
    enrolled(member, quiz.course)
    browser = sign_in(member)
    asked = db.session.scalars(select(QuestionVersion)).one()
    for version in (1, 2):
        url = browser.post(f"/study/quizzes/{quiz.id}/attempts").location
        data = {"client": "c", "go": "end", "sure": "1", "seen1": "0", "q1.1": "1", "q1.2": "1"}
        browser.post(url, data=data)
        if version == 1:
            add_version(db.session.get(Question, asked.question_id), pairs, 2)

    page = (
        sign_in(instructor)
        .get(f"/study/manage/quizzes/{quiz.id}/statistics/{asked.question_id}?of=all", headers=EN)
        .text
    )

    assert (page.count("<tbody>"), "Version 2" in page, "Version 1" in page) == (2, True, True)
    assert [count for _name, count in rows_of(page)] == ["1", "0", "0"]


def test_a_question_that_was_never_asked_is_not_there(sign_in, instructor, quiz):
    version = db.session.scalars(select(QuestionVersion).limit(1)).one()

    answer = sign_in(instructor).get(f"/study/manage/quizzes/{quiz.id}/statistics/{version.question_id}")

    assert answer.status_code == 404


def test_the_pages_cost_the_same_however_many_papers_there_are(sign_in, instructor, member, quiz, count_queries):
    course, question_id = quiz.course, db.session.scalars(select(QuestionVersion.question_id).limit(1)).one()
    costs = []
    for _papers in (1, 2):
        user = UserFactory()
        enrolled(user, course)
        take(sign_in(user), quiz, "1", "five", "1")
        browser = sign_in(instructor)
        for tail in ("", f"/{question_id}"):
            browser.get(f"/study/manage/quizzes/{quiz.id}/statistics{tail}")
            with count_queries() as seen:
                browser.get(f"/study/manage/quizzes/{quiz.id}/statistics{tail}")
            costs.append(len(seen))

    assert costs[:2] == costs[2:]


def test_five_thousand_papers_of_fifty_questions_take_two_seconds_at_most(app, clock):
    quiz = quiz_with(*(choice(1000, 0, text=f"{n}?") for n in range(50)))
    versions = db.session.scalars(select(QuestionVersion.id)).all()
    moments = {"started_at": clock.now - timedelta(hours=1), "submitted_at": clock.now}
    paper = dict(user_id=UserFactory().id, state=AttemptState.SUBMITTED, mark=0, max_mark=50 * FULL, passed=False)
    db.session.execute(
        insert(Attempt), [dict(quiz_id=quiz.id, number=number, **paper, **moments) for number in range(1, 5001)]
    )
    slot = dict(option_order=[], max_mark=FULL, answered=True, seconds=40)
    db.session.execute(
        insert(AttemptSlot),
        [
            dict(attempt_id=ident, position=at, version_id=version, mark=FULL * (ident * at % 3 == 0), **slot)
            for ident in db.session.scalars(select(Attempt.id)).all()
            for at, version in enumerate(versions, start=1)
        ],
    )

    took = []
    for _run in range(3):
        begun = time.process_time()
        found = statistics_of(quiz, Which.ALL)
        took.append(time.process_time() - begun)

    assert (found.whole.count, len(found.items), found.items[0].figures.count) == (5000, 50, 5000)
    assert {item.time for item in found.items} == {timedelta(seconds=40)}
    assert min(took) < 2


def test_the_time_of_each_question_is_told_where_it_was_answered(sign_in, instructor, member, quiz, clock):
    enrolled(member, quiz.course)
    browser = sign_in(member)
    url = browser.post(f"/study/quizzes/{quiz.id}/attempts").location
    clock.advance(seconds=70)
    browser.post(url, data={"client": "c", "seen1": "0", "q1": "1", "go": "save"})
    clock.advance(seconds=20)
    browser.post(
        url, data={"client": "c", "seen1": "1", "q1": "1", "seen2": "1", "q2": "five", "go": "end", "sure": "1"}
    )

    page = sign_in(instructor).get(f"/study/manage/quizzes/{quiz.id}/statistics", headers=EN).text

    assert [cell(page, "Time taken", n) for n in (1, 2, 3)] == ["1 min 10 s", "0 min 20 s", "—"]
