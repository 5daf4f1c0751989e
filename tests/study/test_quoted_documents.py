"""Threads about documents: their pages look at no more of a book than what they quote."""

import pytest

from core.db import db, transaction
from core.passages import passages_of, sought
from study import subjects
from study.models import Reading
from tests.factories.documents import document_lesson, word_bytes, words
from tests.factories.forum import PostFactory, ThreadFactory
from tests.factories.study import CourseFactory

LONG = "".join(words(f"Chapter {n}", "Heading1") + words(f"Sentence {n} stands here. " * 200) for n in range(1, 5))


@pytest.fixture
def lesson(member, instructor, administrator):
    return document_lesson(CourseFactory(), word_bytes(LONG))


@pytest.fixture
def looked_at(monkeypatch):
    """Return the numbers of the parts that were looked at, as they come."""
    seen = []

    def numbered(parts):
        found = list(parts)
        seen.extend(number for number, _html in found)
        return passages_by_number(found)

    passages_by_number = subjects.numbered_passages
    monkeypatch.setattr(subjects, "numbered_passages", numbered)
    return seen


def thread_page(sign_in, member, lesson, **quoted) -> str:
    thread = ThreadFactory(subject_kind="lesson", subject_id=lesson.id, **quoted)
    PostFactory(thread=thread)
    db.session.commit()
    browser = sign_in(member)
    browser.set_cookie("lang", "en", domain="localhost")
    return browser.get(f"/forum/threads/{thread.id}").text


def third(lesson):
    return passages_of(db.session.get(Reading, lesson.material_id).parts[2])[1]


def test_a_thread_about_a_whole_document_looks_at_none_of_it(sign_in, member, lesson, looked_at):
    page = thread_page(sign_in, member, lesson)
    assert (f'href="/study/lessons/{lesson.id}"' in page, looked_at) == (True, [])


def test_a_thread_on_a_passage_looks_at_the_part_that_holds_it(sign_in, member, lesson, looked_at):
    passage = third(lesson)
    page = thread_page(sign_in, member, lesson, subject_anchor=passage.mark, subject_quote=passage.quote)
    assert (f'href="/study/lessons/{lesson.id}?page=3#{passage.place}"' in page, looked_at) == (True, [3])


def test_what_the_document_says_differently_today_is_found_in_all_of_it(sign_in, member, lesson, looked_at):
    passage = third(lesson)
    with transaction():
        row = db.session.get(Reading, lesson.material_id)
        row.parts = [part.replace("stands here", "stands there") for part in row.parts]
    page = thread_page(sign_in, member, lesson, subject_anchor=passage.mark, subject_quote=passage.quote)
    assert ("Sentence 3 stands there." in page, looked_at) == (True, [1, 2, 3, 4])


@pytest.mark.parametrize(
    ("quote", "words"),
    [
        ("Fees & dues are paid", "dues are paid"),
        ("桥洞里的灯", "桥洞里的灯"),
        ("<>", ""),
        ("A long sentence about the treasurer", "A long sentence about th"),
    ],
)
def test_words_are_sought_that_no_markup_breaks(quote, words):
    assert sought(quote) == words
