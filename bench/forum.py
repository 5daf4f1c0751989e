"""``python -m bench forum``: what size costs, in one run on sites made for it.

A thread of 100,000 posts stands beside one of twenty, a board of 50,000 threads beside that of a site of a thousand.
"""

import gc
import os
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import func, select

from app import create_app
from app.config import ROOT, Config
from bench.acts import arranging, marking, replies
from bench.building import Builder
from bench.measuring import Browser, Side, compare
from bench.site import PLAIN, PROLIFIC, READER, SMALL, TOWN, Site, build, ground_of_now, note
from bench.table import Table
from core.db import db, transaction
from forum.models import Post, Thread
from forum.services import checking
from forum.services.counters import recount_boards

LIMIT = 1.2
REPLY_LIMIT = 2.0
QUERIES_MAX = 6
SMALL_SITE = 1000
THREADS_A_CHECK = 200
PAGE = 20

POSTS_A_THREAD = 20
"""Of so many posts one thread is made: one has a tenth of all, the others nineteen, or one."""
WHO = {"guest": "", "member": READER}

World = tuple[Flask, Site]
Row = tuple[str, str, str]
"""Name of a comparison, address, token of who asks."""


def opened(folder: Path, threads: int, huge: int) -> World:
    """Return a site in a folder, built and checked unless that was done before."""
    folder.mkdir(parents=True, exist_ok=True)
    config = Config.from_env({**os.environ, "XUETAN_DATA": str(folder)})
    app = create_app(replace(config, testing=True))
    app.config.update(WTF_CSRF_ENABLED=False, WRITE_BUFFERS_RUN=False)
    with app.app_context():
        upgrade(directory=str(ROOT / "migrations"))
        site = Site.read(folder)
        if site is None:
            begun = time.monotonic()
            site = build(threads, huge)
            print(
                f"{site.posts:,} posts, {2 * threads:,} threads on two boards: made in {time.monotonic() - begun:.0f} s"
            )
            print(f"faults found by forum check: {len(faults())}")
            note(site, folder)
        db.session.remove()
    return app, site


def faults() -> list[checking.Fault]:
    """Return what ``xuetan forum check`` finds in the present site."""
    found: list[checking.Fault] = []
    ids = list(db.session.scalars(select(Thread.id).order_by(Thread.id)))
    for start in range(0, len(ids), THREADS_A_CHECK):
        found += _only_looked(partial(checking.find_faults, ids[start : start + THREADS_A_CHECK]))
    return found + _only_looked(checking.find_board_faults)


def _only_looked(look: Callable[[], list[checking.Fault]]) -> list[checking.Fault]:
    found: list[checking.Fault] = []
    with suppress(checking.OnlyLooked), transaction():
        found = look()
        raise checking.OnlyLooked
    return found


def _pages(app: Flask, token: str, paths: list[str], status: int = 200) -> Side:
    browser = Browser(app, token)
    return Side(app=app, acts=[partial(browser.spend, path, status=status) for path in paths])


