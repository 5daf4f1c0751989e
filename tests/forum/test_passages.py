"""Threads on passages of lessons: the quotation, and what the lesson says today."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from core.clock import utcnow
from core.db import db, transaction
from core.faces import Faces
from forum.models import Thread
from forum.services import hide_post
from study.models import Gate, Lesson
from study.passages import passages_of
from study.services.courses import rendered
from tests.factories.forum import PostFactory, ThreadFactory
from tests.factories.study import CourseFactory, LessonFactory, ModuleFactory

LINK = re.compile(r'<a class="talk( on)?" href="([^"]+)">Discuss(?: <b>(\d+)</b>)?</a>')
FIRST, SECOND = "The treasurer counts the cash every Friday.", "Minutes are kept by the secretary."


@pytest.fixture
def lesson(app):
    body = Faces(en=f"{FIRST}\n\n- a list\n\n{SECOND}")
    return LessonFactory(module=ModuleFactory(course=CourseFactory(audience="public")), body=body, html=rendered(body))


@pytest.fixture
def browser(sign_in, member):
    found = sign_in(member)
    found.set_cookie("lang", "en", domain="localhost")
    return found


def rewrite(text: str) -> None:
    with transaction():
        row = db.session.scalars(select(Lesson)).one()
        row.body, row.html = Faces(en=text), rendered(Faces(en=text))


def links(browser, lesson_id):
    return LINK.findall(browser.get(f"/study/lessons/{lesson_id}").text)


def start(browser, url, **data):
    form = browser.get(url).text
    hidden = dict(re.findall(r'<input type="hidden" name="(anchor|quote)" value="([^"]*)">', form))
    fields = {"title": "Why?", "body": "I do not see it.", "kind": "question", **hidden, **data}
    return browser.post(url.partition("?")[0], data=fields)


def test_every_passage_of_a_lesson_has_its_way_to_the_threads(browser, client, lesson):
    page = browser.get(f"/study/lessons/{lesson.id}").text
    assert len(LINK.findall(page)) == 3
    assert f'<p id="p1">{FIRST} <span class="ways"><a class="talk"' in page
    assert '</ul>\n<p class="talks"><span class="ways"><a class="talk"' in page


def test_visitors_are_not_led_to_what_they_may_not_write(client, lesson):
    page = client.get(f"/study/lessons/{lesson.id}").text
    assert (FIRST in page, 'class="talk' in page) == (True, False)


def test_a_thread_on_a_passage_quotes_it_and_leads_to_it(browser, client, lesson):
    lesson_id = lesson.id
    sent = start(browser, links(browser, lesson_id)[2][1])
    page = client.get(sent.location).text
    assert (sent.status_code, SECOND in page, f'href="/study/lessons/{lesson_id}#p3"' in page) == (303, True, True)
    assert ("changed since" in page, "no longer there" in page) == (False, False)
    assert [found[2] for found in links(browser, lesson_id)] == ["", "", "1"]


def test_who_writes_about_a_passage_sees_the_threads_on_it(browser, lesson):
    url = links(browser, lesson.id)[0][1]
    place = start(browser, url).location
    assert f'href="{place}"' in browser.get(url).text
    assert f'href="{place}"' not in browser.get(url.partition("?")[0]).text


def test_a_changed_passage_stands_beside_its_quotation(browser, client, lesson):
    lesson_id = lesson.id
    client.set_cookie("lang", "en", domain="localhost")
    place = start(browser, links(browser, lesson_id)[0][1]).location
    today = "The treasurer counts the cash every Monday."
    rewrite(f"A new beginning.\n\n{today}")
    page = client.get(place).text
    assert [words in page for words in (FIRST, "This text has changed since.", today)] == [True] * 3
    assert f'href="/study/lessons/{lesson_id}#p2"' in page
    assert [found[2] for found in links(browser, lesson_id)] == ["", "1"]


def test_a_passage_that_moved_has_not_changed(browser, client, lesson):
    place = start(browser, links(browser, lesson.id)[0][1]).location
    rewrite(f"A new beginning.\n\n{FIRST}")
    page = client.get(place).text
    assert ("#p2" in page, "has changed since" in page) == (True, False)


def test_a_passage_that_was_taken_out_is_said_to_be_gone(browser, client, lesson):
    client.set_cookie("lang", "en", domain="localhost")
    place = start(browser, links(browser, lesson.id)[0][1]).location
    rewrite("Something else altogether.")
    page = client.get(place).text
    assert (FIRST in page, "This text is no longer there." in page, "About:" in page) == (True, True, True)


def test_a_lesson_that_was_deleted_leaves_the_quotation(browser, client, lesson):
    client.set_cookie("lang", "en", domain="localhost")
    place = start(browser, links(browser, lesson.id)[0][1]).location
    with transaction():
        db.session.delete(db.session.scalars(select(Lesson)).one())
    page = client.get(place).text
    assert (FIRST in page, "This text is no longer there." in page, "About:" in page) == (True, True, False)


def test_what_a_hidden_thread_quoted_and_what_that_says_today_are_hidden(browser, client, lesson, moderator, actor_of):
    from forum.models import Post

    place = start(browser, links(browser, lesson.id)[0][1]).location
    rewrite("The treasurer counts the cash every Monday.")
    with transaction():
        from forum import queries

        opening = db.session.scalars(select(Post.id)).one()
        hide_post(queries.find_post(opening, lock=True), actor_of(moderator), "Spam.")
    page = client.get(place).text
    assert ("treasurer" in page, "Spam." in page) == (False, True)


@pytest.mark.parametrize(
    "given",
    [{"anchor": "tffffffffffffffff"}, {"quote": "It never said so."}, {"anchor": "<x>", "quote": "\x00 never" * 400}],
)
def test_a_quotation_that_the_lesson_does_not_hold_is_not_taken(browser, lesson, given):
    url = f"/forum/discuss/lesson/{lesson.id}"
    data = {"title": "Why?", "body": "I do not see it.", "kind": "question", **given}
    answer = browser.post(url, data=data)
    assert (answer.status_code, "I do not see it." in answer.text) == (409, True)
    assert db.session.scalars(select(Thread)).all() == []
    assert "It never said so." not in browser.get(url, query_string={"quote": "It never said so."}).text


def test_who_saw_an_earlier_text_is_shown_the_new_one_before_publishing(browser, lesson):
    url = links(browser, lesson.id)[0][1]
    mark = url.partition("anchor=")[2]
    today = "The treasurer counts the cash every Monday."
    rewrite(today)
    answer = start(browser, url.partition("?")[0], anchor=mark, quote=FIRST)
    assert (answer.status_code, "has changed meanwhile" in answer.text, today in answer.text) == (409, True, True)


def test_some_words_of_a_passage_can_be_quoted(browser, lesson):
    sent = start(browser, f"/forum/discuss/lesson/{lesson.id}?quote=counts%20the%20cash")
    row = db.session.scalars(select(Thread)).one()
    assert (sent.status_code, row.subject_quote) == (303, "counts the cash")
    assert row.subject_anchor == links(browser, lesson.id)[0][1].partition("anchor=")[2]


@pytest.mark.parametrize("rows", [1, 3])
def test_threads_on_passages_cost_a_lesson_no_question_and_their_own_page_one(
    browser, client, lesson, count_queries, rows
):
    urls = [found[1] for found in links(browser, lesson.id)][:rows]
    address = f"/study/lessons/{lesson.id}"
    with count_queries() as before:
        browser.get(address)
    for number, url in enumerate(urls):
        place = start(browser, url, key=f"k{number}").location
    with count_queries() as after:
        page = browser.get(address)
    assert (page.text.count('class="talk on"'), len(after)) == (rows, len(before))
    client.get(place)
    with count_queries() as seen:
        client.get(place)
    assert len(seen) == 3


# Lessons that are not open to everybody


@pytest.fixture
def barred(lesson):
    """A thread on a passage of a lesson that opens in a month."""
    opens_at = utcnow() + timedelta(days=30)
    gate = Gate(course_id=lesson.module.course_id, lesson_id=lesson.id, opens_at=opens_at)
    found = passages_of(lesson.html)[0]
    thread = ThreadFactory(
        subject_kind="lesson", subject_id=lesson.id, subject_anchor=found.mark, subject_quote=found.text
    )
    PostFactory(thread=thread)
    db.session.add(gate)
    db.session.commit()
    return thread


def test_a_thread_on_a_lesson_that_is_not_open_yet_says_so_and_keeps_its_words_back(browser, lesson, barred):
    page = browser.get(f"/forum/threads/{barred.id}").text
    assert ("This is not open to you yet" in page, "Opens on" in page) == (True, True)
    assert (FIRST in page, "no longer there" in page) == (False, False)
    assert f'href="/study/lessons/{lesson.id}"' in page


def test_authors_and_those_to_whom_it_is_open_read_the_quotation(sign_in, instructor, barred):
    page = sign_in(instructor).get(f"/forum/threads/{barred.id}").text
    assert (FIRST in page, "还没有对您开放" in page) == (True, False)


def test_nobody_begins_a_thread_on_a_lesson_that_is_not_open_to_them(browser, lesson, barred):
    address = f"/forum/discuss/lesson/{lesson.id}"
    asked = browser.get(f"{address}?anchor={barred.subject_anchor}")
    assert (asked.status_code, asked.location) == (302, f"/study/lessons/{lesson.id}")
    data = {"title": "Why?", "body": "I do not see it.", "kind": "question", "anchor": barred.subject_anchor}
    sent = browser.post(address, data=data)
    assert (sent.status_code, "I do not see it." in sent.text, FIRST in sent.text) == (409, True, False)
    assert "it is not open to you yet. Opens on" in sent.text
    assert db.session.scalars(select(Thread.id)).all() == [barred.id]


@pytest.mark.parametrize(("held", "cost"), [("", 6), ("in order", 9), ("by a day", 9)])
def test_a_thread_on_a_passage_costs_what_any_other_costs_and_three_more_where_the_lesson_may_be_locked(
    browser, lesson, count_queries, held, cost
):
    found = passages_of(lesson.html)[0]
    thread = ThreadFactory(
        subject_kind="lesson", subject_id=lesson.id, subject_anchor=found.mark, subject_quote=found.text
    )
    PostFactory(thread=thread)
    lesson.module.course.in_order = held == "in order"
    if held == "by a day":
        db.session.add(Gate(course_id=lesson.module.course_id, lesson_id=lesson.id, opens_at=utcnow()))
    db.session.commit()
    address = f"/forum/threads/{thread.id}"
    browser.get(address)
    with count_queries() as seen:
        page = browser.get(address).text
    assert (FIRST in page, len(seen)) == (True, cost)


def test_a_thread_about_a_course_costs_what_any_other_costs(browser, lesson, count_queries):
    course = lesson.module.course
    url = f"/study/courses/{course.slug}"
    thread = PostFactory(thread=ThreadFactory(subject_kind="course", subject_id=course.id)).thread
    address = f"/forum/threads/{thread.id}"
    browser.get(address)
    with count_queries() as seen:
        page = browser.get(address).text
    assert (f'About: <a href="{url}">' in page, len(seen)) == (True, 6)
