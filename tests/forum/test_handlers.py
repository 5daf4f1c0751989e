"""Who is told of what."""

import pytest
from sqlalchemy import select

from core.db import db
from core.events import ContentEvent
from core.notifications import PeopleTold
from core.permissions import branch_audience
from forum import handlers, queries, services
from forum.events import RepliesTouched
from forum.models import Post
from tests.factories.accounts import UserFactory
from tests.factories.forum import BoardFactory, PostFactory, ThreadFactory


@pytest.fixture
def told(announced):
    """Return ``told() -> {kind: recipient ids}`` of the notices announced so far."""
    return lambda: {event.kind: event.recipient_ids for event in announced() if isinstance(event, PeopleTold)}


@pytest.fixture
def run(app):
    """Return ``run(handler, post)``: hand a handler the event of a post."""
    from forum.events import PostPublished

    def go(post, mentioned_ids=()):
        event = PostPublished(subject=post.ref, post_id=post.id, thread_id=post.thread_id, mentioned_ids=mentioned_ids)
        handlers.tell_of_posts([event])

    return go


def test_followers_the_one_answered_and_those_mentioned_are_told_once_each(run, told, actor_of, transaction):
    thread = ThreadFactory()
    answered, follower, mentioned, writer = (UserFactory() for _person in range(4))
    first = PostFactory(thread=thread, author=answered)
    with transaction():
        for person in (answered, follower, mentioned, writer):
            services.watch(thread.id, actor_of(person))
    post = PostFactory(thread=thread, author=writer, parent=first)

    run(post, (mentioned.id, writer.id))

    assert told() == {
        "forum.mention": (mentioned.id,),
        "forum.reply": (answered.id,),
        "forum.post": (follower.id,),
    }


def test_nobody_hears_of_what_they_may_not_read(run, told, other_branch, member, actor_of, transaction):
    inside = UserFactory(branch=other_branch)
    board = BoardFactory(branch=other_branch, audience=branch_audience(other_branch.id))
    thread = ThreadFactory(board=board)
    with transaction():
        services.watch(thread.id, actor_of(inside))
    run(PostFactory(thread=thread), (member.id,))
    assert told() == {"forum.post": (inside.id,)}


def test_hidden_posts_tell_nobody(run, told, moderator, actor_of, transaction):
    from core.documents import target_for

    thread = ThreadFactory()
    with transaction():
        services.watch(thread.id, actor_of(UserFactory()))
    post = PostFactory(thread=thread)
    with transaction():
        target_for("post").hide(post.id, actor_of(moderator), "Spam.")
    run(post)
    assert told() == {}


def test_a_reply_in_the_browser_reaches_the_inbox_once(sign_in, member, drain):
    thread = ThreadFactory()
    author = thread.author
    member_client = sign_in(member)
    data = {"body": f"@{author.username} look", "key": "k", "parent": ""}
    for _time in range(2):
        member_client.post(f"/forum/threads/{thread.id}/replies", data=data)
        drain()
    db.session.refresh(author)
    assert author.unread_count == 1


def test_an_edit_tells_only_those_it_names_anew(app, member, actor_of, transaction, draft, drain):
    author = UserFactory()
    post = PostFactory(author=author)
    for words in (f"@{member.username} hello", f"@{member.username} hello again"):
        with transaction():
            loaded = queries.get_post(post.id, actor_of(author), lock=True)
            services.edit_post(loaded, actor_of(author), draft(words), seen_revision=loaded.revision)
        drain()
    db.session.refresh(member)
    assert member.unread_count == 1


def test_a_name_two_people_bear_mentions_neither(app, draft):
    UserFactory(username="one", display_name="李文")
    UserFactory(username="two", display_name="李文")
    assert draft("@李文 你好").mentioned_ids == ()
    assert len(draft("@two 你好").mentioned_ids) == 1


def test_a_member_is_found_by_display_name_in_running_chinese(app, draft):
    user = UserFactory(username="zhang", display_name="张三")
    made = draft("请@张三看一下")
    assert made.mentioned_ids == (user.id,)
    assert '<a class="mention" href="/members/zhang">@张三</a>看一下' in made.html
    assert db.session.scalars(select(Post)).all() == []


def test_replies_that_were_touched_are_read_again_some_at_a_time(app, monkeypatch, announced):
    posts = [PostFactory()]
    posts += [PostFactory(thread=posts[0].thread) for _number in range(4)]
    monkeypatch.setattr(handlers, "REREAD_BATCH", 2)
    handlers.reread_replies([RepliesTouched(thread_id=posts[0].thread_id, after=2)])
    assert announced() == [ContentEvent(subject=post.ref) for post in posts[1:]]
