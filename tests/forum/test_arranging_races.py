"""Threads that are moved, joined, parted and answered at the same moment, on connections of their own."""

import threading
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from accounts.actors import actor_for
from core.db import Busy, db, transaction
from core.permissions import Role
from forum import queries, services
from forum.composing import compose
from forum.errors import PostMoved, ThreadMerged
from forum.models import Board, Post, Thread
from forum.services.checking import find_board_faults, find_faults
from tests.forum.test_races import transaction_for_factories

ROUNDS = 4
REPLIES = 3
TRIES = 5


@pytest.fixture
def place(live_site):
    """A live site: two boards, two threads with replies, a moderator and a member; both by id."""
    from tests.factories.accounts import UserFactory, grant, root_branch
    from tests.factories.forum import BoardFactory, PostFactory, ThreadFactory

    with transaction_for_factories():
        branch = root_branch()
        judge, member = UserFactory(), UserFactory()
        grant(judge, Role.MODERATOR, branch)
        boards = [BoardFactory(branch=branch) for _number in range(2)]
        threads = [ThreadFactory(board=board, author=member) for board in boards]
        for thread in threads:
            PostFactory.create_batch(REPLIES, thread=thread, author=member)
        db.session.commit()
        found = SimpleNamespace(
            app=live_site,
            judge_id=judge.id,
            member_id=member.id,
            boards=[board.slug for board in boards],
            threads=[thread.id for thread in threads],
        )
    db.session.remove()
    return found


def patiently(act, turn):
    """Try again, as people do, what a machine with much else to do was too busy for: nothing of it was written."""
    for _try in range(TRIES):
        try:
            return act(turn)
        except Busy:
            db.session.remove()
    return act(turn)


def together(place, *acts, rounds=ROUNDS):
    """Begin all acts at one moment, each several times; return what was refused, and fail for anything else."""
    start, refused, faults = threading.Barrier(len(acts)), [], []

    def work(act):
        with place.app.app_context():
            for turn in range(rounds):
                start.wait(30)
                try:
                    patiently(act, turn)
                except (PostMoved, ThreadMerged) as refusal:
                    refused.append(type(refusal))
                except Exception as fault:
                    faults.append(fault)
                finally:
                    db.session.remove()

    workers = [threading.Thread(target=work, args=[act]) for act in acts]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    assert faults == []
    db.session.remove()  # What was read before is as it was before.
    return refused


def sound():
    """Tell whether a check of the whole forum finds nothing."""
    with transaction():
        return find_faults(list(db.session.scalars(select(Thread.id)))) + find_board_faults() == []


def bodies():
    return sorted(db.session.scalars(select(Post.body)))


def answering(place, thread_id, words):
    """Return an act: what the page of a reply does."""

    def act(turn):
        actor = actor_for(place.member_id)
        draft = compose(f"{words} {turn}")
        with transaction():
            thread = queries.get_thread_to_answer(thread_id, actor)
            services.reply(thread, actor, draft, key=f"{words}-{turn}")

    return act


def merging(place, source, target):
    def act(_turn):
        judge = actor_for(place.judge_id)
        with transaction():
            services.merge_threads(*queries.get_two_threads(source, target, judge), judge, "The same.")

    return act


def moving(place, thread_id):
    def act(turn):
        judge = actor_for(place.judge_id)
        with transaction():
            thread = queries.get_thread(thread_id, judge, lock=True)
            board = queries.get_board(place.boards[turn % 2 == thread_id % 2], judge)
            if board.id != thread.board_id:
                services.move_thread(thread, board, judge, "Better there.")

    return act


def splitting(place, thread_id):
    def act(turn):
        judge = actor_for(place.judge_id)
        with transaction():
            thread = queries.get_thread(thread_id, judge, lock=True)
            last = db.session.scalars(
                select(Post.id)
                .where(Post.thread_id == thread_id, Post.number > 1)
                .order_by(Post.number.desc())
                .limit(1)
            ).all()
            if last:
                services.split_thread(thread, last, f"Of its own {turn}", judge, "Another matter.")

    return act


def deleting(place, post_ids):
    def act(turn):
        actor = actor_for(place.member_id)
        with transaction():
            services.delete_post(queries.get_post(post_ids[turn], actor, lock=True), actor)

    return act


def test_moving_parting_and_answering_at_once_lose_nothing(place):
    first, other = place.threads
    before = bodies()
    refused = together(
        place,
        moving(place, first),
        splitting(place, first),
        answering(place, first, "To the first"),
        answering(place, other, "To the other"),
    )
    added = [f"To the {name} {turn}" for name in ("first", "other") for turn in range(ROUNDS)]
    assert (refused, bodies()) == ([], sorted(before + added))
    assert sound()


def test_two_joins_that_cross_leave_one_thread_and_one_signpost(place):
    first, other = place.threads
    before = bodies()
    refused = together(place, merging(place, first, other), merging(place, other, first), rounds=1)
    assert (refused, bodies()) == ([ThreadMerged], before)
    signposts = db.session.execute(select(Thread.id, Thread.merged_into_id).order_by(Thread.id)).all()
    assert [tuple(row) for row in signposts] in ([(first, other), (other, None)], [(first, None), (other, first)])
    assert sound()


def test_an_answer_into_a_thread_that_is_being_joined_stands_in_the_other(place):
    first, other = place.threads
    before = bodies()
    acts = [answering(place, first, f"Meanwhile {number}") for number in range(3)]
    refused = together(place, merging(place, first, other), *acts, rounds=1)
    assert (refused, bodies()) == ([], sorted(before + [f"Meanwhile {number} 0" for number in range(3)]))
    assert db.session.scalars(select(Post.thread_id).distinct()).all() == [other]
    assert sound()


def test_taking_posts_back_while_their_thread_moves_and_is_joined_counts_right(place):
    first, other = place.threads
    mine = list(
        db.session.scalars(select(Post.id).where(Post.thread_id == first, Post.number > 1).order_by(Post.number))
    )
    before = bodies()
    together(
        place, moving(place, first), deleting(place, mine), answering(place, other, "Still here"), rounds=REPLIES - 1
    )
    refused = together(
        place, merging(place, first, other), deleting(place, mine[REPLIES - 1 :]), moving(place, other), rounds=1
    )
    assert set(refused) <= {PostMoved, ThreadMerged}
    assert bodies() == sorted(before + [f"Still here {turn}" for turn in range(REPLIES - 1)])
    assert sound()
    counted = db.session.scalars(select(Board.post_count)).all()
    shown = select(Post.id).where(Post.deleted_at.is_(None))
    assert sum(counted) == len(db.session.scalars(shown).all())
