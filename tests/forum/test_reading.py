"""Unread that can be trusted: whatever is done in whatever order, nothing unread is lost and counts are right."""

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from core.clock import utcnow
from core.db import db
from core.db import transaction as writing
from forum import queries, runs, services
from forum.enums import FollowedKind, PostView, SubscriptionLevel
from forum.models import Board, Post, ReadPosition, Thread
from forum.queries import reading
from forum.queries.reading import has_unread, read_number, unread_count, with_reading
from forum.queries.spans import Span
from forum.views import lists
from forum.views.threads import read_positions
from tests.factories.forum import BoardFactory, PostFactory, ThreadFactory

QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
numbers = st.sets(st.integers(1, 30), max_size=8)


@pytest.fixture(autouse=True)
def _no_waiting_positions():
    read_positions._values.clear()
    yield
    read_positions._values.clear()


@given(st.lists(numbers, max_size=8))
def test_runs_hold_exactly_the_numbers_put_in(parts):
    found = runs.united(run for part in parts for run in runs.of_numbers(part))
    everything = set().union(*parts)
    assert {number for first, last in found for number in range(first, last + 1)} == everything
    assert runs.count(found) == len(everything)
    assert all(left[1] + 1 < right[0] for left, right in pairwise(found))
    assert all(runs.contains(found, number) == (number in everything) for number in range(32))
    reached, ahead = runs.split_off(found)
    assert runs.united([(1, reached), *ahead]) == found


def shown(thread_id, actor):
    """Return what lists show of a thread: read number, how many are new, whether it is unread."""
    statement = select(read_number(actor.id), unread_count(actor.id), has_unread(actor)).select_from(Thread)
    return tuple(db.session.execute(with_reading(statement.where(Thread.id == thread_id), actor)).one())


acts = st.lists(
    st.one_of(
        st.tuples(st.just("theirs"), st.just(None)),
        st.tuples(st.just("mine"), st.just(None)),
        st.tuples(st.just("see"), st.sets(st.integers(1, 12), min_size=1, max_size=5)),
        st.tuples(st.just("mark"), st.just(None)),
        st.tuples(st.just("look"), st.just(None)),
        st.tuples(st.just("mark late"), st.just(None)),
    ),
    max_size=14,
)


@settings(max_examples=40, deadline=None, suppress_health_check=QUIET)
@given(acts=acts)
def test_after_any_sequence_of_acts_exactly_what_was_not_seen_is_unread(thread, member, actor_of, draft, acts):
    actor = actor_of(member)
    thread = ThreadFactory()
    board_id, last, unread = thread.board_id, 1, {1}
    looked_at, shown_then = utcnow(), 1
    for act, seen in acts:
        if act == "theirs":
            last += 1
            PostFactory(thread=db.session.get_one(Thread, thread.id))
            unread.add(last)
        elif act == "mine":
            last += 1
            with writing():
                services.reply(queries.get_thread(thread.id, actor, lock=True), actor, draft(f"Post {last}."))
        elif act == "see":
            there = {number for number in seen if number <= last}
            with writing():
                services.mark_seen({(actor.id, thread.id): runs.of_numbers(there)})
            unread -= there
        elif act == "look":
            looked_at, shown_then = utcnow(), last
        elif act == "mark late":
            with writing():
                services.mark_board_read(db.session.get_one(Board, board_id), actor, looked_at)
            unread -= set(range(1, shown_then + 1))
        else:
            with writing():
                services.mark_board_read(db.session.get_one(Board, board_id), actor)
            unread.clear()
        first = min(unread, default=last + 1)
        assert shown(thread.id, actor) == (first - 1, len(unread), bool(unread))
        page = queries.get_thread_page(thread.id, actor, view=PostView.FLAT, span=Span(page=1))
        assert page.unread == (frozenset(unread) if first > 1 else frozenset())
        assert queries.first_unread(thread.id, actor) == min(first, last)


