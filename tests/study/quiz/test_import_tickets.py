"""The preview of a question file is good for one course, and taken in once."""

import io
import re
import time

import pytest
from sqlalchemy import select

from core.db import db, transaction
from core.files import File, drop_file
from study.models import Question, QuestionBank, QuestionImport
from study.queries.courses import get_own_course
from study.quiz.services.arranging import fill_sketches
from tests.factories.quiz import bank_for, choice, question
from tests.factories.study import CourseFactory
from tests.threads import at_once

EN = {"Accept-Language": "en"}
LONG = "支部每个月的账目在几号以前贴在门口的公告栏上让全体党员查看"
FILE = f"{LONG}？{{=一号 ~五号}}\n\n{LONG}呢？{{=一号 ~五号}}\n\n谁管钥匙？{{=会计 ~书记}}\n"


def sent(browser, content=FILE, slug="open-branch") -> str:
    data = {"file": (io.BytesIO(content.encode()), "一.gift"), "format": "gift", "bank": "账目"}
    page = browser.post(f"/study/manage/courses/{slug}/questions/import", data=data, headers=EN).text
    return re.search(r'name="ticket"[^>]*value="([^"]+)"', page)[1]


def accept(browser, ticket: str, slug="open-branch", **more):
    return browser.post(f"/study/manage/courses/{slug}/questions/accept", data={"ticket": ticket, **more}, headers=EN)


def names() -> list[str]:
    return list(db.session.scalars(select(Question.name).order_by(Question.id)))


def test_a_file_is_taken_once_whatever_is_chosen_the_second_time(browser, course):
    ticket = sent(browser)

    first = accept(browser, ticket, skip_twins="y")
    told = browser.get(first.location, headers=EN).text
    taken = names()
    second = accept(browser, ticket)
    page = browser.get(second.location, headers=EN).text

    assert (first.status_code, second.status_code, second.location) == (303, 303, first.location)
    assert taken == names() == [f"{LONG}？", "谁管钥匙？"]
    assert "2 questions are imported." in told
    assert "1 is left out, which is nearly the same as another question." in told
    assert ("was taken in already" in page, "imported." in page) == (True, False)
    assert len(db.session.scalars(select(QuestionImport)).all()) == 1
    assert db.session.scalars(select(File)).all() == []


def test_what_was_left_out_comes_in_when_the_file_is_sent_again(browser, course):
    accept(browser, sent(browser), skip_twins="y")

    accept(browser, sent(browser))

    assert len(names()) == 3


def test_a_preview_of_one_course_brings_nothing_into_another(browser, course):
    CourseFactory(slug="other", branch=course.branch)
    ticket = sent(browser)

    elsewhere = accept(browser, ticket, slug="other")
    columns = browser.post("/study/manage/courses/other/questions/columns", data={"ticket": ticket}, headers=EN)

    for answer in (elsewhere, columns):
        assert (answer.status_code, "was made for another course" in answer.text) == (422, True)
    assert names() == []
    assert accept(browser, ticket).status_code == 303
    assert len(names()) == 3


def test_columns_of_a_table_that_was_taken_in_are_not_asked_again(browser, course):
    data = {"file": (io.BytesIO("题目,A,B,答案\n问一？,甲,乙,B\n".encode()), "题库.csv"), "format": "auto"}
    page = browser.post("/study/manage/courses/open-branch/questions/import", data=data).text
    ticket = re.search(r'name="ticket"[^>]*value="([^"]+)"', page)[1]
    accept(browser, ticket)

    again = browser.post("/study/manage/courses/open-branch/questions/columns", data={"ticket": ticket}, headers=EN)

    bank = db.session.scalars(select(QuestionBank.id)).one()
    assert (again.status_code, again.location) == (303, f"/study/manage/banks/{bank}")


def test_a_file_of_which_everything_was_left_out_is_not_taken_yet(browser, course):
    question(bank_for(course), choice(1000, 0, text=f"{LONG}？"))
    fill_sketches(course.id)
    db.session.commit()
    only = f"{LONG}呢？{{=选项1 ~选项2}}\n"
    ticket = sent(browser, only)

    first = browser.get(accept(browser, ticket, skip_twins="y").location, headers=EN).text
    kept = len(names())
    accept(browser, ticket)

    assert ("0 questions are imported." in first, "1 is left out" in first) == (True, True)
    assert (kept, len(names())) == (1, 2)


def test_a_file_that_could_not_be_taken_in_may_be_taken_in_later(browser, course, monkeypatch):
    ticket = sent(browser)
    with monkeypatch.context() as broken:
        broken.setattr("study.quiz.taking_in.import_batch", lambda *_args, **_more: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            accept(browser, ticket)

    assert names() == []
    assert accept(browser, ticket).status_code == 303
    assert len(names()) == 3


def test_of_two_clicks_the_slower_one_is_told_so(browser, course, monkeypatch):
    ticket = sent(browser)
    calls = []

    def get_course(slug, actor):
        # The file goes between the look at the ticket and the first transaction.
        calls.append(slug)
        if len(calls) == 2:
            drop_file(db.session.scalars(select(File.id)).one())
        return get_own_course(slug, actor)

    monkeypatch.setattr("study.quiz.views.imports.get_own_course", get_course)
    answer = accept(browser, ticket)

    assert (answer.status_code, names()) == (303, [])
    assert "was taken in already" in browser.get(answer.location, headers=EN).text


def test_a_file_is_dropped_by_one(app):
    with transaction():
        row = File(sha256="0" * 64, size=1, media_type="text/plain", original_name="a")
        db.session.add(row)
        db.session.flush()
        ident = row.id

    with transaction():
        assert (drop_file(ident), drop_file(ident)) == (True, False)


def test_of_many_who_take_one_file_at_once_one_does(live_site):
    with transaction():
        row = File(sha256="0" * 64, size=1, media_type="text/plain", original_name="a")
        db.session.add(row)
        db.session.flush()
        ident = row.id

    def take() -> bool:
        with transaction():
            taken = drop_file(ident)
            time.sleep(0.1)
            return taken

    assert sorted(at_once(live_site, [take] * 3)) == [False, False, True]
