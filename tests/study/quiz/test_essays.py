"""Essays as their authors write them: criteria, a model answer, what those who mark should mind, files."""

import pytest
from sqlalchemy import select

from core.db import db
from study.models import Question, QuestionVersion
from study.quiz.kinds import Settings
from tests.factories.quiz import bank_for

EN = {"Accept-Language": "en"}
ESSAY = {
    "text_zh": "为什么？",
    "lines": "15",
    "files": "2",
    "rubric": "40 Thesis\n\n６0分 论据",
    "model_en": "Because **so**.",
    "guide": "Count <b>words</b>.",
}


@pytest.fixture
def add(browser, course):
    """Return ``add(**fields)``: what the page answers to a new essay."""
    bank = bank_for(course)

    def send(**fields):
        return browser.post(f"/study/manage/banks/{bank.id}/questions/new?kind=essay", data=ESSAY | fields, headers=EN)

    return send


def test_an_essay_keeps_all_that_its_author_wrote(add):
    assert add().status_code == 303

    settings = db.session.scalars(select(QuestionVersion)).one().content.settings
    assert settings.rubric == ((40, "Thesis"), (60, "论据"))
    assert (settings.lines, settings.files, settings.model.en, settings.guide) == (
        15,
        2,
        "Because **so**.",
        "Count <b>words</b>.",
    )
    assert settings.model_html.en == "Because <strong>so</strong>."
    assert Settings.from_json(settings.to_json()) == settings
    assert "model_html" not in settings.to_json(plain=True)


def test_the_form_shows_it_again_and_saved_unchanged_it_makes_no_version(add, browser):
    add()
    row = db.session.scalars(select(Question)).one()
    url = f"/study/manage/questions/{row.id}"

    page = browser.get(url, headers=EN).text
    browser.post(url, data=ESSAY)

    assert ("40 Thesis\n60 论据" in page, "Because **so**." in page, 'name="options-0' in page) == (True, True, False)
    assert len(db.session.scalars(select(QuestionVersion)).all()) == 1


def test_the_preview_shows_authors_what_those_who_mark_see(add, browser):
    add()
    row = db.session.scalars(select(Question)).one()

    page = browser.get(f"/study/manage/questions/{row.id}/preview", headers=EN).text

    for words in ("<strong>so</strong>", "Count &lt;b&gt;words", "40 Thesis, 60 论据", "An answer may have 2 files."):
        assert words in page


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"rubric": "Thesis"}, "Line 1 is not points and a title: “Thesis”."),
        ({"rubric": "5 a\n1001 b"}, "Line 2 is not"),
        ({"files": "11"}, "Enter a number from 0 to 10."),
        ({"lines": "0"}, "Enter a number from 1 to 60."),
    ],
)
def test_what_cannot_be_marked_by_is_refused(add, fields, words):
    answer = add(**fields)

    assert (answer.status_code, words in answer.text, db.session.scalars(select(Question)).first()) == (422, True, None)


def test_versions_differ_in_what_those_who_mark_read(add, browser):
    add()
    row = db.session.scalars(select(Question)).one()
    browser.post(f"/study/manage/questions/{row.id}", data=ESSAY | {"guide": "Anders", "model_en": "Other"})

    page = browser.get(f"/study/manage/questions/{row.id}/versions?old=1&new=2", headers=EN).text

    assert ("Anders" in page, "Other" in page, "Count &lt;b&gt;words" in page) == (True, True, True)
