"""The page on which moderators bring a thread into order: what will happen is shown before it does."""

import re

import pytest
from sqlalchemy import select

from core.db import db
from forum.models import Post, Thread
from tests.factories.forum import BoardFactory, PostFactory, ThreadFactory


@pytest.fixture
def judge(sign_in, moderator):
    browser = sign_in(moderator)
    browser.set_cookie("lang", "en", domain="localhost")
    return browser


@pytest.fixture
def busy(app):
    thread = ThreadFactory(title="Busy")
    for _number in range(3):
        PostFactory(thread=thread)
    return thread


def hidden(page) -> dict[str, list[str]]:
    """Return the hidden fields of the form that confirms."""
    form = re.search(r'<form class="acts".*?</form>', page.text, re.DOTALL)[0]
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form):
        found.setdefault(name, []).append(value)
    return found


def test_the_page_offers_all_four_ways(judge, busy):
    page = judge.get(f"/forum/threads/{busy.id}/arrange").text
    for words in ("Move to another board", "Join to another thread", "Make posts a thread", "Copy a post out"):
        assert words in page
    assert page.count('type="checkbox"') == 3
    assert f"/forum/threads/{busy.id}/arrange" in judge.get(f"/forum/threads/{busy.id}").text


def test_long_threads_offer_their_posts_page_by_page(judge):
    thread = ThreadFactory()
    for _number in range(44):
        PostFactory(thread=thread)
    first = judge.get(f"/forum/threads/{thread.id}/arrange").text
    assert (first.count('type="checkbox"'), "arrange?from=22" in first) == (20, True)
    second = judge.get(f"/forum/threads/{thread.id}/arrange?from=22").text
    assert ("arrange?from=42" in second, "arrange?from=2" in second) == (True, True)


def test_nothing_happens_before_it_is_confirmed(judge, busy):
    board = BoardFactory()
    data = {"move-board_id": board.id, "move-reason": "Better there."}
    url = f"/forum/threads/{busy.id}/arrange/move"
    shown = judge.post(url, data=data)
    assert (shown.status_code, str(board.title.en) in shown.text) == (200, True)
    assert db.session.get_one(Thread, busy.id, populate_existing=True).board_id != board.id
    done = judge.post(url, data=hidden(shown))
    assert (done.status_code, done.location) == (303, f"/forum/threads/{busy.id}")
    assert db.session.get_one(Thread, busy.id, populate_existing=True).board_id == board.id


@pytest.mark.parametrize(
    "shape", ["{id}", "#{id}", "/forum/threads/{id}", "http://xuetan.test/forum/threads/{id}?page=2#p3"]
)
def test_the_other_thread_is_named_by_number_or_address(judge, busy, shape):
    other = ThreadFactory(title="Where it goes")
    url = f"/forum/threads/{busy.id}/arrange/merge"
    shown = judge.post(url, data={"merge-target": shape.format(id=other.id), "merge-reason": "The same."})
    assert "4 posts go behind those of the other thread:" in shown.text
    assert "Where it goes" in shown.text
    assert judge.post(url, data=hidden(shown)).status_code == 303
    assert judge.get(f"/forum/threads/{busy.id}", follow_redirects=True).text.count('<article class="post"') == 5


@pytest.mark.parametrize("target", ["999999", "x", "", "99999999999999", "\x00", "9" * 40])
def test_a_thread_that_is_not_there_is_named_beside_the_field(judge, busy, target):
    page = judge.post(
        f"/forum/threads/{busy.id}/arrange/merge", data={"merge-target": target, "merge-reason": "The same."}
    )
    assert page.status_code == 422
    assert 'id="merge-target-e"' in page.text


