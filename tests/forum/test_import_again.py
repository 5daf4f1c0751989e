"""A source that has grown is taken in again after its threads were moved, joined or parted here."""

import json

import pytest
from sqlalchemy import select

from core.db import db
from forum.models import Board, Post, Thread
from tests.factories.forum import BoardFactory, PostFactory, ThreadFactory
from tests.forum.importing import take
from tests.forum.test_arranging import act, judge, no_faults  # noqa: F401 -- fixtures


def line(thread, post, parent=None, hour=1):
    return {
        "thread_id": thread,
        "post_id": post,
        "parent_id": parent,
        "author": "u_one",
        "created_at": f"2017-05-01T{hour:02}:00:00Z",
        "title": "" if parent else f"Thread {thread}",
        "body": f"Text of {post}",
        "format": "markdown",
    }


BEFORE = [line("t1", "a"), line("t1", "b", "a", 2), line("t2", "c", hour=3), line("t2", "d", "c", 4)]
GROWN = [*BEFORE, line("t1", "e", "a", 5), line("t1", "f", "b", 6), line("t2", "g", "d", 7), line("t2", "h", "c", 8)]


@pytest.fixture
def source(app, tmp_path):
    """Return ``source(lines) -> result``: take them in."""
    BoardFactory(slug="general")

    def go(lines):
        file = tmp_path / "threads.jsonl"
        file.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
        return take(file)

    return go


def thread_called(name):
    return db.session.scalars(select(Thread).where(Thread.external_id == name)).one()


def post_called(name):
    return db.session.scalars(select(Post).where(Post.external_id == name)).one()


def standing(thread_id):
    """Return (the source's name, number, that of the post it answers) by number."""
    posts = db.session.scalars(select(Post).where(Post.thread_id == thread_id).order_by(Post.number)).all()
    names = {post.id: post.external_id for post in posts}
    return [(post.external_id, post.number, names.get(post.parent_id)) for post in posts]


def test_what_was_added_to_a_joined_thread_goes_to_the_other(source, act):  # noqa: F811
    source(BEFORE)
    act("merge", thread_called("t1"), thread_called("t2"))
    assert source(GROWN) == (0, {"threads": 0, "posts": 4, "skipped": 4, "refused": []})
    assert standing(thread_called("t1").id) == []
    assert standing(thread_called("t2").id) == [
        ("c", 1, None),
        ("d", 2, "c"),
        ("a", 3, None),
        ("b", 4, "a"),
        ("e", 5, "a"),
        ("f", 6, "b"),
        ("g", 7, "d"),
        ("h", 8, "c"),
    ]
    assert no_faults()
    assert source(GROWN) == (0, {"threads": 0, "posts": 0, "skipped": 8, "refused": []})


def test_a_thread_joined_to_one_from_here_takes_what_is_new_there(source, act):  # noqa: F811
    source(BEFORE)
    ours = ThreadFactory(board=BoardFactory())
    PostFactory(thread=ours)
    act("merge", thread_called("t1"), ours)
    ours_id = ours.id
    source([*GROWN, line("t1", "i", "a", 9) | {"accepted": True}, line("t1", "j", "nowhere", 9)])
    assert [name for name, *_rest in standing(ours_id)] == [None, None, "a", "b", "e", "f", "i"]
    kept = db.session.get_one(Thread, ours_id)
    assert (kept.kind, kept.accepted_post_id) == ("discussion", None)
    assert standing(thread_called("t1").id) == []
    assert no_faults()


def test_a_moved_thread_counts_on_its_new_board(source, act):  # noqa: F811
    source(BEFORE)
    board = BoardFactory(slug="elsewhere")
    act("move", thread_called("t1"), board)
    source(GROWN)
    counts = db.session.execute(select(Board.slug, Board.thread_count, Board.post_count).order_by(Board.slug)).all()
    assert [tuple(row) for row in counts] == [("elsewhere", 1, 4), ("general", 1, 4)]
    assert no_faults()


def test_an_answer_to_a_post_that_was_parted_stays_with_its_thread(source, act):  # noqa: F811
    source(BEFORE)
    fresh_id = act("split", thread_called("t1"), post_called("b")).id
    assert source(GROWN) == (0, {"threads": 0, "posts": 4, "skipped": 4, "refused": []})
    assert standing(thread_called("t1").id) == [("a", 1, None), ("e", 2, "a"), ("f", 3, None)]
    assert standing(fresh_id) == [("b", 1, None)]
    assert no_faults()
