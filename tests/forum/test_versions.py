"""What changed in a post: shown by words, restored, and never overwritten unknowingly."""

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from core.db import db
from core.differences import Change, Piece, compare, shortened
from forum.models import Post, PostRevision
from tests.factories.forum import PostFactory, ThreadFactory
from tests.timing import works_within

SAME, GONE, NEW = Change.SAME, Change.GONE, Change.NEW


@pytest.fixture
def browser(sign_in, member):
    one = sign_in(member)
    one.set_cookie("lang", "en", domain="localhost")
    return one


def sides(pieces) -> tuple[str, str]:
    old = "".join(piece.text for piece in pieces if piece.change is not NEW)
    return old, "".join(piece.text for piece in pieces if piece.change is not GONE)


@pytest.mark.parametrize(
    ("old", "new", "pieces"),
    [
        ("", "", []),
        ("same", "same", [(SAME, "same")]),
        ("", "all new", [(NEW, "all new")]),
        (
            "We meet on Monday.",
            "We meet on Friday.",
            [(SAME, "We meet on "), (GONE, "Monday"), (NEW, "Friday"), (SAME, ".")],
        ),
        ("会议星期三开", "会议星期四开", [(SAME, "会议星期"), (GONE, "三"), (NEW, "四"), (SAME, "开")]),
        ("one two", "three four", [(GONE, "one two"), (NEW, "three four")]),
    ],
)
def test_latin_is_compared_by_words_and_chinese_by_characters(old, new, pieces):
    assert compare(old, new) == [Piece(*one) for one in pieces]


@given(st.text("ab 会\n.", max_size=60), st.text("ab 会\n.", max_size=60))
def test_the_pieces_give_both_texts_again(old, new):
    pieces = compare(old, new)
    assert sides(pieces) == (old, new)
    assert all(piece.text for piece in pieces)


@pytest.mark.parametrize("alphabet", [2, 100, 800, 20_000])
@pytest.mark.parametrize("lines", [1, 800])
def test_texts_of_full_length_are_compared_in_a_second_of_work(alphabet, lines):
    chance = random.Random(alphabet)
    signs = [chr(0x4E00 + number) for number in range(alphabet)]
    old = [chance.choice(signs) for _number in range(32_000)]
    new = [chance.choice(signs) if chance.random() < 0.1 else sign for sign in old]
    for text in (old, new):
        text[:: 32_000 // lines] = ["\n"] * len(text[:: 32_000 // lines])
    assert works_within(1, lambda: compare("".join(old), "".join(new)))
    pieces = compare("".join(old), "".join(new))
    assert sides(pieces) == ("".join(old), "".join(new))


def test_long_stretches_without_changes_are_cut():
    old = "a " * 1000 + "x" + " b" * 1000
    pieces = shortened(compare(old, old.replace("x", "y")))
    assert [piece.change for piece in pieces] == [Change.CUT, SAME, GONE, NEW, SAME, Change.CUT]


# Two edits at once


def test_the_second_of_two_edits_sees_both_and_overwrites_only_knowingly(browser, member):
    post = PostFactory(author=member, body="We meet on Monday.")
    url, ident = f"/forum/posts/{post.id}/edit", post.id
    browser.post(url, data={"body": "We meet on Friday.", "revision": "0"})
    data = {"body": "We meet on Sunday.", "revision": "0", "place": f"edit:{ident}"}
    page = browser.post(url, data=data)
    assert page.status_code == 409
    assert re.search(r"<del>.*?Friday.*?</del><ins>.*?Sunday.*?</ins>", page.text)
    assert ">We meet on Sunday.</textarea>" in page.text.replace(">\r\n", ">")
    assert 'name="revision" value="1"' in page.text
    assert db.session.get_one(Post, ident).body == "We meet on Friday."
    assert browser.post(url, data={**data, "revision": "1"}).status_code == 303
    assert db.session.get_one(Post, ident).body == "We meet on Sunday."
    assert db.session.scalars(select(PostRevision.body).order_by(PostRevision.revision)).all() == [
        "We meet on Monday.",
        "We meet on Friday.",
    ]


# History


def test_the_history_says_in_words_what_was_removed_and_added(browser, member):
    post = PostFactory(author=member, body="We meet on Monday.")
    browser.post(f"/forum/posts/{post.id}/edit", data={"body": "We meet on Friday.", "revision": "0"})
    text = browser.get(f"/forum/posts/{post.id}/history").text
    assert '<del><span class="vh"> removed: </span>Monday<span class="vh"> end </span></del>' in text
    assert '<ins><span class="vh"> added: </span>Friday<span class="vh"> end </span></ins>' in text


def test_a_title_has_a_history_too(browser, member):
    thread = ThreadFactory(author=member, title="Old title")
    post_id = db.session.scalar(select(Post.id).where(Post.thread_id == thread.id))
    browser.post(
        f"/forum/posts/{post_id}/edit", data={"title": "New title", "body": "The opening post.", "revision": "0"}
    )
    text = browser.get(f"/forum/posts/{post_id}/history").text
    assert re.search(r"<del>.*?Old.*?</del><ins>.*?New.*?</ins> title", text)


def test_an_earlier_version_is_restored_as_a_new_one(browser, member):
    post = PostFactory(author=member, body="First.")
    ident = post.id
    browser.post(f"/forum/posts/{ident}/edit", data={"body": "Second.", "revision": "0"})
    assert browser.get(f"/forum/posts/{ident}/history").text.count("Restore this version") == 1
    assert browser.post(f"/forum/posts/{ident}/restore", data={"revision": "0"}).status_code == 303
    found = db.session.get_one(Post, ident)
    assert (found.body, found.revision) == ("First.", 2)
    assert db.session.scalars(select(PostRevision.body).order_by(PostRevision.revision)).all() == ["First.", "Second."]


@pytest.mark.parametrize("revision", ["", "7", "-1", "x", "99999999999999999999", "²"])
def test_a_version_that_never_was_is_not_found(browser, member, revision):
    post = PostFactory(author=member)
    assert browser.post(f"/forum/posts/{post.id}/restore", data={"revision": revision}).status_code == 404


def test_others_see_the_history_and_restore_nothing(sign_in, browser, moderator):
    post = PostFactory(body="First.")
    db.session.add(
        PostRevision(post_id=post.id, revision=0, body="Zero.", html="<p>Zero.</p>", written_at=post.created_at)
    )
    post.revision = 1
    db.session.flush()
    assert "Restore this version" not in browser.get(f"/forum/posts/{post.id}/history").text
    assert browser.post(f"/forum/posts/{post.id}/restore", data={"revision": "0"}).status_code == 403


def test_long_histories_go_over_pages(browser, member):
    post = PostFactory(author=member, body="Text 0.")
    ident = post.id
    for number in range(12):
        browser.post(f"/forum/posts/{ident}/edit", data={"body": f"Text {number + 1}.", "revision": str(number)})
    first = browser.get(f"/forum/posts/{ident}/history").text
    assert re.findall(r"Version (\d+)<", first) == [str(number) for number in range(12, 3, -1)]
    url = re.search(r'rel="next" href="([^"]+)"', first)[1]
    assert re.findall(r"Version (\d+)<", browser.get(url).text) == ["3", "2", "1"]