@settings(max_examples=30, deadline=None, suppress_health_check=QUIET)
@given(data=st.data())
def test_wherever_posts_go_they_stay_read_by_those_who_read_them(app, member, data):
    sizes = data.draw(st.lists(st.integers(1, 6), min_size=1, max_size=3))
    threads = [ThreadFactory() for _size in sizes]
    # Numbers of three threads that are woven together and dealt out to two of them.
    posts = [(thread.id, number) for thread, size in zip(threads, sizes, strict=True) for number in range(1, size + 1)]
    targets = [threads[0].id, ThreadFactory().id]
    order = data.draw(st.permutations(posts))
    new, places = dict.fromkeys(targets, 0), {}
    for post in order:
        target = data.draw(st.sampled_from(targets))
        new[target] += 1
        places[post] = (target, new[target])
    read = data.draw(st.sets(st.sampled_from(posts)))
    for thread in threads:
        with writing():
            mine = runs.of_numbers(number for thread_id, number in read if thread_id == thread.id)
            services.mark_seen({(member.id, thread.id): mine})
    with writing():
        services.renumber_positions(places)
    found = set()
    taking_part = select(ReadPosition).where(ReadPosition.thread_id.in_([*targets, *(thread.id for thread in threads)]))
    for row in db.session.scalars(taking_part.execution_options(populate_existing=True)):
        everything = runs.united([(1, row.last_number), *row.ahead])
        assert row.read_count == runs.count(everything)
        found |= {(row.thread_id, number) for first, last in everything for number in range(first, last + 1)}
    assert found == {places[post] for post in read}


def test_posts_of_a_thread_read_by_its_floor_stay_read_when_it_is_merged(member, actor_of, transaction):
    board = BoardFactory()
    opened, untouched = ThreadFactory(board=board), ThreadFactory(board=board)
    with transaction():
        services.mark_all_read([board.id], actor_of(member))
        services.advance_positions({(member.id, opened.id): 1})
    PostFactory(thread=db.session.get_one(Thread, untouched.id))
    places = {(opened.id, 1): (opened.id, 1)} | {(untouched.id, number): (opened.id, number + 1) for number in (1, 2)}
    with transaction():
        services.renumber_positions(places)
    row = db.session.scalars(select(ReadPosition).execution_options(populate_existing=True)).one()
    assert (row.thread_id, row.last_number, row.ahead, row.read_count) == (opened.id, 2, [], 2)


def test_the_middle_between_two_pages_stays_unread_until_it_is_seen(member, actor_of, transaction):
    thread, actor = ThreadFactory(), actor_of(member)
    for _number in range(59):
        PostFactory(thread=thread)
    for page, left in ((1, 40), (3, 20), (2, 0)):
        with transaction():
            seen = queries.get_thread_page(thread.id, actor, view=PostView.FLAT, span=Span(page=page)).seen
            services.mark_seen({(actor.id, thread.id): seen})
        assert shown(thread.id, actor)[1] == left


def test_a_thread_without_a_row_begins_at_its_floor(member, actor_of, transaction):
    thread, actor = ThreadFactory(), actor_of(member)
    with transaction():
        services.mark_board_read(db.session.get_one(Board, thread.board_id), actor)
    for _number in range(2):
        PostFactory(thread=db.session.get_one(Thread, thread.id))
    assert shown(thread.id, actor) == (1, 2, True)
    assert queries.first_unread(thread.id, actor) == 2


def test_a_moment_to_come_marks_nothing_that_is_not_there_yet(member, actor_of, transaction, clock):
    thread, actor = ThreadFactory(), actor_of(member)
    with transaction():
        services.mark_all_read([thread.board_id], actor, clock.now + timedelta(days=1))
    clock.now += timedelta(minutes=1)
    PostFactory(thread=db.session.get_one(Thread, thread.id))
    assert shown(thread.id, actor) == (1, 1, True)


def test_a_floor_only_rises(member, actor_of, transaction, clock):
    thread, actor, before = ThreadFactory(), actor_of(member), clock.now
    clock.now += timedelta(minutes=1)
    PostFactory(thread=db.session.get_one(Thread, thread.id))
    clock.now += timedelta(minutes=1)
    for moment in (None, before):
        with transaction():
            services.mark_all_read([thread.board_id], actor, moment)
        assert shown(thread.id, actor) == (2, 0, False)


@pytest.mark.parametrize("rows", [1, 3])
def test_marking_late_costs_the_same_however_many_threads_have_grown(
    member, actor_of, transaction, count_queries, clock, rows
):
    actor, before, board = actor_of(member), clock.now, BoardFactory()
    threads = [ThreadFactory(board=board) for _row in range(rows)]
    with transaction():
        services.mark_seen({(actor.id, thread.id): [(1, 1)] for thread in threads})
    clock.now += timedelta(minutes=1)
    for thread in threads:
        PostFactory(thread=db.session.get_one(Thread, thread.id))
    board_id = board.id
    with count_queries() as seen, transaction():
        services.mark_all_read([board_id], actor, before)
    assert len([statement for statement in seen if statement.startswith("SELECT")]) == 3
    assert shown(threads[0].id, actor) == (1, 1, True)


