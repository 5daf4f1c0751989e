"""Threads and own posts leave as files, with what the reader may see in them."""

import io
import json
import zipfile

import pytest

from core.db import db
from forum import services
from forum.models import Thread
from forum.queries import exports, get_post
from tests.conftest import BASE_URL
from tests.factories.forum import PollFactory, PostFactory, ThreadFactory

EN = {"Accept-Language": "en"}


@pytest.fixture
def thread(member):
    found = ThreadFactory(title='A "title": with # signs', author=member, body="Opening **text**.")
    first = PostFactory(thread=found, body="First reply.")
    PostFactory(thread=found, body="Deeper.", parent=first)
    return found


def test_a_thread_is_a_markdown_file(client, thread):
    answer = client.get(f"/forum/threads/{thread.id}/export", headers=EN)
    assert answer.content_type == "text/markdown; charset=utf-8"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="thread-{thread.id}.md"'
    lines = answer.text.split("\n")
    assert lines[:2] == ["---", 'title: "A \\"title\\": with # signs"']
    assert f'address: "{BASE_URL}/forum/threads/{thread.id}"' in lines
    assert [line for line in lines if line.startswith("**#")][2].endswith("→ #2")
    for text in ("Opening **text**.", "First reply.", "Deeper."):
        assert text in lines


def test_a_poll_stands_below_the_opening_with_the_votes_its_reader_sees(client, app):
    poll = PollFactory()
    url = f"/forum/threads/{poll.thread_id}/export"
    assert (
        "\n\n- Every month · Votes: 0\n- Every quarter · Votes: 0\n- Either · Votes: 0\n\n0 people have voted\n"
        in client.get(url, headers=EN).text
    )
    poll.secret = True
    db.session.commit()
    assert "\n\n- Every month\n- Every quarter\n" in client.get(url, headers=EN).text


def test_hidden_posts_are_a_line_with_the_reason(client, thread, moderator, actor_of, transaction):
    from sqlalchemy import select

    from forum.models import Post

    reply = db.session.scalar(select(Post.id).where(Post.thread_id == thread.id, Post.number == 2))
    with transaction():
        services.hide_post(get_post(reply, actor_of(moderator)), actor_of(moderator), "Names\n# a person")
    text = client.get(f"/forum/threads/{thread.id}/export", headers=EN).text
    assert "*#2 is hidden · Reason: Names # a person ·" in text
    assert "First reply." not in text


def test_a_hidden_title_stays_back_from_others(client, sign_in, thread, member, moderator, actor_of, transaction):
    from sqlalchemy import select

    from forum.models import Post

    opening = db.session.scalar(select(Post.id).where(Post.thread_id == thread.id, Post.number == 1))
    with transaction():
        services.hide_post(get_post(opening, actor_of(moderator)), actor_of(moderator), "No")
    assert "A \\" not in client.get(f"/forum/threads/{thread.id}/export").text
    assert "A \\" in sign_in(member).get(f"/forum/threads/{thread.id}/export").text


def test_a_long_thread_is_read_in_parts(client, thread, monkeypatch, count_queries):
    monkeypatch.setattr(exports, "BATCH", 2)
    PostFactory.create_batch(3, thread=thread)
    with count_queries() as seen:
        text = client.get(f"/forum/threads/{thread.id}/export", buffered=True).text
    assert (text.count("\n**#"), len(seen)) == (6, 5)


def test_own_posts_are_a_zip_with_an_index(sign_in, thread, member):
    PostFactory(thread=ThreadFactory(title="Elsewhere"), author=member, body="我写的。")
    answer = sign_in(member).post("/forum/mine/export", headers=EN, buffered=True)
    assert answer.mimetype == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        index = json.loads(archive.read("index.json"))
        texts = {name: archive.read(name).decode() for name in archive.namelist()}
    assert [(entry["title"], entry["posts"]) for entry in index["threads"]] == [(thread.title, 1), ("Elsewhere", 1)]
    assert set(texts) == {"index.json", *(entry["file"] for entry in index["threads"])}
    assert "Opening **text**." in texts[f"threads/{thread.id}.md"]
    assert "First reply." not in texts[f"threads/{thread.id}.md"]
    assert "我写的。" in texts[index["threads"][1]["file"]]


def test_a_title_that_was_closed_to_the_member_is_not_in_the_file(sign_in, member, other_branch):
    other = ThreadFactory(title="Secret plans")
    PostFactory(thread=other, author=member)
    db.session.get(Thread, other.id).audience = f"branch:{other_branch.id}"
    db.session.commit()
    data = sign_in(member).post("/forum/mine/export", buffered=True).data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert all(b"Secret plans" not in archive.read(name) for name in archive.namelist())


def test_who_wrote_nothing_gets_an_empty_index(sign_in, moderator):
    data = sign_in(moderator).post("/forum/mine/export", buffered=True).data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.namelist() == ["index.json"]


def test_files_are_made_only_so_often(sign_in, moderator):
    browser = sign_in(moderator)
    assert [browser.post("/forum/mine/export", buffered=True).status_code for _turn in range(7)][-2:] == [200, 429]
