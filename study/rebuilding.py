"""Derives progress from the ledger again, a few members at a time, so that nobody waits long for the database."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from core.db import db, reading_much, transaction
from study.services import standings

MEMBERS_AT_ONCE = 100


def rebuild_progress(lesson_id: int | None = None, *, on_progress: Callable[[int, int], None] | None = None) -> int:
    """Derive the progress of one lesson or of all again, in many small transactions, and return the number of rows.

    Args:
        lesson_id: one lesson; None for all.
        on_progress: is told how many members are done, out of how many.
    """
    members = standings.list_members(lesson_id)
    db.session.rollback()
    count = 0
    with reading_much(), _without_collecting():
        for start in range(0, len(members), MEMBERS_AT_ONCE):
            part = members[start : start + MEMBERS_AT_ONCE]
            with transaction():
                count += standings.rebuild(part, lesson_id)
            if on_progress:
                on_progress(start + len(part), len(members))
    return count


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Leave the garbage alone meanwhile: looking through thousands of rows that all are in use took a third of it."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
