"""Marking as read counts what the page showed, however late the button is pressed."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from forum.models import BoardFloor
from forum.moments import MomentUnknown, parsed, written
from tests.factories.forum import PostFactory, ThreadFactory

MOMENT = re.compile(r'name="until" value="(\d+)"')


@pytest.fixture
def browser(sign_in, member):
    found = sign_in(member)
    found.set_cookie("lang", "en", domain="localhost")
    return found


def test_a_moment_comes_back_as_it_was_written():
    moment = datetime(2026, 2, 3, 4, 5, 6, 789012, tzinfo=UTC)
    assert (parsed(written(moment)), parsed("")) == (moment, None)


@pytest.mark.parametrize("words", ["x", "-1", "1.5", "²", "9" * 18, "1\x00", "\ud800", " 1"])
def test_what_is_no_moment_is_refused(words):
    with pytest.raises(MomentUnknown):
        parsed(words)


@pytest.mark.parametrize("place", ["all", "new", "board"])
def test_what_was_written_after_the_page_was_made_stays_unread(browser, clock, place):
    thread, other = ThreadFactory(), ThreadFactory()
    address = f"/forum/boards/{thread.board.slug}"
    page, act = {
        "all": ("/forum/", "/forum/read"),
        "new": ("/forum/new", "/forum/read"),
        "board": (address, f"{address}/read"),
    }[place]
    (until,) = MOMENT.findall(browser.get(page).text)
    clock.now += timedelta(minutes=5)
    titles = (thread.title, other.title)
    PostFactory(thread=thread)
    assert browser.post(act, data={"until": until}).status_code == 303
    left = browser.get("/forum/new").text
    assert [title in left for title in titles] == [True, place == "board"]


@pytest.mark.parametrize("address", ["/forum/read", "/forum/boards/{}/read"])
@pytest.mark.parametrize("until", ["yesterday", "9" * 40, "\x00", "-5"])
def test_a_moment_that_is_none_is_refused_in_words(browser, address, until):
    slug = ThreadFactory().board.slug
    answer = browser.post(address.format(slug), data={"until": until})
    assert (answer.status_code, "This page is out of date." in answer.text) == (422, True)


@pytest.mark.parametrize("until", ["0", "9" * 17])
def test_a_moment_long_ago_or_to_come_is_taken_as_it_can_be(browser, clock, until):
    from core.db import db

    ThreadFactory()
    assert browser.post("/forum/read", data={"until": until}).status_code == 303
    floor = db.session.scalars(select(BoardFloor.floor_at)).one()
    assert floor == (clock.now if until != "0" else datetime(1970, 1, 1, tzinfo=UTC))
