"""Whatever is done to threads, in whatever order, leaves numbers, trees and counters right and old links answering."""

from types import SimpleNamespace

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from accounts.actors import actor_for
from core.db import db, transaction
from core.house_rules import Rule
from forum import queries, services
from forum.models import Post, Thread
from forum.removal import is_own
from tests.factories.accounts import UserFactory
from tests.factories.forum import BoardFactory, ThreadFactory
from tests.forum.test_arranging import act, judge, no_faults  # noqa: F401 -- two of them are fixtures


class Forum(RuleBasedStateMachine):
    """Three threads on two boards, and whatever is done to them."""

    world = None
    """What the fixtures gave."""

    @initialize()
    def begin(self):
        self.boards = [BoardFactory(), BoardFactory()]
        self.threads = [ThreadFactory(board=self.boards[number % 2]).id for number in range(3)]
        self.links = []

    def thread(self, number):
        return db.session.get_one(Thread, self.threads[number % len(self.threads)], populate_existing=True)

    def posts(self, thread):
        return db.session.scalars(select(Post).where(Post.thread_id == thread.id).order_by(Post.number)).all()

    def post(self, number):
        posts = [post for one in self.threads for post in self.posts(db.session.get_one(Thread, one))]
        return posts[number % len(posts)]

    @rule(number=st.integers(0, 9), parent=st.integers(0, 50), deep=st.booleans())
    def reply(self, number, parent, deep):
        thread = self.thread(number)
        shown = [post for post in self.posts(thread) if post.is_shown]
        with transaction():
            loaded = queries.get_thread(thread.id, self.world.judge, lock=True)
            if loaded.is_shown:
                above = db.session.get(Post, shown[parent % len(shown)].id) if deep and shown else None
                services.reply(loaded, self.world.writer, self.world.text, parent=above)

    @rule(number=st.integers(0, 50))
    def hide_or_restore(self, number):
        post_id = self.post(number).id
        with transaction():
            post = queries.get_post(post_id, self.world.judge, lock=True)
            if post.hidden_at:
                services.restore_post(post, self.world.judge)
            else:
                services.hide_post(post, self.world.judge, "Rude.")

    @rule(number=st.integers(0, 50))
    def remove(self, number):
        """A moderator takes a post, or with its opening a whole thread, into the bin."""
        post_id = self.post(number).id
        with transaction():
            post = queries.get_post(post_id, self.world.judge, lock=True)
            if not self.removed(post) and post.author_id != self.world.judge.id and post.thread.is_listed:
                services.remove(post, self.world.judge, "Advertising", Rule.NO_ADVERTISING)

    @rule(number=st.integers(0, 50))
    def bring_back(self, number):
        """Whoever may brings back what is gone: a moderator what was removed, the author what the author deleted."""
        post_id = self.post(number).id
        with transaction():
            post = queries.get_post(post_id, self.world.judge, lock=True)
            gone = post.thread if post.number == 1 and not post.thread.is_listed else post
            own = is_own(gone.deleted_by_id, post.author_id)
            if gone.deleted_at and (
                not own or (post.thread.hidden_at is None and (gone is not post or post.thread.is_listed))
            ):
                services.bring_back(post, self.world.writer if own else self.world.judge)

    def removed(self, post):
        return (post.thread if post.number == 1 else post).deleted_at is not None

    @rule(number=st.integers(0, 50))
    def delete(self, number):
        post = self.post(number)
        if post.author_id == self.world.writer.id and post.is_shown and self.thread_shown(post.thread_id):
            with transaction():
                services.delete_post(queries.get_post(post.id, self.world.judge, lock=True), self.world.writer)

    def thread_shown(self, thread_id):
        return db.session.get_one(Thread, thread_id, populate_existing=True).is_shown

    @rule(number=st.integers(0, 9), chosen=st.lists(st.integers(1, 30), min_size=1, max_size=3))
    def split(self, number, chosen):
        thread = self.thread(number)
        replies = self.posts(thread)[1:]
        if replies:
            fresh = self.world.act("split", thread, *{replies[one % len(replies)] for one in chosen})
            self.threads.append(fresh.id)

    @precondition(lambda self: len(self.threads) > 1)
    @rule(number=st.integers(0, 9), other=st.integers(0, 9))
    def merge(self, number, other):
        source, target = self.thread(number), self.thread(other)
        if source.id != target.id and source.is_listed and target.is_listed:
            self.world.act("merge", source, target)
            self.threads.remove(source.id)
            self.links.append(f"/forum/threads/{source.id}")

    @rule(number=st.integers(0, 9))
    def move(self, number):
        thread = self.thread(number)
        self.world.act("move", thread, self.boards[thread.board_id == self.boards[0].id])

    @rule(number=st.integers(0, 50))
    def copy(self, number):
        post = self.post(number)
        if post.is_shown:
            fresh = self.world.act("copy", post, self.boards[0], self.world.text)
            self.threads.append(fresh.id)

    @invariant()
    def all_is_right(self):
        assert no_faults()

    def empty_the_bin(self):
        """Old links answer where the thread they lead to is still shown."""
        for thread in [self.thread(number) for number in range(len(getattr(self, "threads", [])))]:
            if not thread.is_listed:
                opening_id = self.posts(thread)[0].id
                with transaction():
                    services.put_back(queries.get_post(opening_id, self.world.judge, lock=True))

    def teardown(self):
        self.empty_the_bin()
        for address in getattr(self, "links", []):
            answer = self.world.client.get(address)
            assert (answer.status_code, self.world.client.get(answer.location).status_code) == (302, 302)


def test_any_sequence_of_acts_leaves_numbers_trees_and_counters_right(act, judge, draft, client):  # noqa: F811
    writer = actor_for(UserFactory().id)
    Forum.world = SimpleNamespace(act=act, judge=judge, writer=writer, text=draft("Something."), client=client)
    # All of it is one transaction; PostgreSQL clears no dead rows away in it, and each check reads through them.
    examples = 12 if db.session.get_bind().dialect.name == "sqlite" else 4
    run_state_machine_as_test(
        Forum,
        settings=settings(
            max_examples=examples,
            stateful_step_count=12,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=True,
            database=None,
        ),
    )
