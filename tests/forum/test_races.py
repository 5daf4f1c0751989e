"""Two people at once, on connections of their own."""

import threading

import pytest
from sqlalchemy import select

from accounts.actors import actor_for
from core.db import db, transaction
from forum import queries, services
from forum.composing import compose
from forum.models import Board, Post, Thread

WRITERS = 4
EACH = 5


@pytest.fixture
def place(live_site):
    from tests.factories.accounts import UserFactory
    from tests.factories.forum import BoardFactory, ThreadFactory

    with transaction_for_factories():
        user = UserFactory()
        thread = ThreadFactory(board=BoardFactory())
        ids = thread.id, user.id
    db.session.remove()
    return live_site, *ids


def transaction_for_factories():
    """Let factories commit on a live site, where only ``transaction()`` may write."""
    from contextlib import contextmanager

    import core.db

    @contextmanager
    def writing():
        token = core.db._writing.set(True)
        try:
            yield
        finally:
            core.db._writing.reset(token)

    return writing()


def at_once(app, act):
    faults = []

    def work(number):
        with app.app_context():
            try:
                act(number)
            except Exception as fault:
                faults.append(fault)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=work, args=[number]) for number in range(WRITERS)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert faults == []


def test_replies_at_the_same_time_all_count_and_get_numbers_of_their_own(place):
    app, thread_id, user_id = place

    def reply(number):
        actor = actor_for(user_id)
        draft = compose(f"From {number}.")
        for turn in range(EACH):
            with transaction():
                thread = queries.get_thread(thread_id, actor, lock=True)
                services.reply(thread, actor, draft, key=f"{number}-{turn}")

    at_once(app, reply)

    numbers = db.session.scalars(select(Post.number).where(Post.thread_id == thread_id).order_by(Post.number)).all()
    assert numbers == list(range(1, WRITERS * EACH + 2))
    assert db.session.scalar(select(Thread.reply_count)) == WRITERS * EACH
    assert db.session.scalar(select(Board.post_count)) == WRITERS * EACH + 1


def test_one_form_sent_from_four_places_at_once_gives_one_post(place):
    app, thread_id, user_id = place

    def reply(_number):
        actor = actor_for(user_id)
        draft = compose("Only once.")
        with transaction():
            services.reply(queries.get_thread(thread_id, actor, lock=True), actor, draft, key="one-form")

    at_once(app, reply)

    assert db.session.scalar(select(Thread.reply_count)) == 1


def test_positions_of_one_reader_from_four_processes_end_at_the_furthest(place):
    app, thread_id, user_id = place

    def read(number):
        for turn in range(EACH):
            with transaction():
                services.advance_positions({(user_id, thread_id): number * EACH + turn})

    at_once(app, read)

    from forum.models import ReadPosition

    assert db.session.scalar(select(ReadPosition.last_number)) == WRITERS * EACH - 1
