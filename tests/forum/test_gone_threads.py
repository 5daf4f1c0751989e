"""What is left of a removed thread for those who see it no more: nothing, at any of its addresses."""

import pytest

from core.clock import utcnow
from core.db import db
from forum.enums import ThreadKind
from tests.factories.forum import PollFactory, PostFactory, ThreadFactory

ADDRESSES = [
    "threads/{thread}",
    "threads/{thread}/arrange",
    "threads/{thread}/export",
    "threads/{thread}/news",
    "threads/{thread}/poll",
    "threads/{thread}/poll.csv",
    "threads/{thread}/receipts",
    "threads/{thread}/sort",
    "feeds/threads/{thread}",
    "posts/{post}",
    "posts/{post}/context",
    "posts/{post}/history",
    "posts/{post}/reactions",
    "posts/{post}/reply",
    "posts/{post}/bookmark",
    "posts/{post}/translate",
    "posts/{post}/translation",
]


@pytest.fixture
def removed(moderator):
    """A poll with an answer that a moderator has removed: ids of the thread and of the answer."""
    thread = ThreadFactory(kind=ThreadKind.POLL)
    PollFactory(thread=thread)
    reply = PostFactory(thread=thread)
    thread.deleted_at, thread.deleted_by_id, thread.deleted_reason = utcnow(), moderator.id, "Advertising"
    db.session.commit()
    return {"thread": thread.id, "post": reply.id}


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_page_of_a_removed_thread_answers_its_readers(removed, sign_in, member, address):
    assert sign_in(member).get(f"/forum/{address.format(**removed)}").status_code == 404


@pytest.mark.parametrize("act", ["vote", "confirm", "follow", "lock", "poll/close"])
def test_nothing_is_done_to_a_removed_thread_by_its_readers(removed, sign_in, member, act):
    answer = sign_in(member).post(f"/forum/threads/{removed['thread']}/{act}", data={"level": "muted"})
    assert answer.status_code == 404


def test_its_moderators_still_see_the_poll(removed, sign_in, moderator):
    assert sign_in(moderator).get(f"/forum/threads/{removed['thread']}/poll").status_code == 200


def test_what_somebody_was_typing_meanwhile_is_not_lost(removed, sign_in, member):
    data = {"body": "A long answer.", "key": "one"}
    answer = sign_in(member).post(f"/forum/threads/{removed['thread']}/replies", data=data)
    assert answer.status_code == 409
    assert "A long answer.</textarea>" in answer.text
