"""Counts branches again after something changed: by the worker's clock, a little at a time."""

import time

from core.db import db, transaction
from study.queries import counting as queries
from study.services import branch_counts
from study.tallying import count_by_branch, weeks_by_branch

SECONDS_A_TURN = 1.0


def count_changed(seconds: float = SECONDS_A_TURN) -> int:
    """Count the courses that changed since they were counted, longest waiting first; return how many.

    Reading takes no lock. A large site is counted over several turns, so the worker never stops for long; at least one
    course is counted each time.
    """
    waiting = queries.list_changed()
    if not waiting:
        db.session.rollback()
        return 0
    begun, reach = time.monotonic(), queries.get_reach()
    for done, (course_id, version) in enumerate(waiting, start=1):
        standings, deadline = queries.get_standings(course_id), queries.next_deadline(course_id)
        counts, weeks = count_by_branch(standings, reach), weeks_by_branch(standings, reach)
        with transaction():
            branch_counts.keep(course_id, version, counts, weeks, deadline)
        if time.monotonic() - begun > seconds:
            return done
    return len(waiting)


def note_all_changed() -> int:
    """Have everything counted again, as a check now and then; return 0."""
    with transaction():
        branch_counts.note_all_changed()
    return 0


def count_all() -> int:
    """Count every course again and return how many there are."""
    note_all_changed()
    return count_changed(float("inf"))
