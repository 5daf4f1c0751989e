"""What the benchmark of the forum is made on is a forum as the services leave it."""

import pytest
from sqlalchemy import func, select

import bench.building
from accounts.actors import actor_for
from bench.forum import BOARD_ROWS, faults
from bench.measuring import Figures
from bench.site import PLAIN, TOWN, fill
from bench.table import Table
from core.db import db, transaction
from forum import queries
from forum.enums import PostView, ThreadFilter
from forum.models import Board, Post, Thread
from forum.queries import Sieve
from forum.queries.spans import Span
from forum.services.reactions import recount_reactions_of
from forum.services.tags import recount_tags

THREADS, HUGE = 60, 2300


@pytest.fixture
def made(app, monkeypatch):
    # Smaller transactions: the long thread does not fit into one of them, as with a hundred thousand posts.
    monkeypatch.setattr(bench.building, "BATCH", 500)
    return fill(THREADS, HUGE)


def test_forum_check_finds_nothing(made):
    assert faults() == []


def test_it_has_what_was_asked_for(made):
    long, short = db.session.get_one(Thread, made.huge), db.session.get_one(Thread, made.twenty)

    assert (long.last_number, short.last_number) == (HUGE, 20)
    assert dict(db.session.execute(select(Board.slug, func.count()).join(Thread).group_by(Board.slug)).all()) == {
        TOWN: THREADS,
        PLAIN: THREADS,
    }
    assert made.posts == db.session.scalar(select(func.count()).select_from(Post))


def test_what_posts_and_tags_say_of_themselves_is_so(made):
    told = select(Post.id, Post.support_count, Post.reactions).order_by(Post.id)
    before = db.session.execute(told).all()

    with transaction():
        recount_reactions_of([made.huge, made.twenty])
        recount_tags()

    assert db.session.execute(told).all() == before
    assert sum(1 for row in before if row.support_count) == HUGE // 3 + 20 // 3


def test_pages_of_the_long_thread_are_read_in_every_order(made):
    actor = actor_for(made.reader)

    for view in PostView:
        page = queries.get_thread_page(
            made.huge, actor, view=view, span=Span(page=1) if view is PostView.FLAT else Span()
        )
        assert len(page.posts) == 20 + (view is PostView.SUPPORT)


def test_every_filter_finds_something_on_one_board_and_none_on_the_other_but_open_questions(made):
    actor = actor_for(2)
    boards = dict(db.session.execute(select(Board.slug, Board.id)).all())

    def found(slug: str, only: ThreadFilter) -> bool:
        return bool(queries.list_threads(boards[slug], actor, Sieve(only=only), None).items)

    assert [only for only in ThreadFilter if not found(TOWN, only)] == []
    assert {only for only in ThreadFilter if found(PLAIN, only)} == {
        ThreadFilter.ALL,
        ThreadFilter.UNREAD,
        ThreadFilter.UNANSWERED,
        ThreadFilter.UNSOLVED,
    }
    assert {query.removeprefix("filter=") for query in BOARD_ROWS.values() if query.startswith("filter=")} == (
        set(ThreadFilter) - {ThreadFilter.ALL}
    )


def test_a_table_names_what_missed_its_limit(capsys):
    table = Table()
    table.head("thread")
    figures = dict(big=2.4, small=2.0, low=1.0, high=2.0)

    table.row("within", Figures(ratio=1.2, queries=6, **figures), limit=1.2, queries=6)
    assert table.kept
    table.row("slow", Figures(ratio=1.21, queries=6, **figures), limit=1.2, queries=6)
    table.row("asks much", Figures(ratio=1.0, queries=7, **figures), limit=1.2, queries=6)
    table.end()

    assert table.missed == ["thread: slow", "thread: asks much"]
    assert "missed:\n  thread: slow\n  thread: asks much\n" in capsys.readouterr().out
