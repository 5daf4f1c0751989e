"""Writing down where posts stand after a thread was put together or taken apart."""

from collections.abc import Sequence

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import aliased

from core.db import db
from forum.errors import TooManyPosts
from forum.models import Post, Thread
from forum.queries.shown import LISTED_THREAD, SHOWN_POST
from forum.renumbering import Standing
from forum.services.counters import count_on_board, recount_threads

MOST = 10_000
"""Posts that are given new places in one transaction: more would hold up all other writers for longer than 2 s."""

Tally = dict[int, tuple[int, int]]
"""Board → threads that are listed, posts that are shown."""


def list_standing(thread_id: int, first: int) -> tuple[list[Standing], dict[int, Standing]]:
    """Return where the posts of a thread from a number on stand, and the earlier ones that some of them answer.

    Raises:
        TooManyPosts: there are more than one transaction may touch.
    """
    parent = aliased(Post)
    rows = db.session.execute(
        select(Post.id, Post.number, Post.parent_id, Post.path, parent.number, parent.path)
        .outerjoin(parent, parent.id == Post.parent_id)
        .where(Post.thread_id == thread_id, Post.number >= first)
        .order_by(Post.number)
        .limit(MOST + 1)
    ).all()
    if len(rows) > MOST:
        raise TooManyPosts
    posts = [Standing(*row[:4]) for row in rows]
    before = {row[2]: Standing(row[2], row[4], None, row[5]) for row in rows if row[2] and row[4] < first}
    return posts, before


def write_standing(thread_id: int, placed: Sequence[Standing], were: Sequence[Standing]) -> None:
    """Put posts into a thread at these places. Where numbers become smaller, the smallest must come first.

    ``were`` says where they stood: a parent that stays is not written, since the database would look up every one.
    """
    if not placed:
        return
    connection, one_post = db.session.connection(), update(Post).where(Post.id == bindparam("post_id"))
    connection.execute(
        one_post.values(thread_id=thread_id, number=bindparam("to_number"), path=bindparam("along")),
        [{"post_id": one.id, "to_number": one.number, "along": one.path} for one in placed],
    )
    parents = {one.id: one.parent_id for one in were}
    changed = [{"post_id": one.id, "below": one.parent_id} for one in placed if parents.get(one.id, 0) != one.parent_id]
    if changed:
        connection.execute(one_post.values(parent_id=bindparam("below")), changed)


def tally(thread_ids: Sequence[int]) -> Tally:
    """Count what these threads add to the counters of their boards."""
    db.session.flush()
    rows = db.session.execute(
        select(Thread.board_id, func.count(Thread.id.distinct()), func.count(Post.id))
        .outerjoin(Post, (Post.thread_id == Thread.id) & SHOWN_POST)
        .where(Thread.id.in_(thread_ids), LISTED_THREAD)
        .group_by(Thread.board_id)
    )
    return {row[0]: (row[1], row[2]) for row in rows}


def count_anew(threads: Sequence[Thread], before: Tally) -> None:
    """Set the counters of threads, and those of their boards by what has changed since ``before``, in one order."""
    db.session.flush()
    recount_threads([thread.id for thread in threads])
    for thread in threads:
        db.session.refresh(thread, ["reply_count", "last_number", "last_posted_at", "has_official_reply"])
    count_boards([thread.id for thread in threads], before)


def count_boards(thread_ids: Sequence[int], before: Tally) -> None:
    """Set the counters of boards by what has changed in these threads since ``before``, in one order."""
    after = tally(thread_ids)
    for board_id in sorted(before.keys() | after.keys()):
        old, new = before.get(board_id, (0, 0)), after.get(board_id, (0, 0))
        if old != new:
            count_on_board(board_id, threads=new[0] - old[0], posts=new[1] - old[1])