def test_positions_of_threads_that_are_gone_are_let_go(member, transaction):
    with transaction():
        services.mark_seen({(member.id, 999_999): [(1, 3)]})
    assert db.session.scalars(select(ReadPosition)).all() == []


@pytest.mark.parametrize(
    ("own", "tag", "board", "course", "listed"),
    [
        (None, None, None, None, True),
        ("muted", "watching", None, None, False),
        ("following", "muted", "muted", "muted", True),
        (None, "muted", "watching", None, False),
        (None, "watching", "muted", None, True),
        (None, None, "muted", None, False),
        (None, None, "muted", "following", True),
    ],
)
def test_the_nearest_level_decides_what_is_among_the_unread(
    member, actor_of, transaction, own, tag, board, course, listed
):
    from core.faces import Faces
    from forum.models import Tag, ThreadTag

    thread, actor = ThreadFactory(course_id=7), actor_of(member)
    word = Tag(slug="beans", name=Faces(en="Beans"))
    db.session.add(word)
    db.session.flush()
    db.session.add(ThreadTag(tag_id=word.id, thread_id=thread.id))
    db.session.commit()
    with transaction():
        for level, kind, target_id in (
            (tag, FollowedKind.TAG, word.id),
            (board, FollowedKind.BOARD, thread.board_id),
            (course, FollowedKind.COURSE, 7),
        ):
            services.set_follow(kind, target_id, actor, SubscriptionLevel(level) if level else None)
        services.set_level(thread.id, actor, SubscriptionLevel(own) if own else None)
    assert (sum(queries.unread_by_board(actor).values()) == 1) is listed
    assert ([row.id for row in queries.list_new_threads(actor, cursor=None).items] == [thread.id]) is listed
    # A muted thread stays on its board.
    (row,) = queries.list_threads(thread.board_id, actor, queries.Sieve(), None).items
    assert (row.id, row.unread) == (thread.id, listed)


def test_own_posts_are_never_unread(member, actor_of, draft, transaction):
    thread, actor = ThreadFactory(), actor_of(member)
    PostFactory(thread=thread)
    with transaction():
        services.reply(queries.get_thread(thread.id, actor, lock=True), actor, draft("Mine."))
    assert shown(thread.id, actor) == (0, 2, True)
    assert db.session.scalars(select(Post.number).where(Post.author_id == member.id)).one() == 3


def test_a_stranger_has_nothing_to_catch_up_with(client):
    thread = PostFactory().thread
    assert client.get(f"/forum/threads/{thread.id}/unread").location == f"/forum/threads/{thread.id}#p1"


def test_what_is_new_is_found_whatever_was_marked_as_read_elsewhere(member, actor_of, transaction):
    old, read, fresh = (ThreadFactory() for _number in range(3))
    actor = actor_of(member)
    assert [row.id for row in queries.list_new_threads(actor, cursor=None).items] == [fresh.id, read.id, old.id]

    with transaction():
        services.mark_all_read([read.board_id, fresh.board_id], actor)
    PostFactory(thread=db.session.get_one(Thread, fresh.id))

    assert [row.id for row in queries.list_new_threads(actor, cursor=None).items] == [fresh.id, old.id]
    assert queries.next_unread(actor, {fresh.id}).id == old.id
    assert queries.unread_by_board(actor) == {old.board_id: 1, fresh.board_id: 1}

    with transaction():
        services.mark_all_read([old.board_id, fresh.board_id], actor)

    assert queries.list_new_threads(actor, cursor=None).items == []
    assert queries.next_unread(actor, ()) is None
    assert queries.unread_by_board(actor) == {}


@pytest.mark.parametrize(("threads", "figure", "words"), [(1, "1", "1 unread thread"), (3, "2+", "2 or more unread")])
def test_unread_threads_of_a_board_are_counted_up_to_a_limit(sign_in, member, monkeypatch, threads, figure, words):
    monkeypatch.setattr(reading, "UNREAD_MAX", 2)
    monkeypatch.setattr(lists, "UNREAD_MAX", 2)
    board = BoardFactory()
    for _number in range(threads):
        ThreadFactory(board=board)

    browser = sign_in(member)
    browser.set_cookie("lang", "en", domain="localhost")
    page = browser.get("/forum/").text

    assert f"<b>{figure}</b>" in page
    assert words in page
