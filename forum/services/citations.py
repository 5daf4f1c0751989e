"""Who cites whom: recomputed from what posts say now, so it may be done again at any time."""

from collections.abc import Collection, Sequence

from sqlalchemy import delete as delete_rows
from sqlalchemy import exists, select, update

from core.db import db
from core.upserts import upsert
from forum.citing import Named, named_in
from forum.models import Citation, Post, Thread

BATCH = 500


def recite(post_ids: Collection[int], base: str) -> None:
    """Set which threads these posts cite. ``base`` is the address of the site.

    A hidden or deleted post keeps what it cites; whether it is shown is asked when the cited thread is read.
    """
    rows = db.session.execute(select(Post.id, Post.thread_id, Post.html).where(Post.id.in_(list(post_ids)))).all()
    named = {row.id: named_in(row.html, base) for row in rows}
    home = {row.id: row.thread_id for row in rows}
    wanted = {
        (thread_id, post_id)
        for post_id, threads in _threads_of(named).items()
        for thread_id in threads
        if thread_id != home[post_id]
    }
    known = select(Citation.thread_id, Citation.post_id).where(Citation.post_id.in_(list(post_ids)))
    present = {(row.thread_id, row.post_id) for row in db.session.execute(known)}
    for thread_id, post_id in sorted(present - wanted):
        db.session.execute(delete_rows(Citation).where(Citation.thread_id == thread_id, Citation.post_id == post_id))
    if wanted - present:
        values = [{"thread_id": thread_id, "post_id": post_id} for thread_id, post_id in sorted(wanted - present)]
        db.session.execute(upsert(Citation, values, ["thread_id", "post_id"]))
    _mark({thread_id for thread_id, _post in present ^ wanted})


def needs_reciting(post_ids: Collection[int], base: str) -> list[int]:
    """Return those of the posts that cite something, or did: the others need no transaction."""
    texts = select(Post.id, Post.html).where(Post.id.in_(list(post_ids)), Post.html.contains("/forum/"))
    found = {row.id for row in db.session.execute(texts) if any(named_in(row.html, base))}
    cited = select(Citation.post_id).where(Citation.post_id.in_(list(post_ids))).distinct()
    return sorted(found | set(db.session.scalars(cited)))


def _threads_of(named: dict[int, Named]) -> dict[int, set[int]]:
    """Turn posts that are pointed at into their threads, and leave out what is not there."""
    posts = {post_id for one in named.values() for post_id in one.posts}
    threads = {thread_id for one in named.values() for thread_id in one.threads}
    thread_of: dict[int, int] = {}
    if posts:
        found = db.session.execute(select(Post.id, Post.thread_id).where(Post.id.in_(posts)))
        thread_of = {row.id: row.thread_id for row in found}
    there = set(db.session.scalars(select(Thread.id).where(Thread.id.in_(threads)))) if threads else set()
    return {
        post_id: set(one.threads & there) | {thread_of[other] for other in one.posts if other in thread_of}
        for post_id, one in named.items()
    }


def _mark(thread_ids: set[int]) -> None:
    if thread_ids:
        cited = exists().where(Citation.thread_id == Thread.id)
        db.session.execute(
            update(Thread)
            .where(Thread.id.in_(thread_ids))
            .values(is_cited=cited, updated_at=Thread.updated_at)
            .execution_options(synchronize_session=False)
        )


def opening_ids(thread_ids: Sequence[int]) -> list[int]:
    """Return the ids of the opening posts of these threads."""
    return list(db.session.scalars(select(Post.id).where(Post.thread_id.in_(thread_ids), Post.number == 1)))
