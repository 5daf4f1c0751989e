"""Reactions, bookmarks with reminders, the context of a reply, and one's own posts."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from core import clock as moments
from core.db import db
from core.notifications import PeopleTold
from forum import queries, services
from forum.enums import PostView
from forum.models import Bookmark, Post, Reaction, Thread
from forum.queries.context import ANSWERS_MAX, CHAIN_MAX
from forum.queries.spans import Span
from forum.timers import remind
from tests.factories.accounts import UserFactory
from tests.factories.forum import BoardFactory, PostFactory, ThreadFactory


@pytest.fixture
def browser(sign_in, member):
    one = sign_in(member)
    one.set_cookie("lang", "en", domain="localhost")
    return one


def shown(post_id):
    post = db.session.get_one(Post, post_id, populate_existing=True)
    return post.reactions, post.support_count


# Reactions


def test_one_member_reacts_once_and_may_change_or_take_it_back(browser, sign_in):
    post = PostFactory()
    other = sign_in(UserFactory())
    for value, found in (
        ("agree", ({"agree": 1}, 1)),
        ("agree", ({"agree": 1}, 1)),
        ("thanks", ({"thanks": 1}, 1)),
    ):
        assert browser.post("/forum/react", data={"react": f"{post.id}:{value}"}).location == f"/forum/posts/{post.id}"
        assert shown(post.id) == found
    other.post("/forum/react", data={"react": f"{post.id}:thanks"})
    assert shown(post.id) == ({"thanks": 2}, 2)
    page = browser.get(f"/forum/threads/{post.thread_id}").text
    assert "Thanks 2</a>" in page
    assert f'value="{post.id}:none" aria-pressed="true">Thanks</button>' in page
    assert f'value="{post.id}:agree">I agree</button>' in page
    for _time in range(2):
        browser.post("/forum/react", data={"react": f"{post.id}:none"})
        assert shown(post.id) == ({"thanks": 1}, 1)


def test_nobody_reacts_to_their_own_or_to_what_is_gone(browser, member, moderator, actor_of, transaction):
    from core.documents import target_for

    own, hidden = PostFactory(author=member), PostFactory()
    archived = PostFactory(thread=ThreadFactory(board=BoardFactory(archived=True)))
    with transaction():
        target_for("post").hide(hidden.id, actor_of(moderator), "Spam.")
    for post, status in ((own, 403), (hidden, 409), (archived, 409)):
        assert browser.post("/forum/react", data={"react": f"{post.id}:agree"}).status_code == status
    assert f'value="{own.id}:agree"' not in browser.get(f"/forum/threads/{own.thread_id}").text
    assert db.session.scalars(select(Reaction)).all() == []


@pytest.mark.parametrize(
    "value", ["", "x", "1", "1:", ":agree", "9" * 30 + ":agree", "²:agree", "1:loud", "1:agree\x00"]
)
def test_a_reaction_that_is_none_is_refused(browser, value):
    PostFactory()
    assert browser.post("/forum/react", data={"react": value}).status_code == 422


@pytest.mark.parametrize("people", [1, 3])
def test_who_reacted_is_named_on_a_page_of_the_same_cost(client, count_queries, people):
    post = PostFactory()
    for number in range(people):
        person = UserFactory(display_name=f"Person {number}")
        db.session.add(Reaction(post_id=post.id, user_id=person.id, kind="agree"))
    db.session.commit()
    with count_queries() as seen:
        page = client.get(f"/forum/posts/{post.id}/reactions").text
    assert (len(re.findall(r">Person \d</a>", page)), len(seen)) == (people, 2)


def test_reactions_are_counted_anew_by_the_command(app):
    from forum.cli import forum as commands

    post, other = PostFactory(), PostFactory(support_count=5, reactions={"agree": 5})
    db.session.add(Reaction(post_id=post.id, user_id=UserFactory().id, kind="insightful"))
    db.session.commit()
    assert app.test_cli_runner().invoke(commands, ["recount"]).exit_code == 0
    assert shown(post.id) == ({"insightful": 1}, 1)
    assert shown(other.id) == ({}, 0)


def test_the_order_by_support_puts_the_most_supported_first(browser, member, actor_of, transaction):
    thread = ThreadFactory()
    quiet, loud = PostFactory(thread=thread), PostFactory(thread=thread)
    browser.post("/forum/react", data={"react": f"{loud.id}:agree"})
    page = queries.get_thread_page(thread.id, actor_of(member), view=PostView.SUPPORT, span=Span())
    assert [post.number for post in page.posts] == [1, loud.number, quiet.number]


# Bookmarks


def test_a_post_is_kept_with_a_note_and_let_go(browser, member):
    post = PostFactory(body="Worth keeping.")
    url = f"/forum/posts/{post.id}/bookmark"
    assert browser.get(url).status_code == 200
    assert browser.post(url, data={"note": "For the meeting", "remind": "never"}).status_code == 303
    listed = browser.get("/forum/bookmarks").text
    assert "For the meeting" in listed
    assert "Worth keeping." in listed
    assert ">Kept</a>" in browser.get(f"/forum/threads/{post.thread_id}").text
    assert 'value="For the meeting"' in browser.get(url).text
    browser.post(url, data={"note": "Another", "remind": "week"})
    (kept,) = db.session.scalars(select(Bookmark).execution_options(populate_existing=True))
    assert (kept.note, kept.remind_at is not None) == ("Another", True)
    assert browser.post(url, data={"remove": "1"}).location == "/forum/bookmarks"
    assert "You keep no post yet." in browser.get("/forum/bookmarks").text


def test_reminders_come_at_nine_by_the_members_clock(browser, member, monkeypatch):
    post = PostFactory()
    url = f"/forum/posts/{post.id}/bookmark"
    now = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)  # Ten in the morning in Shanghai.
    with moments.at(now):
        for data, day in (
            ({"remind": "tomorrow"}, datetime(2026, 3, 2, 1, tzinfo=UTC)),
            ({"remind": "week"}, datetime(2026, 3, 8, 1, tzinfo=UTC)),
            ({"remind": "day", "day": "2026-05-05"}, datetime(2026, 5, 5, 1, tzinfo=UTC)),
        ):
            assert browser.post(url, data=data).status_code == 303
            assert db.session.scalars(select(Bookmark.remind_at)).one() == day


@pytest.mark.parametrize(
    "data",
    [
        {"remind": "day"},
        {"remind": "day", "day": "2020-01-01"},
        {"remind": "day", "day": "9999-12-31"},
        {"remind": "day", "day": "soon"},
        {"remind": "loud"},
        {"remind": "never", "note": "x" * 301},
    ],
)
def test_a_bookmark_that_cannot_be_is_refused_and_kept_in_the_form(browser, data):
    post = PostFactory()
    page = browser.post(f"/forum/posts/{post.id}/bookmark", data={"note": "My note", **data})
    assert page.status_code == 422
    assert data.get("note", "My note") in page.text
    assert db.session.scalars(select(Bookmark)).all() == []


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_of_kept_posts_costs_the_same_and_names_what_is_gone(
    browser, member, moderator, actor_of, transaction, count_queries, number
):
    from core.documents import target_for

    posts = [PostFactory(body=f"Kept text {place}.") for place in range(number)]
    with transaction():
        for post in posts:
            services.keep_post(post, actor_of(member), note=f"Note of {post.id}", remind_at=None)
        target_for("post").hide(posts[0].id, actor_of(moderator), "Spam.")
    title = posts[0].thread.title
    with count_queries() as seen:
        page = browser.get("/forum/bookmarks").text
    assert len(seen) == 4
    assert page.count("Kept text") == number - 1
    assert "A post that is no longer there for you" in page
    assert f"Note of {posts[0].id}" in page
    assert f"{title} #" not in page


def test_a_reminder_is_told_exactly_once_and_never_of_what_is_gone(member, actor_of, moderator, transaction, announced):
    from core.documents import target_for

    kept, later, gone, inner = PostFactory(), PostFactory(), PostFactory(), PostFactory()
    actor, now = actor_of(member), moments.utcnow()
    with transaction():
        for post, note in ((kept, "Look again"), (gone, ""), (inner, "")):
            services.keep_post(post, actor, note=note, remind_at=now - timedelta(minutes=1))
        services.keep_post(later, actor, note="", remind_at=now + timedelta(days=1))
        target_for("post").hide(gone.id, actor_of(moderator), "Spam.")
        db.session.execute(update(Thread).where(Thread.id == inner.thread_id).values(audience="user:0"))
    assert [remind(), remind()] == [3, 0]
    (told,) = [event for event in announced() if isinstance(event, PeopleTold)]
    assert (told.recipient_ids, told.kind, told.params["note"]) == ((member.id,), "forum.reminder_note", "Look again")
    with moments.at(now + timedelta(days=2)):
        assert remind() == 1


# The context of a reply


def test_the_context_of_a_reply_is_what_it_answers_and_what_answers_it(client, count_queries):
    thread = ThreadFactory(body="The question.")
    first = PostFactory(thread=thread, body="A first thought.")
    PostFactory(thread=thread, body="Something else.")
    second = PostFactory(thread=thread, parent=first, body="A second thought.")
    PostFactory(thread=thread, parent=second, body="A third thought.")
    with count_queries() as seen:
        page = client.get(f"/forum/posts/{second.id}/context").text
    assert re.findall(r'id="p(\d+)"', page) == ["1", "2", "4", "5"]
    assert "Something else." not in page
    assert len(seen) == 2
    opening = db.session.scalars(select(Post.id).where(Post.thread_id == thread.id, Post.number == 1)).one()
    assert re.findall(r'id="p(\d+)"', client.get(f"/forum/posts/{opening}/context").text) == ["1", "2", "3"]


def test_a_long_chain_shows_its_beginning_its_end_and_says_what_is_left_out(client):
    thread, parent = ThreadFactory(), None
    for _number in range(CHAIN_MAX + 40):
        parent = PostFactory(thread=thread, parent=parent)
    page = client.get(f"/forum/posts/{parent.id}/context").text
    last = parent.number
    assert re.findall(r'id="p(\d+)"', page) == ["1", *(str(n) for n in range(last - CHAIN_MAX, last + 1))]
    assert page.count('class="newline"') == 1


def test_many_answers_are_cut_and_hidden_posts_say_nothing(client, moderator, actor_of, transaction):
    from core.documents import target_for

    thread = ThreadFactory()
    first = PostFactory(thread=thread, body="Rude words.")
    for _number in range(ANSWERS_MAX + 1):
        PostFactory(thread=thread, parent=first)
    with transaction():
        target_for("post").hide(first.id, actor_of(moderator), "Insult.")
    page = client.get(f"/forum/posts/{first.id}/context").text
    assert "Rude words." not in page
    assert "Insult." in page
    assert len(re.findall(r'id="p\d+"', page)) == ANSWERS_MAX + 2
    assert "the thread has them all" in page or "话题里" in page or page.count('class="meta"')


# What one wrote


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize("show", ["posts", "threads"])
def test_what_one_wrote_stands_on_one_page_of_the_same_cost(browser, member, count_queries, number, show):
    for _number in range(number):
        PostFactory(author=member, thread=ThreadFactory(author=member))
    PostFactory()
    with count_queries() as seen:
        page = browser.get(f"/forum/mine?show={show}").text
    assert (page.count("<h3>"), len(seen)) == (number if show == "threads" else 2 * number, 4)


def test_own_posts_go_over_pages_and_leave_out_what_may_not_be_read(browser, member):
    thread = ThreadFactory()
    for _number in range(21):
        PostFactory(thread=thread, author=member)
    PostFactory(thread=ThreadFactory(audience="user:0", title="A closed room"), author=member)
    page = browser.get("/forum/mine").text
    assert "A closed room" not in page
    assert page.count("<h3>") == 20
    after = re.search(r'rel="next" href="([^"]+)"', page)[1].replace("&amp;", "&")
    assert browser.get(after).text.count("<h3>") == 1
