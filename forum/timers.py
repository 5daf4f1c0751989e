"""What the worker does by the clock in the forum."""

import logging
from collections.abc import Callable

from core.db import db, transaction
from core.outbox import announce
from forum import queries, services
from forum.events import PollEnded
from forum.services import bookmarks, pins

log = logging.getLogger(__name__)


def end_pins() -> int:
    """Take off every pin whose day is over; return how many."""
    return _each(pins.list_due_pins, pins.end_pin)


def close_threads() -> int:
    """Close every thread whose moment has come; return how many."""
    return _each(pins.list_due_threads, pins.close_thread)


def _each(due: Callable[[int], list[int]], act: Callable[[int], bool]) -> int:
    """Do what is due, each in a transaction of its own; what is wrong with one must not hold up the others."""
    done = last = 0
    while found := due(last):
        for thread_id in found:
            last = thread_id
            try:
                with transaction():
                    done += act(thread_id)
            except Exception:
                log.exception("%s failed for thread %d", act.__name__, thread_id)
    db.session.rollback()
    return done


def sweep_attachments() -> int:
    """Remove files that were sent a day ago and never published; return how many."""
    with transaction():
        return services.sweep_unclaimed()


def remind() -> int:
    """Remind members of the posts they keep; return how many reminders were due."""
    total = 0
    while True:
        with transaction():
            done = bookmarks.remind_some()
        total += done
        if done < bookmarks.REMINDERS_A_TURN:
            return total


def tell_ended_polls() -> int:
    """Have people told of every poll that has ended, each once and in a transaction of its own; return how many."""
    done = 0
    for thread_id in queries.list_ended_polls():
        try:
            with transaction():
                if services.note_ended(thread_id):
                    announce(PollEnded(thread_id=thread_id))
                    done += 1
        except Exception:
            # What is wrong with one poll must not hold up the others.
            log.exception("The end of poll %d could not be told", thread_id)
    db.session.rollback()
    return done
