"""The bank in the browser: found, arranged, versions and their states, where a question is used."""

import re

import pytest
from sqlalchemy import select

from core.db import db
from core.faces import Faces
from study.enums import Difficulty, VersionState
from study.models import Question, QuestionVersion, QuizSlot
from study.quiz.kinds import Option, QuestionContent
from tests.factories.quiz import add_version, bank_for, choice, question, quiz_with, short, truth
from tests.factories.study import LessonFactory, ModuleFactory

EN = {"Accept-Language": "en"}


@pytest.fixture
def bank(course):
    return bank_for(course)


def placed(bank, content, **place) -> Question:
    """A question at its place."""
    row = question(bank, content)
    for name, value in place.items():
        setattr(row, name, value)
    db.session.commit()
    return row


def titles(page: str) -> list[str]:
    return re.findall(r'<h3><a href="/study/manage/questions/\d+/preview">(?:<span[^>]*>)?([^<]*)', page)


@pytest.fixture
def three(bank):
    """Three questions, told apart by everything there is to find."""
    return [
        placed(bank, choice(1000, 0, text="谁主持会议？"), folder="制度/会议", tags="|会议|", level=Difficulty.EASY),
        placed(bank, short("five"), folder="制度", tags="|会议|公开|"),
        placed(bank, truth(), state=VersionState.RETIRED, level=Difficulty.HARD),
    ]


@pytest.mark.parametrize(
    ("wish", "found"),
    [
        ({}, [0, 1, 2]),
        ({"q": "主持"}, [0]),
        ({"q": "HOW many"}, [1]),
        ({"q": "100%"}, []),
        ({"kind": "short_answer"}, [1]),
        ({"kind": "nonsense"}, [0, 1, 2]),
        ({"folder": "制度"}, [0, 1]),
        ({"folder": "制度/会议"}, [0]),
        ({"folder": "-"}, [2]),
        ({"tag": "公开"}, [1]),
        ({"level": "hard"}, [2]),
        ({"level": "-"}, [1]),
        ({"state": "retired"}, [2]),
        ({"tag": "会议", "level": "easy"}, [0]),
        ({"twins": "1"}, []),
    ],
)
def test_questions_are_found_by_what_they_are(browser, bank, three, wish, found):
    names = ["谁主持会议？", "How many days?", "Accounts are published."]
    page = browser.get(f"/study/manage/banks/{bank.id}", query_string=wish, headers=EN)
    assert (page.status_code, titles(page.text)) == (200, [names[place] for place in found])


@pytest.mark.parametrize("rows", [1, 3])
def test_the_bank_costs_the_same_at_any_length(browser, bank, count_queries, rows):
    for number in range(rows):
        placed(bank, short(f"answer {number}"), folder=f"f{number}", tags=f"|t{number}|")
    browser.get(f"/study/manage/banks/{bank.id}")
    with count_queries() as seen:
        page = browser.get(f"/study/manage/banks/{bank.id}")
    assert (len(titles(page.text)), len(seen)) == (rows, 11)


def arrange(browser, bank, rows, **data):
    data["question"] = [str(row.id) for row in rows]
    answer = browser.post(f"/study/manage/banks/{bank.id}/arrange", data=data)
    db.session.expire_all()
    return answer


@pytest.mark.parametrize(
    ("data", "name", "value"),
    [
        ({"act": "move", "folder": " 新 / 一 //"}, "folder", "新/一"),
        ({"act": "tag", "tags": "会议，新、x|y"}, "tags", "|会议|公开|新|x y|"),
        ({"act": "untag", "tags": "公开"}, "tags", "|会议|"),
        ({"act": "level", "level": "medium"}, "level", Difficulty.MEDIUM),
        ({"act": "retire"}, "state", VersionState.RETIRED),
    ],
)
def test_many_questions_are_arranged_at_once(browser, bank, three, data, name, value):
    answer = arrange(browser, bank, three[1:2], **data)
    assert (answer.status_code, getattr(three[1], name)) == (303, value)


