"""Threads about documents: their pages look at no more of a book than what they quote."""

import io

import pytest

from core.db import db, transaction
from core.files import store
from core.passages import passages_of, sought
from study.enums import LessonKind
from study.models import Material, Reading
from study.subjects import lessons as subjects
from tests.factories.documents import document_lesson, word_bytes, words
from tests.factories.forum import PostFactory, ThreadFactory
from tests.factories.study import CourseFactory, LessonFactory, MaterialFactory
from tests.study.test_extraction import pdf_bytes

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


@pytest.fixture
def printed(member, instructor, administrator):
    """A lesson that shows a PDF of three pages."""
    course = CourseFactory()
    file = store(io.BytesIO(pdf_bytes("One", "Two", "Three")), "minutes.pdf")
    text = "Bring a pen.\fThe treasurer counts.\fGo home."
    material = MaterialFactory(course=course, file=file, text=text, page_count=3, language="en")
    return LessonFactory(module__course=course, kind=LessonKind.DOCUMENT, material_id=material.id)


def test_a_page_of_a_pdf_has_its_threads_and_notes(sign_in, member, printed):
    browser, here = sign_in(member), f"/study/lessons/{printed.id}"
    browser.set_cookie("lang", "en", domain="localhost")
    form = browser.get(f"/forum/discuss/lesson/{printed.id}?anchor=page2").text
    assert "The treasurer counts." in form
    made = browser.post(
        f"/forum/discuss/lesson/{printed.id}",
        data={
            "title": "When?",
            "body": "Which day?",
            "kind": "question",
            "anchor": "page2",
            "quote": "The treasurer counts.",
        },
    )
    thread = browser.get(made.location).text
    assert (f'href="{here}?page=2#page-2"' in thread, "The treasurer counts." in thread) == (True, True)

    noted = browser.post(f"{here}/notes/page3", data={"body": "Not yet", "colour": "green"})
    assert noted.location == f"{here}?page=3#page-3"
    page = browser.get(here).text
    second = page.split('<section id="page-2">')[1].split("</section>")[0]
    assert f'<a class="talk on" href="/forum/discuss/lesson/{printed.id}?anchor=page2">Discuss <b>1</b></a>' in second
    assert "Not yet" in page.split('<section id="page-3">')[1].split("</section>")[0]


def test_a_page_that_says_something_else_today_says_so_in_its_thread(sign_in, member, printed):
    with transaction():
        db.session.get(Material, printed.material_id).text = "Bring a pen.\fThe cashier counts.\fGo home."
    page = thread_page(sign_in, member, printed, subject_anchor="page2", subject_quote="The treasurer counts.")
    assert ("The treasurer counts." in page, "The cashier counts." in page) == (True, True)


def test_a_lesson_brings_the_words_of_a_pdf_once_whatever_hangs_on_them(sign_in, member, printed, count_queries):
    thread_page(sign_in, member, printed, subject_anchor="page2", subject_quote="The treasurer counts.")
    browser = sign_in(member)
    with count_queries() as seen:
        page = browser.get(f"/study/lessons/{printed.id}").text
    assert (len([one for one in seen if "study_materials.text" in one]), "Go home." in page) == (1, True)


@pytest.mark.scripts
def test_the_reader_of_a_pdf_knows_the_threads_of_every_page(sign_in, member, printed, built_scripts):
    for anchor in ("page2", "page2", "page3"):
        thread_page(sign_in, member, printed, subject_anchor=anchor, subject_quote="")
    page = sign_in(member).get(f"/study/lessons/{printed.id}").text
    assert f'data-talk="/forum/discuss/lesson/{printed.id}?anchor=page"' in page
    assert 'data-threads="{&#34;2&#34;: 2, &#34;3&#34;: 1}"' in page
    guest = "data-talk" in sign_in(member).get(f"/study/materials/{printed.material_id}").text
    assert not guest


def test_a_lone_number_on_a_slide_is_nothing_to_talk_about(sign_in, member, instructor, administrator):
    lesson = document_lesson(CourseFactory(), word_bytes(words("Density") + words("0.6")))
    page = sign_in(member).get(f"/study/lessons/{lesson.id}", headers={"Accept-Language": "en"}).text
    assert page.count('class="talk"') == 1
