"""What changes a forum, as it is measured: answering, marking as read, merging and splitting."""

import secrets
import time
from collections.abc import Iterator
from functools import partial

from flask import Flask
from sqlalchemy import select

from accounts.actors import actor_for
from bench.measuring import Act, Browser, Side
from bench.site import READER
from core.db import db, transaction
from core.limits import forget_all
from forum import queries, services
from forum.models import Post
from forum.services.reading import mark_seen


def replies(app: Flask, *thread_ids: int, nested: bool = False) -> Iterator[Side]:
    """Return the sides of sending a reply to threads, or to their tenth posts."""
    browser = Browser(app, READER)
    for thread_id in thread_ids:
        fields = {"body": "已经看过，同意。**三天之内**公布即可。"}
        if nested:
            with app.app_context():
                tenth = select(Post.id).where(Post.thread_id == thread_id, Post.number == 10)
                fields["parent"] = str(db.session.scalars(tenth).one())
                db.session.remove()
        yield Side(app=app, acts=[partial(_reply, browser, f"/forum/threads/{thread_id}/replies", fields)])


def _reply(browser: Browser, path: str, fields: dict[str, str]) -> float:
    with browser.app.app_context():
        forget_all()  # One member sends hundreds of them in a row; the brake on floods is not what is measured.
    return browser.spend(path, {**fields, "key": secrets.token_hex(8)}, status=303)


def marking(app: Flask, user_id: int, *thread_ids: int) -> Iterator[Side]:
    """Return the sides of writing down that a page of twenty has been read."""
    for thread_id in thread_ids:
        yield Side(app=app, acts=[_marker(app, user_id, thread_id, first) for first in (1, 1)])


def _marker(app: Flask, user_id: int, thread_id: int, first: int) -> Act:
    def mark() -> float:
        with app.app_context():
            begun = time.process_time()
            with transaction():
                mark_seen({(user_id, thread_id): [(first, first + 19)]})
            return time.process_time() - begun

    return mark


def arranging(app: Flask, moderator_id: int, target_id: int, sources: list[int]) -> Iterator[tuple[str, float, float]]:
    """Merge long threads into one and split them off again; yield (name, CPU seconds, seconds) of each."""
    with app.app_context():
        actor = actor_for(moderator_id)
        if actor is None:
            raise RuntimeError("There is no moderator.")
        for source_id in sources:
            begun, cpu = time.monotonic(), time.process_time()
            with transaction():
                source, target = queries.get_two_threads(source_id, target_id, actor)
                count, before = source.last_number, target.last_number
                services.merge_threads(source, target, actor, "bench")
            yield f"merge {count:,} posts", time.process_time() - cpu, time.monotonic() - begun
            ids = queries.list_chosen(target_id, [], (before + 1, before + count))
            begun, cpu = time.monotonic(), time.process_time()
            with transaction():
                thread = queries.get_thread(target_id, actor, lock=True)
                services.split_thread(thread, ids, "Split off", actor, "bench")
            yield f"split {count:,} posts", time.process_time() - cpu, time.monotonic() - begun
        db.session.remove()