def test_posts_are_chosen_by_boxes_and_by_a_range(judge, busy):
    posts = db.session.scalars(select(Post.id).where(Post.thread_id == busy.id).order_by(Post.number)).all()
    url = f"/forum/threads/{busy.id}/arrange/split"
    data = {"split-title": "Apart", "split-reason": "Another matter.", "split-posts": [posts[1]]}
    shown = judge.post(url, data=data | {"split-first": "4", "split-last": "4"})
    assert "2 posts become a thread of their own:" in shown.text
    done = judge.post(url, data=hidden(shown))
    fresh = judge.get(done.location).text
    assert ("Apart" in fresh, fresh.count('<article class="post"')) == (True, 2)


@pytest.mark.parametrize("extra", [{}, {"split-posts": ["99999999999999999999"]}, {"split-posts": ["x"]}])
def test_a_split_without_a_post_is_refused_and_keeps_what_was_typed(judge, busy, extra):
    data = {"split-title": "Apart", "split-reason": "Another matter.", **extra}
    page = judge.post(f"/forum/threads/{busy.id}/arrange/split", data=data)
    assert (page.status_code, 'value="Apart"' in page.text) == (422, True)


def test_a_copy_points_back(judge, busy):
    board = BoardFactory()
    url = f"/forum/threads/{busy.id}/arrange/copy"
    data = {"copy-number": "2", "copy-board_id": board.id, "copy-title": "Worth it", "copy-reason": "Worth it."}
    done = judge.post(url, data=hidden(judge.post(url, data=data)))
    post = db.session.scalars(select(Post.id).where(Post.thread_id == busy.id, Post.number == 2)).one()
    assert f'href="/forum/posts/{post}"' in judge.get(done.location).text


def test_a_poll_is_not_merged_and_says_why(judge):
    poll, other = ThreadFactory(kind="poll"), ThreadFactory()
    data = {"merge-target": str(other.id), "merge-reason": "The same."}
    page = judge.post(f"/forum/threads/{poll.id}/arrange/merge", data=data)
    assert (page.status_code, "its votes and receipts belong to it" in page.text) == (409, True)


def test_the_page_says_when_other_people_may_read_what_is_moved_joined_or_copied(judge, busy):
    place = f"/forum/threads/{busy.id}/arrange"
    wide, narrow = BoardFactory(audience=busy.audience), BoardFactory(audience=f"branch:{BoardFactory().branch_id}")
    other = ThreadFactory(board=narrow, audience=narrow.audience)

    def warns(act: str, **data) -> bool:
        fields = {f"{act}-{name}": value for name, value in {"reason": "Order.", **data}.items()}
        page = judge.post(f"{place}/{act}", data=fields)
        assert "This will happen" in page.text
        return "Other people may read it then:" in page.text

    moved = [warns("move", board_id=board.id) for board in (wide, narrow)]
    copied = [warns("copy", board_id=board.id, number=2, title="Copied") for board in (wide, narrow)]
    assert (moved, copied) == ([False, True], [False, True])
    assert warns("merge", target=str(other.id))


def test_the_page_says_when_a_thread_keeps_the_readers_of_what_it_hangs_on(judge, busy):
    busy.subject_kind, busy.subject_id = "lesson", 1
    db.session.commit()
    data = {"move-board_id": BoardFactory(audience="members").id, "move-reason": "Order."}
    page = judge.post(f"/forum/threads/{busy.id}/arrange/move", data=data).text
    assert ("may still read the thread" in page, "Other people may read it" in page) == (True, False)


def test_export_and_feed_of_a_joined_thread_are_those_of_the_other(judge, busy, client):
    middle, last = ThreadFactory(title="Middle"), ThreadFactory(title="Last one")
    for source, target in ((busy, middle), (middle, last)):
        data = {"merge-target": str(target.id), "merge-reason": "One matter.", "confirm": "1"}
        judge.post(f"/forum/threads/{source.id}/arrange/merge", data=data)
    for address in (f"/forum/threads/{busy.id}/export", f"/forum/feeds/threads/{busy.id}"):
        page = client.get(address)
        assert (page.status_code, "Last one" in page.text) == (200, True)
    last.audience = "members"
    db.session.commit()
    assert {client.get(f"/forum/threads/{busy.id}/export").status_code} == {404}
