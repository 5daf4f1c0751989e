"""When members are reminded of assigned study: pure rules, no database, no words."""

from datetime import datetime, timedelta

REMINDERS = (timedelta(days=-7), timedelta(days=-1), timedelta(0))
"""From the moment that is too late: a week before, a day before, and when it is past."""


def next_reminder(due_at: datetime, after: datetime) -> datetime | None:
    """Return the first moment after another at which a reminder is due, or None when none is left."""
    return next((due_at + away for away in REMINDERS if due_at + away > after), None)