def _thread_rows(world: World) -> list[tuple[str, list[str], str]]:
    """Return (name, addresses in the huge thread, address in the short one)."""
    app, site = world
    with app.app_context():
        last = db.session.scalar(select(Thread.last_number).where(Thread.id == site.huge)) or 0
        by_number = select(Post.id, Post.number).where(Post.thread_id == site.huge)
        around = range(last // 2, last // 2 + 10 * PAGE, PAGE)
        posts = [row.id for row in db.session.execute(by_number.where(Post.number.in_(around)))]
        short = db.session.scalars(select(Post.id).where(Post.thread_id == site.twenty, Post.number == 9)).one()
        db.session.remove()
    huge, twenty = f"/forum/threads/{site.huge}", f"/forum/threads/{site.twenty}"
    pages = -(-last // PAGE)
    supported = range(last // 2 // 30 * 30, last // 2 // 30 * 30 + 300, 30)
    return [
        ("first page by number", [f"{huge}?view=flat"], f"{twenty}?view=flat"),
        ("middle page by number", [f"{huge}?page={pages // 2 + n}" for n in range(10)], f"{twenty}?page=1"),
        ("last page by number", [f"{huge}?page={pages - 1 - n}" for n in range(3)], f"{twenty}?page=1"),
        ("first page of the tree", [f"{huge}?view=tree"], f"{twenty}?view=tree"),
        ("page inside the tree", [f"{huge}?view=tree&from={number}" for number in around], f"{twenty}?view=tree"),
        ("last page of the tree", [f"{huge}?view=tree&before=0"], f"{twenty}?view=tree&before=0"),
        ("first page by support", [f"{huge}?view=support"], f"{twenty}?view=support"),
        ("page inside, by support", [f"{huge}?view=support&from={n}" for n in supported], f"{twenty}?view=support"),
        ("link to a post (flat)", [f"/forum/posts/{n}?view=flat" for n in posts], f"/forum/posts/{short}?view=flat"),
        ("link to a post (tree)", [f"/forum/posts/{n}?view=tree" for n in posts], f"/forum/posts/{short}?view=tree"),
    ]


BOARD_ROWS = {
    "latest activity": "",
    "newest": "order=newest",
    "questions unanswered": "filter=unanswered",
    "questions unsolved": "filter=unsolved",
    "questions solved": "filter=solved",
    "digest": "filter=digest",
    "field": "f1=1",
    "two fields": "f1=1&f2=5",
    "tag": "tag=tag-1",
    "unread": "filter=unread",
    "mine": "filter=mine",
}
FOR_MEMBERS = {"unread", "mine"}
SITE_ROWS = {
    "boards": "/forum/",
    "new to me": "/forum/new",
    "digest of all boards": "/forum/digest",
    "tag, all boards": "/forum/tags/tag-1",
}


def measure(big: World, small: World, table: Table, turns: int) -> None:
    """Fill the table with pages that are only read."""
    table.head(f"thread of {_size(big):,} posts, of 20")
    for name, long, short in _thread_rows(big):
        status = 302 if name.startswith("link") else 200
        for role, token in WHO.items():
            sides = _pages(big[0], token, long, status), _pages(big[0], token, [short], status)
            table.row(f"{name}, {role}", compare(*sides, turns=turns), limit=LIMIT, queries=QUERIES_MAX)
    for board in (TOWN, PLAIN):
        table.head(f"board “{board}” of {big[1].threads:,} threads, of {small[1].threads:,}")
        _compare_sites((big, small), _board_rows(board), table, turns)
    table.head(f"site of {2 * big[1].threads:,} threads, of {2 * small[1].threads:,}")
    rows = ((f"{name}, {role}", path, token) for name, path in SITE_ROWS.items() for role, token in WHO.items())
    _compare_sites((big, small), (row for row in rows if row[1:] != ("/forum/new", "")), table, turns)


def _board_rows(board: str) -> Iterator[Row]:
    for name, query in BOARD_ROWS.items():
        for role, token in WHO.items():
            if token or name not in FOR_MEMBERS:
                yield f"{name}, {role}", f"/forum/boards/{board}?{query}", token
    yield "mine, who wrote in a tenth", f"/forum/boards/{board}?filter=mine", PROLIFIC


def _compare_sites(worlds: tuple[World, World], rows: Iterator[Row], table: Table, turns: int) -> None:
    for name, path, token in rows:
        sides = [_pages(app, token, [path]) for app, _site in worlds]
        table.row(name, compare(*sides, turns=turns), limit=LIMIT, queries=QUERIES_MAX)


def _size(world: World) -> int:
    with world[0].app_context():
        found = db.session.scalar(select(Thread.last_number).where(Thread.id == world[1].huge)) or 0
        db.session.remove()
    return found


def measure_writing(big: World, table: Table, turns: int) -> None:
    """Fill the table with what changes the site; in threads made for it, since it leaves them longer."""
    app, site = big
    with app.app_context():
        ids = [(db.session.scalar(select(func.max(model.id))) or 0) + 1 for model in (Thread, Post)]
        builder = Builder(ground_of_now(site.threads), thread_id=ids[0], post_id=ids[1])
        hundred, twenty, target, *sources = builder.write(site.town, [100, 20, 50, *[10_000] * 3])
        with transaction():
            recount_boards()
        db.session.remove()
    table.head(f"writing: thread of {_size(big):,} posts, of 100")
    table.row("reply to the thread", compare(*replies(app, site.huge, hundred), turns=turns), limit=REPLY_LIMIT)
    table.row(
        "reply to a reply", compare(*replies(app, site.huge, hundred, nested=True), turns=turns), limit=REPLY_LIMIT
    )
    table.row("mark a page as read", compare(*marking(app, site.reader, site.huge, twenty), turns=turns), limit=LIMIT)
    for name, cpu, wall in arranging(app, site.moderator, target, sources):
        table.single(name, cpu=cpu, wall=wall, limit=2.0)


def run(folder: Path, *, posts: int, turns: int) -> bool:
    """Build what is missing, measure, print; return whether all is within its limits."""
    big = opened(folder / "big", posts // POSTS_A_THREAD, posts // 10)
    small = opened(folder / "small", SMALL_SITE, SMALL)
    gc.collect()
    gc.freeze()  # What the application is made of is not looked through again and again while times are taken.
    table = Table()
    measure(big, small, table, turns)
    measure_writing(big, table, turns)
    table.end()
    return table.kept
