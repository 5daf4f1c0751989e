"""What the worker does by the clock in the study room."""

import logging

from core.db import db, transaction
from study.notebook.services import reminding
from study.quiz.services import attempts
from study.services import gates, meeting_reminders, rerendering, studying, task_members

log = logging.getLogger(__name__)


def submit_overdue() -> int:
    """Hand in every paper whose time is up, each once and in a transaction of its own; return how many."""
    done = last = 0
    while due := attempts.list_overdue(last):
        for attempt_id in due:
            last, handed_in = attempt_id, _submit(attempt_id)
            done += handed_in
    db.session.rollback()
    return done


def _submit(attempt_id: int) -> bool:
    """Hand one paper in; what is wrong with one must not hold up the others."""
    try:
        with transaction():
            return attempts.hand_in_if_overdue(attempt_id)
    except Exception:
        log.exception("Attempt %d could not be handed in", attempt_id)
        return False


def forget_sittings() -> int:
    """Drop sittings that bound no count any more; return how many."""
    with transaction():
        return studying.forget_sittings()


def tell_opened_gates() -> int:
    """Have what opens by the calendar read again when its day has come; return how many gates opened."""
    due = gates.list_due()
    for gate_id in due:
        with transaction():
            gates.tell_opened(gate_id)
    db.session.rollback()
    return len(due)


def render_old_lessons() -> int:
    """Render the next few lessons that an older version of the renderer made; return how many."""
    rows = rerendering.list_old()
    fresh = rerendering.render_rows(rows)
    if fresh:
        with transaction():
            rerendering.keep(fresh)
    db.session.rollback()
    return len(rows)


def remind_of_meetings() -> int:
    """Remind those who have a seat at meetings that begin soon; return how many meetings were due."""
    total = 0
    while True:
        with transaction():
            done = meeting_reminders.remind_some()
        total += done
        if done < meeting_reminders.MEETINGS_A_TURN:
            return total


def remind_of_tasks() -> int:
    """Remind members of what they are asked to study; return how many reminders were due."""
    total = 0
    while True:
        with transaction():
            done = task_members.remind_some()
        total += done
        if done < task_members.REMINDERS_A_TURN:
            return total


def remind_of_cards() -> int:
    """Tell those who want to hear of it that cards are due today; return how many were to be looked at."""
    total = 0
    while True:
        due = reminding.list_due()
        if due:
            with transaction():
                reminding.remind(due)
        db.session.rollback()
        total += len(due)
        if len(due) < reminding.NOTEBOOKS_A_TURN:
            return total
