"""Threads like one that is about to be started."""

import pytest

from core.permissions import MEMBERS
from search import services
from tests.factories.forum import BoardFactory, ThreadFactory

TITLES = ("How are the meeting minutes kept?", "Who keeps the minutes of a meeting?", "Buying coal for the winter")


@pytest.fixture
def threads(app, board):
    made = [ThreadFactory(board=board, title=title) for title in TITLES]
    made.append(ThreadFactory(board=BoardFactory(audience=MEMBERS), title="Minutes of the meeting of members"))
    services.rebuild()
    return made


def titles(answer) -> list[str]:
    return [one["title"] for one in answer.json]


def test_a_title_finds_threads_that_share_its_words(client, threads):
    answer = client.get("/forum/similar?title=Minutes of our last meeting")
    assert sorted(titles(answer)) == sorted(TITLES[:2])
    assert answer.json[0].keys() == {"title", "url", "replies"}
    assert answer.json[0]["url"] in {f"/forum/threads/{thread.id}" for thread in threads}


def test_only_what_the_reader_may_see_is_named(client, sign_in, member, threads):
    assert threads[3].title not in titles(client.get("/forum/similar?title=minutes meeting members"))
    assert threads[3].title in titles(sign_in(member).get("/forum/similar?title=minutes meeting members"))


def test_what_was_hidden_after_it_was_indexed_is_not_named(client, threads, transaction):
    from core.clock import utcnow
    from core.db import db

    with transaction():
        db.session.merge(threads[0]).hidden_at = utcnow()
    assert TITLES[0] not in titles(client.get("/forum/similar?title=minutes meeting"))


@pytest.mark.parametrize("query", ["", "title=", "title=%00%ed%a0%80", "title=" + "x" * 5000, "board=nowhere"])
def test_whatever_is_typed_gives_a_list(client, threads, query):
    answer = client.get(f"/forum/similar?{query}")
    assert (answer.status_code, answer.json) == (200, [])


def test_without_an_index_there_is_nothing_and_no_fault(client, app):
    assert client.get("/forum/similar?title=minutes").json == []


def test_the_preview_of_a_thread_shows_them_without_a_script(sign_in, member, board, threads):
    data = {"title": "The minutes of a meeting", "body": "Where?", "kind": "question", "preview": "1"}
    page = sign_in(member).post(f"/forum/boards/{board.slug}/new", data=data)
    assert (page.status_code, f'href="/forum/threads/{threads[1].id}"' in page.text) == (200, True)
