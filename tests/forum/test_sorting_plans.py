"""No list of the forum sorts a whole board: every order is read along an index."""

import pytest
from sqlalchemy import event, text

from core.db import db
from core.permissions import VISITOR
from forum import queries
from forum.enums import ThreadFilter, ThreadOrder
from forum.queries import Sieve
from tests.factories.forum import BoardFactory, ThreadFactory

OPEN = [Sieve(order=order) for order in ThreadOrder]
FILTERED = [Sieve(only=only) for only in ThreadFilter if only not in {ThreadFilter.ALL, ThreadFilter.MINE}]
MARKED = [
    Sieve(tag_id=1),
    Sieve(choices={"f1": 0}),
    Sieve(tag_id=1, choices={"f1": 0, "f2": 1}, only=ThreadFilter.DIGEST),
]


@pytest.fixture
def plan(app):
    """Return ``plan(act) -> str``: how the database goes about what the call asks for."""

    def explain(act, *, forced=True) -> str:
        seen = []

        def note(_connection, _cursor, statement, parameters, *_rest) -> None:
            seen.append((statement, parameters))

        event.listen(db.engine, "before_cursor_execute", note)
        try:
            act()
        finally:
            event.remove(db.engine, "before_cursor_execute", note)
        statement, parameters = next(one for one in seen if "forum_threads" in one[0])
        connection = db.session.connection()
        if connection.dialect.name == "sqlite":
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            return "\n".join(row[3] for row in rows)
        # With three rows sorting is cheapest; what counts is whether there is another way.
        for way in (*["sort"] * forced, "seqscan", "bitmapscan", "hashjoin", "mergejoin"):
            connection.execute(text(f"SET LOCAL enable_{way} = off"))
        return "\n".join(row[0] for row in connection.exec_driver_sql(f"EXPLAIN {statement}", parameters))

    return explain


def sorts(plan: str) -> bool:
    return "TEMP B-TREE" in plan or "Sort Key" in plan


@pytest.mark.parametrize("sieve", [*OPEN, *FILTERED, *MARKED], ids=repr)
@pytest.mark.parametrize("cursor", [False, True])
def test_no_order_of_a_board_is_sorted(plan, member, actor_of, sieve, cursor):
    board = BoardFactory()
    for _number in range(3):
        ThreadFactory(board=board)
    actor, position = actor_of(member), None
    if cursor:
        position = _position(board, sieve, actor)

    found = plan(lambda: queries.list_threads(board.id, actor, sieve, position))

    assert not sorts(found), found


def _position(board, sieve, actor):
    """Return a cursor such as a page of this order gives."""
    from core.clock import utcnow
    from core.pages import _encode

    if sieve.tag_id or sieve.choices or sieve.only is ThreadFilter.SOLVED:
        return _encode("n", [5])
    if sieve.only is ThreadFilter.ALL:
        return _encode("n", [False, utcnow(), 5])
    return _encode("n", [utcnow(), 5])


def test_own_threads_are_found_by_own_posts_not_by_the_board(plan, member, actor_of):
    board = BoardFactory()
    ThreadFactory(board=board, author=member)

    found = plan(
        lambda: queries.list_threads(board.id, actor_of(member), Sieve(only=ThreadFilter.MINE), None), forced=False
    )

    assert "Seq Scan" not in found, found
    # PostgreSQL chooses among the indexes by its statistics, which here are those of whatever tests ran before.
    if db.session.get_bind().dialect.name == "sqlite":
        assert "ix_forum_posts_author_id" in found, found
        assert "ix_forum_threads_" not in found, found


@pytest.mark.parametrize(
    "act", [lambda actor: queries.list_new_threads(actor, cursor=None), lambda actor: queries.next_unread(actor, ())]
)
def test_what_is_new_is_read_along_activity_and_no_further_back_than_the_floors(plan, member, actor_of, act):
    ThreadFactory()
    actor = actor_of(member)

    found = plan(lambda: act(actor))

    assert not sorts(found), found
    if db.session.get_bind().dialect.name == "sqlite":
        assert "ix_forum_threads_last_posted_at_forum_threads_id (last_posted_at>?)" in found, found


def test_unread_threads_are_counted_along_the_activity_of_each_board(plan, member, actor_of):
    ThreadFactory()
    actor = actor_of(member)

    found = plan(lambda: queries.unread_by_board(actor))

    assert not sorts(found), found
    if db.session.get_bind().dialect.name == "sqlite":
        assert "ix_forum_threads_active (board_id=? AND last_posted_at>?)" in found, found


@pytest.mark.parametrize("act", [queries.list_digest, lambda actor, cursor: queries.list_tagged(1, actor, cursor)])
def test_lists_over_all_boards_are_not_sorted(plan, act):
    ThreadFactory()

    assert not sorts(plan(lambda: act(VISITOR, None)))


def test_the_threads_pinned_everywhere_are_found_by_their_index(plan):
    ThreadFactory(pinned_everywhere=True)
    ThreadFactory.create_batch(30)
    if db.session.get_bind().dialect.name == "postgresql":
        # What it last counted is chance: with nothing in the table all indexes cost the same.
        db.session.execute(text("ANALYZE forum_threads"))

    found = plan(lambda: queries.list_pinned_everywhere(VISITOR))

    assert "ix_forum_threads_pinned_everywhere" in found, found


@pytest.mark.parametrize(
    ("only", "index"),
    [
        (ThreadFilter.SOLVED, "ix_forum_threads_solved"),
        (ThreadFilter.UNSOLVED, "ix_forum_threads_questions"),
        (ThreadFilter.UNANSWERED, "ix_forum_threads_unanswered"),
        (ThreadFilter.DIGEST, "ix_forum_threads_board_digest"),
    ],
)
def test_a_filter_reads_an_index_that_holds_what_it_looks_for_and_no_more(plan, member, actor_of, only, index):
    board = BoardFactory()
    ThreadFactory(board=board)

    found = plan(lambda: queries.list_threads(board.id, actor_of(member), Sieve(only=only), None))

    # PostgreSQL chooses by its statistics; that it does not sort is tested above.
    if db.session.get_bind().dialect.name == "sqlite":
        assert f"{index} (" in found, found
