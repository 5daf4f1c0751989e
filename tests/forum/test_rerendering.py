"""Posts that an older version of the renderer made are rendered again, little by little."""

import pytest
from sqlalchemy import select

from core.db import db
from core.events import ContentEvent
from core.markup import RENDER_VERSION
from forum import rerendering
from forum.cli import rerender
from forum.models import Post, Thread, Translation
from forum.rerendering import render_old
from tests.factories.accounts import UserFactory
from tests.factories.forum import AttachmentFactory, PostFactory

OLD = {"html": "<p>old</p>", "render_version": 0}


@pytest.fixture(autouse=True)
def from_the_start(monkeypatch):
    """Each test is a process of its own."""
    monkeypatch.setattr(rerendering, "_progress", rerendering._Progress())


def test_the_clock_renders_a_few_posts_at_a_time_and_then_rests(app, monkeypatch):
    monkeypatch.setattr(rerendering, "BATCH", 2)
    posts = [PostFactory(body=f"**{number}**", **OLD) for number in range(3)]
    db.session.commit()

    assert [render_old() for _turn in range(3)] == [2, 1, 0]

    db.session.expire_all()
    assert [post.html for post in posts] == [f"<p><strong>{number}</strong></p>\n" for number in range(3)]
    PostFactory(**OLD)
    db.session.commit()
    assert render_old() == 0
    monkeypatch.setattr(rerendering, "_progress", rerendering._Progress())
    assert render_old() == 1


def _counters():
    columns = (Thread.id, Thread.reply_count, Thread.last_number, Thread.last_posted_at, Thread.updated_at)
    return db.session.execute(select(*columns).order_by(Thread.id)).all()


def test_nothing_but_the_html_changes_and_the_index_hears_of_it(app, announced):
    old = PostFactory(body="**new**", **OLD)
    same = PostFactory(body="same", html="<p>same</p>\n", render_version=0)
    db.session.commit()
    before = _counters()

    render_old()

    db.session.expire_all()
    assert before == _counters()
    assert (old.html, old.edited_at, old.revision) == ("<p><strong>new</strong></p>\n", None, 0)
    assert announced() == [ContentEvent(subject=old.ref)]
    assert same.render_version == RENDER_VERSION


def test_a_post_that_was_edited_meanwhile_keeps_the_new_text(app):
    post = PostFactory(body="before", **OLD)
    db.session.commit()
    rows = rerendering.list_posts(Post.id == post.id, limit=1)
    post.body, post.html = "after", "<p>after</p>"
    db.session.commit()

    rerendering.render_posts(rows)

    db.session.expire_all()
    assert (post.html, post.render_version) == ("<p>after</p>", 0)


def test_pictures_and_translations_are_rendered_along(app):
    row = AttachmentFactory(uploader=(writer := UserFactory()))
    post = PostFactory(author=writer, body=f"![x](/forum/files/{row.id})", is_translated=True, **OLD)
    db.session.add(Translation(post_id=post.id, language="en", of_revision=0, body="*b*", html="", author_id=writer.id))
    db.session.commit()

    render_old()

    db.session.expire_all()
    assert f'src="/forum/files/{row.id}/thumbnail"' in post.html
    assert db.session.query(Translation).one().html == "<p><em>b</em></p>\n"


def test_too_long_a_post_is_left_as_it_is_and_counted_as_done(app):
    post = PostFactory(**OLD)
    post.body = "x" * 40_000
    db.session.commit()
    render_old()
    db.session.expire_all()
    assert (post.html, post.render_version > 0) == ("<p>old</p>", True)


def test_the_command_renders_everything_when_told_to(app):
    post = PostFactory(body="*a*", html="<p>kept</p>")
    db.session.commit()
    app.test_cli_runner().invoke(rerender, catch_exceptions=False)
    db.session.expire_all()
    assert post.html == "<p>kept</p>"
    app.test_cli_runner().invoke(rerender, ["--all"], catch_exceptions=False)
    db.session.expire_all()
    assert post.html == "<p><em>a</em></p>\n"
