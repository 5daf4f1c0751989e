"""Commands that write files, look whether all is right, and put it right."""

import io
import json
import zipfile

import pytest
from sqlalchemy import update

from app.cli import Site
from core.db import db
from core.permissions import branch_audience
from forum.cli import forum
from forum.models import Board, Post, Thread
from tests.factories.forum import BoardFactory, PostFactory, ThreadFactory


@pytest.fixture
def call(app):
    """Return ``call(*words) -> result``: the command as the command line runs it."""
    group = Site("xuetan", commands={"forum": forum})
    return lambda *words: app.test_cli_runner().invoke(group, ["forum", *map(str, words)])


@pytest.fixture
def thread(member):
    found = ThreadFactory(title="Keys of the hall", author=member, body="Where are they?")
    first = PostFactory(thread=found, body="Below the stone.")
    PostFactory(thread=found, body="Thank you.", parent=first)
    return found


def test_a_thread_is_written_to_standard_output_as_its_page_gives_it(call, client, thread):
    done = call("export", "thread", thread.id)
    assert done.exit_code == 0
    page = client.get(f"/forum/threads/{thread.id}/export").text

    def without_moment(text):
        return [line for line in text.splitlines() if not line.startswith("exported: ")]

    assert without_moment(done.stdout) == without_moment(page)
    assert "Below the stone." in done.stdout


def test_a_thread_is_written_to_a_file(call, thread, tmp_path):
    file = tmp_path / "thread.md"
    done = call("export", "thread", thread.id, "--to", file)
    assert (done.exit_code, done.stdout) == (0, "")
    assert file.read_text("utf-8").splitlines()[1] == 'title: "Keys of the hall"'


def test_a_closed_thread_is_written_only_for_those_who_may_read_it(call, branch, member, tmp_path):
    closed = ThreadFactory(
        board=BoardFactory(branch=branch, audience=branch_audience(branch.id)), author=member, body="Among us."
    )
    file = tmp_path / "thread.md"
    assert call("export", "thread", closed.id, "--to", file).exit_code == 1
    assert not file.exists()
    assert "Among us." in call("export", "thread", closed.id, "--as", member.username).stdout


@pytest.mark.parametrize("words", [("thread", 999), ("member", "nobody"), ("member", "")])
def test_what_is_not_there_is_said_and_leaves_no_file(call, words, tmp_path):
    file = tmp_path / "out"
    done = call("export", *words, "--to", file)
    assert (done.exit_code, done.stdout, file.exists()) == (1, "", False)
    assert done.stderr.startswith("xuetan: ")


@pytest.mark.parametrize("number", ["first", "0", "-1", 10**30])
def test_a_number_that_no_thread_can_have_is_wrong_usage(call, number):
    assert call("export", "thread", number).exit_code == 2


def test_a_thread_as_nobody_is_refused(call, thread):
    assert call("export", "thread", thread.id, "--as", "nobody").exit_code == 1


def test_the_posts_of_a_member_are_written_as_a_zip(call, thread, member, tmp_path):
    file = tmp_path / "posts.zip"
    done = call("export", "member", member.username, "--to", file)
    assert (done.exit_code, done.stdout) == (0, "")
    with zipfile.ZipFile(file) as archive:
        index = json.loads(archive.read("index.json"))
        assert (index["member"], [one["title"] for one in index["threads"]]) == (member.username, ["Keys of the hall"])
        assert "Where are they?" in archive.read(f"threads/{thread.id}.md").decode()


def test_the_zip_goes_to_standard_output_as_well(call, thread, member):
    done = call("export", "member", member.username)
    assert zipfile.ZipFile(io.BytesIO(done.stdout_bytes)).testzip() is None


def _break(*statements):
    for statement in statements:
        db.session.execute(statement)
    db.session.commit()
    db.session.expire_all()


def test_the_check_names_what_is_broken_and_changes_nothing(call, thread):
    posts = {post.number: post.id for post in db.session.query(Post).filter_by(thread_id=thread.id)}
    _break(
        update(Post).where(Post.id == posts[3]).values(number=7, path="xx"),
        update(Thread).where(Thread.id == thread.id).values(reply_count=40, last_number=9),
        update(Board).where(Board.id == thread.board_id).values(post_count=-3),
    )
    for _turn in range(2):
        done = call("check", "--json")
        assert (done.exit_code, json.loads(done.stdout)) == (
            1,
            {
                "faults": [
                    {"kind": "numbers", "thread": thread.id},
                    {"kind": "path", "thread": thread.id, "post": posts[3]},
                    {"kind": "thread counter", "thread": thread.id},
                    {"kind": "board counter", "board": thread.board_id},
                ],
                "repaired": False,
            },
        )
    assert db.session.get_one(Thread, thread.id).reply_count == 40


def test_a_repair_puts_right_numbers_trees_and_counters(call, thread):
    other = ThreadFactory(board=BoardFactory())
    stray = PostFactory(thread=other)
    posts = {post.number: post.id for post in db.session.query(Post).filter_by(thread_id=thread.id)}
    _break(
        update(Post).where(Post.id == posts[3]).values(number=12),
        update(Post).where(Post.id == posts[2]).values(parent_id=stray.id, path="0000900009"),
        update(Thread).where(Thread.id == thread.id).values(reply_count=0, last_number=2),
        update(Board).where(Board.id == other.board_id).values(thread_count=5),
    )
    assert call("check", "--repair").exit_code == 0
    db.session.expire_all()
    kept = db.session.query(Post).filter_by(thread_id=thread.id).order_by(Post.number)
    assert [(post.number, post.path) for post in kept] == [
        (1, ""),
        (2, "00002"),
        (3, "0000200003"),
    ]
    counted = db.session.get_one(Thread, thread.id)
    assert (counted.reply_count, counted.last_number) == (2, 3)
    assert json.loads(call("check", "--json").stdout) == {"faults": [], "repaired": False}


def test_a_sound_forum_has_no_faults(call, thread):
    assert json.loads(call("check", "--json").stdout) == {"faults": [], "repaired": False}
