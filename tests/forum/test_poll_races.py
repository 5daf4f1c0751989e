"""Votes at the same moment, on connections of their own."""

import pytest
from sqlalchemy import func, select

from accounts.actors import actor_for
from core.db import db, transaction
from forum import queries, services
from forum.enums import ThreadKind
from forum.errors import AlreadyVoted
from forum.models import Ballot, Poll, PollOption, Receipt, Vote
from tests.forum.test_races import WRITERS, at_once, transaction_for_factories


@pytest.fixture
def place(live_site):
    from tests.factories.accounts import UserFactory
    from tests.factories.forum import BoardFactory, PollFactory, ThreadFactory

    def furnish(**wishes):
        with transaction_for_factories():
            users = [UserFactory().id for _number in range(WRITERS)]
            thread = ThreadFactory(board=BoardFactory(), kind=ThreadKind.POLL)
            PollFactory(thread=thread, **wishes)
            notice = ThreadFactory(board=BoardFactory(), kind=ThreadKind.ANNOUNCEMENT)
            found = thread.id, users, notice.id
        db.session.remove()
        return live_site, *found

    return furnish


def options_of(thread_id):
    return db.session.scalars(
        select(PollOption.id).where(PollOption.thread_id == thread_id).order_by(PollOption.position)
    ).all()


def counted(thread_id):
    sums = select(func.sum(PollOption.vote_count)).where(PollOption.thread_id == thread_id)
    return db.session.scalar(sums), db.session.scalar(select(Poll.ballot_count)), count(Ballot)


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


@pytest.mark.parametrize("secret", [True, False])
def test_one_vote_from_four_tabs_at_once_counts_once(place, secret):
    app, thread_id, users, _notice = place(secret=secret)
    refused = []

    def vote(number):
        actor = actor_for(users[0])
        chosen = options_of(thread_id)[number % 2]
        try:
            with transaction():
                services.cast_vote(queries.get_thread(thread_id, actor), actor, [chosen])
        except AlreadyVoted:
            refused.append(number)

    at_once(app, vote)

    assert counted(thread_id) == (1, 1, 1)
    assert len(refused) == (WRITERS - 1 if secret else 0)
    assert count(Vote) == (0 if secret else 1)


@pytest.mark.parametrize("secret", [True, False])
def test_votes_of_different_people_at_once_all_count(place, secret):
    app, thread_id, users, _notice = place(secret=secret)

    def vote(number):
        actor = actor_for(users[number])
        with transaction():
            services.cast_vote(queries.get_thread(thread_id, actor), actor, [options_of(thread_id)[0]])

    at_once(app, vote)

    assert counted(thread_id) == (WRITERS, WRITERS, WRITERS)


def test_confirming_from_four_tabs_at_once_gives_one_receipt(place):
    app, _thread, users, notice = place()

    def confirm(_number):
        actor = actor_for(users[0])
        with transaction():
            services.confirm_announcement(queries.get_thread(notice, actor), actor)

    at_once(app, confirm)

    assert count(Receipt) == 1
