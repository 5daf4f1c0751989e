"""Threads know which posts of other threads point at them."""

import pytest
from sqlalchemy import select

from core.db import db
from core.markup import render
from core.permissions import MEMBERS
from forum import services
from forum.citing import named_in
from forum.cli import recite
from forum.composing import compose
from forum.models import Citation, Post, Thread
from forum.queries import get_board, get_post
from forum.services.threads import Opening
from tests.conftest import BASE_URL
from tests.factories.forum import BoardFactory, PostFactory, ThreadFactory
from tests.forum.importing import take


@pytest.fixture
def cited(app):
    return ThreadFactory(title="The cited one")


def citations():
    return {(row.thread_id, row.post_id) for row in db.session.scalars(select(Citation))}


@pytest.fixture
def write(cited, member, actor_of, transaction):
    """Return ``write(text) -> post`` that opens a thread."""

    def open_thread(text, audience=None):
        board = BoardFactory() if audience is None else BoardFactory(audience=audience)
        with transaction():
            actor = actor_of(member)
            return services.start_thread(
                get_board(board.slug, actor), actor, Opening(title="Citing"), compose(text, actor)
            )

    return open_thread


@pytest.mark.parametrize(
    "link",
    ["[x](/forum/threads/{})", f"{BASE_URL}/forum/threads/{{}}", "[x](/forum/threads/{}?view=flat&page=2#p21)"],
)
def test_a_link_is_a_citation(cited, write, drain, client, link):
    post = write(link.format(cited.id))
    drain()
    assert citations() == {(cited.id, post.id)}
    page = client.get(f"/forum/threads/{cited.id}").text
    assert f'<a href="/forum/posts/{post.id}">' in page


def test_a_link_to_a_post_cites_its_thread(cited, write, drain):
    other = PostFactory(thread=cited)
    post = write(f"See [there](/forum/posts/{other.id}).")
    drain()
    assert citations() == {(cited.id, post.id)}


@pytest.mark.parametrize(
    "text",
    [
        "[x](https://elsewhere.example.org/forum/threads/{})",
        "`/forum/threads/{}`",
        "[x](/forum/threads/999999999)",
        "[x](/forum/threads/99999999999999999999)",
        "[x](/forum/threads/{}0000)",
        "no link",
    ],
)
def test_what_leads_elsewhere_is_none(cited, write, drain, text):
    write(text.format(cited.id))
    drain()
    assert citations() == set()
    assert db.session.get(Thread, cited.id).is_cited is False


def test_a_thread_does_not_cite_itself(cited, drain, member, actor_of, transaction):
    with transaction():
        thread = db.session.get(Thread, cited.id)
        services.reply(
            get_post(db.session.scalar(select(Post.id)), actor_of(member)).thread,
            actor_of(member),
            compose(f"[here](/forum/threads/{thread.id})", actor_of(member)),
        )
    drain()
    assert citations() == set()


def test_an_edit_takes_the_citation_away(cited, write, drain, member, actor_of, transaction):
    post_id = write(f"[x](/forum/threads/{cited.id})").id
    drain()
    assert db.session.get(Thread, cited.id).is_cited is True
    with transaction():
        actor = actor_of(member)
        services.edit_post(get_post(post_id, actor), actor, compose("nothing", actor), seen_revision=0)
    drain()
    db.session.expire_all()
    assert (citations(), db.session.get(Thread, cited.id).is_cited) == (set(), False)


def test_hidden_and_secret_citations_are_not_shown(cited, write, drain, client, moderator, actor_of, transaction):
    shown = write(f"[x](/forum/threads/{cited.id})").id
    secret = write(f"[x](/forum/threads/{cited.id})", MEMBERS).id
    drain()
    page = client.get(f"/forum/threads/{cited.id}").text
    assert (f"/forum/posts/{shown}" in page, f"/forum/posts/{secret}" in page) == (True, False)
    with transaction():
        services.hide_post(get_post(shown, actor_of(moderator)), actor_of(moderator), "Spam")
    drain()
    assert f"/forum/posts/{shown}" not in client.get(f"/forum/threads/{cited.id}").text


def test_delivering_twice_changes_nothing(cited, write, drain, app):
    post = write(f"[x](/forum/threads/{cited.id})")
    drain()
    for _turn in range(2):
        app.test_cli_runner().invoke(recite, catch_exceptions=False)
    assert citations() == {(cited.id, post.id)}


def test_the_command_finds_what_no_event_told(cited, app):
    text = f"[x](/forum/threads/{cited.id})"
    post = PostFactory(body=text, html=render(text).html)
    app.test_cli_runner().invoke(recite, catch_exceptions=False)
    assert citations() == {(cited.id, post.id)}
    assert db.session.get(Thread, cited.id).is_cited is True


def test_imported_posts_cite_too(cited, drain, tmp_path):
    import json

    BoardFactory(slug="general")
    values = {"thread_id": "t", "post_id": "p", "author": "a", "created_at": "2024-01-01", "title": "T"}
    file = tmp_path / "x.jsonl"
    file.write_text(json.dumps({**values, "body": f"{BASE_URL}/forum/threads/{cited.id}"}))
    assert take(file)[0] == 0
    drain()
    assert len(citations()) == 1


def test_a_list_of_links_counts_only_so_far():
    html = "".join(f'<a href="/forum/threads/{number}">x</a>' for number in range(1, 200))
    assert len(named_in(html, BASE_URL).threads) == 50