def test_all_that_were_found_are_arranged_and_nothing_else(browser, bank, three):
    answer = arrange(browser, bank, [], act="move", folder="neu", all="1", **{"wish-folder": "制度"})
    assert answer.location.endswith(f"/study/manage/banks/{bank.id}?folder=%E5%88%B6%E5%BA%A6")
    assert [row.folder for row in three] == ["neu", "neu", ""]


def test_questions_of_another_bank_are_left_alone(browser, course, bank, three):
    other = placed(bank_for(course, "other"), short("x"))
    arrange(browser, bank, [other], act="move", folder="neu")
    assert other.folder == ""


def test_a_retired_question_is_brought_back(browser, bank, three):
    arrange(browser, bank, three, act="bring_back")
    assert [row.state for row in three] == [VersionState.READY] * 3


def test_a_question_gets_its_place_on_its_own_page(browser, bank, three):
    url = f"/study/manage/questions/{three[2].id}"
    browser.post(f"{url}/place", data={"folder": "a/b", "tags": "x, y", "level": "easy"})
    db.session.expire_all()
    assert (three[2].folder, three[2].tag_list, three[2].level) == ("a/b", ["x", "y"], Difficulty.EASY)
    assert 'value="x, y"' in browser.get(f"{url}/preview").text


def versions_of(row: Question) -> list[tuple[int, str]]:
    db.session.expire_all()
    rows = db.session.execute(
        select(QuestionVersion.version, QuestionVersion.state)
        .where(QuestionVersion.question_id == row.id)
        .order_by(QuestionVersion.version)
    )
    return [(number, state.value) for number, state in rows]


TYPED = {"text_en": "How many working days?", "options-0-pattern": "five", "name": ""}


def test_a_draft_waits_until_it_is_made_ready(browser, bank):
    row = question(bank, short("five"))
    url = f"/study/manage/questions/{row.id}"

    browser.post(url, data={**TYPED, "draft": "1"})
    assert (versions_of(row), row.current_version) == ([(1, "ready"), (2, "draft")], 1)
    assert "How many working days?" in browser.get(url).text

    browser.post(f"{url}/versions", data={"version": "2", "state": "ready"})
    assert (versions_of(row), row.current_version) == ([(1, "ready"), (2, "ready")], 2)

    browser.post(f"{url}/versions", data={"version": "2", "state": "retired"})
    assert (versions_of(row), row.current_version) == ([(1, "ready"), (2, "retired")], 1)


def test_saving_a_draft_unchanged_makes_it_ready(browser, bank):
    row = question(bank, short("five"))
    for data in ({**TYPED, "draft": "1"}, TYPED):
        browser.post(f"/study/manage/questions/{row.id}", data=data)
    assert (versions_of(row), row.current_version) == ([(1, "ready"), (2, "ready")], 2)


def test_a_question_begun_as_a_draft_is_offered_to_no_quiz(browser, course, bank):
    browser.post(f"/study/manage/banks/{bank.id}/questions/new?kind=short_answer", data={**TYPED, "draft": "1"})
    row = db.session.scalars(select(Question)).one()
    quiz = quiz_with(truth(), course=course)
    page = browser.get(f"/study/manage/quizzes/{quiz.id}?bank={bank.id}").text
    assert (row.state, versions_of(row), f'name="question" value="{row.id}"' in page) == (
        VersionState.DRAFT,
        [(1, "draft")],
        False,
    )


def test_a_question_that_a_quiz_asks_keeps_a_ready_version(browser, course):
    quiz_with(short("five"), course=course)
    row = db.session.scalars(select(Question)).one()
    url = f"/study/manage/questions/{row.id}"
    page = browser.post(f"{url}/versions", data={"version": "1", "state": "draft"}, follow_redirects=True, headers=EN)
    assert "so it keeps a version that is ready" in page.text
    assert (versions_of(row), row.state) == ([(1, "ready")], VersionState.READY)


def test_a_version_that_is_none_is_not_found(browser, bank):
    row = question(bank, short("five"))
    url = f"/study/manage/questions/{row.id}/versions"
    assert browser.get(f"{url}?old=1&new=9").status_code == 404
    assert browser.post(url, data={"version": "9", "state": "ready"}).status_code == 404
    assert browser.post(url, data={"version": "1", "state": "lost"}).status_code == 404


