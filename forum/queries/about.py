"""Threads about a thing, and the passages of it on which they hang."""

from typing import Any

from sqlalchemy import ColumnElement, Integer, Row, String, and_, cast, func, literal, null, select, union_all

from core.db import db
from core.permissions import Actor, readable
from core.refs import Ref
from forum.models import Thread
from forum.queries.shown import SHOWN_THREAD

PLACES_MAX = 200
"""Passages of one thing for which threads are counted."""


def _on(ref: Ref, actor: Actor) -> ColumnElement[bool]:
    return and_(
        Thread.subject_kind == ref.kind,
        Thread.subject_id == ref.id,
        SHOWN_THREAD,
        readable(Thread.audience, actor),
    )


def talk_on(ref: Ref, actor: Actor, limit: int) -> tuple[list[Row[Any]], list[Row[Any]]]:
    """Return the threads about a thing that were active last, and the passages of it on which threads hang.

    Threads have id, title, number (of replies) and last_posted_at; passages mark, title (what was quoted) and number
    (of threads). One statement.
    """
    latest = (
        select(
            Thread.id,
            Thread.title,
            Thread.reply_count.label("number"),
            Thread.last_posted_at,
            literal("", String).label("mark"),
        )
        .where(_on(ref, actor))
        .order_by(Thread.last_posted_at.desc(), Thread.id.desc())
        .limit(limit)
        .subquery()
    )
    places = (
        select(
            cast(null(), Integer).label("id"),
            func.max(Thread.subject_quote).label("title"),
            func.count().label("number"),
            func.max(Thread.last_posted_at).label("last_posted_at"),
            Thread.subject_anchor.label("mark"),
        )
        .where(_on(ref, actor), Thread.subject_anchor != "")
        .group_by(Thread.subject_anchor)
        .order_by(Thread.subject_anchor)
        .limit(PLACES_MAX)
        .subquery()
    )
    rows = db.session.execute(union_all(select(latest), select(places))).all()
    threads = sorted((row for row in rows if row.id is not None), key=lambda row: (row.last_posted_at, row.id))
    return threads[::-1], [row for row in rows if row.id is None]


def list_threads_at(ref: Ref, mark: str, actor: Actor, limit: int) -> list[Row[Any]]:
    """Return the threads that hang on one passage of a thing and were active last: id, title, reply_count."""
    statement = (
        select(Thread.id, Thread.title, Thread.reply_count)
        .where(_on(ref, actor), Thread.subject_anchor == mark)
        .order_by(Thread.last_posted_at.desc(), Thread.id.desc())
        .limit(limit)
    )
    return list(db.session.execute(statement))