def test_the_difference_between_two_versions_is_shown_line_by_line(browser, bank):
    row = question(bank, choice(1000, 0, text="几天？"))
    changed = QuestionContent(
        kind=choice(1000, 0).kind,
        text=Faces(zh="几个工作日？"),
        feedback=choice(1000, 0).feedback,
        options=[*choice(1000, 0).options, Option(text=Faces(zh="<b>七天</b>"), fraction=500)],
    )
    add_version(row, changed, 2)
    page = browser.get(f"/study/manage/questions/{row.id}/versions?old=1&new=2", headers=EN).text
    lines = re.findall(r'<tr class="side-(old|new)">.*?<th scope="row">([^<]*)</th><td>([^<]*)</td>', page)
    assert lines == [
        ("old", "Question", "几天？"),
        ("new", "Question", "几个工作日？"),
        ("new", "Answer C", "&lt;b&gt;七天&lt;/b&gt;"),
        ("new", "Answer C earns", "50 %"),
    ]


def test_versions_that_say_the_same_are_said_to(browser, bank):
    row = question(bank, short("five"))
    page = browser.get(f"/study/manage/questions/{row.id}/versions?old=1&new=1", headers=EN).text
    assert "These versions say the same." in page


def test_a_question_says_where_it_is_used(browser, course):
    quiz = quiz_with(short("five"), course=course, title=Faces(en="First quiz"))
    row = db.session.scalars(select(Question)).one()
    slot = db.session.scalars(select(QuizSlot)).one()
    slot.fixed_version_id = db.session.scalars(select(QuestionVersion.id)).one()
    marker = f'<div class="asked" data-q="{row.id}"></div>'
    LessonFactory(module=ModuleFactory(course=course), title=Faces(en="In a lesson"), html=Faces(en=marker))
    LessonFactory(
        module=ModuleFactory(course=course), title=Faces(en="Other"), html=Faces(en=marker.replace(f"{row.id}", "99"))
    )
    db.session.commit()

    page = browser.get(f"/study/manage/questions/{row.id}/preview", headers=EN).text

    assert f'<a href="/study/manage/quizzes/{quiz.id}">First quiz</a>' in page
    assert ("always version 1" in page, "In a lesson" in page, ">Other<" in page) == (True, True, False)


def test_a_question_like_another_is_marked_and_cleared(browser, bank):
    browser.post(
        f"/study/manage/banks/{bank.id}/questions/new?kind=short_answer",
        data={**TYPED, "text_en": "Within how many working days does a branch answer a letter?"},
    )
    browser.post(
        f"/study/manage/banks/{bank.id}/questions/new?kind=short_answer",
        data={**TYPED, "text_en": "Within how many working days does the branch answer a letter?"},
    )
    browser.post(
        f"/study/manage/banks/{bank.id}/questions/new?kind=short_answer",
        data={**TYPED, "text_en": "Who keeps the minutes of a meeting, and for how long?"},
    )
    first, second, third = db.session.scalars(select(Question).order_by(Question.id)).all()
    assert [row.twin_of_id for row in (first, second, third)] == [None, first.id, None]
    assert len(titles(browser.get(f"/study/manage/banks/{bank.id}?twins=1").text)) == 1

    arrange(browser, bank, [second], act="no_twins")
    assert second.twin_of_id is None


def test_the_next_page_of_a_bank_leads_on_under_the_same_filters(bank, browser, monkeypatch):
    monkeypatch.setattr("study.quiz.queries.finding.PAGE", 2)
    for text in ("一", "二", "三"):
        placed(bank, choice(1000, 0, text=text))

    first = browser.get(f"/study/manage/banks/{bank.id}?kind=single_choice").text
    link = re.search(r'rel="next" href="([^"]*)"', first)[1].replace("&amp;", "&")

    assert titles(first) == ["一", "二"]
    assert link.startswith(f"/study/manage/banks/{bank.id}?kind=single_choice&cursor=")
    assert titles(browser.get(link).text) == ["三"]
