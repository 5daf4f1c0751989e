"""Turns stages, ratings and intervals of cards, which are data, into the reader's words."""

from datetime import datetime, timedelta
from typing import Any

from core.i18n import _l, current_zone, ngettext
from study.enums import CardStage, Mistake, Recall
from study.notebook.spacing import DAY, days_between
from study.quiz.marking import Verdict

RECALLS: dict[Recall, Any] = {
    Recall.AGAIN: _l("Forgot it"),
    Recall.HARD: _l("Hard"),
    Recall.GOOD: _l("Knew it"),
    Recall.EASY: _l("Easy"),
}

STAGES: dict[CardStage, Any] = {
    CardStage.NEW: _l("new"),
    CardStage.LEARNING: _l("being learnt"),
    CardStage.REVIEW: _l("known"),
    CardStage.RELEARNING: _l("forgotten, being learnt again"),
}

MISTAKES: dict[Mistake, Any] = {
    Mistake.WRONG: _l("answered wrong"),
    Mistake.PART: _l("right in part"),
    Mistake.GUESSED: _l("guessed"),
}

PRESETS: dict[Verdict, Recall] = {
    Verdict.RIGHT: Recall.GOOD,
    Verdict.PART: Recall.HARD,
    Verdict.WRONG: Recall.AGAIN,
    Verdict.OPEN: Recall.AGAIN,
}
"""Which rating an answer suggests."""

MINUTE = timedelta(minutes=1)
MONTH, YEAR = 30.4375, 365.25
DAYS_SHOWN, MONTHS_SHOWN = 99, 24
"""Up to how many of them an interval is told in days, and in months."""


def interval(now: datetime, due_at: datetime) -> str:
    """Say after how long a card comes again."""
    days = days_between(now, due_at, current_zone())
    if due_at - now < DAY and (not days or due_at - now < timedelta(hours=1)):
        return ngettext("%(num)s min", "%(num)s min", max(1, round((due_at - now) / MINUTE)))
    if days <= DAYS_SHOWN:
        return ngettext("%(num)s day", "%(num)s days", max(1, days))
    months = round(days / MONTH)
    if months <= MONTHS_SHOWN:
        return ngettext("%(num)s month", "%(num)s months", months)
    return ngettext("%(num)s year", "%(num)s years", round(days / YEAR))


KEPT: dict[str, Any] = {
    "suspend": _l("The card is laid aside. It comes again when you take it up."),
    "resume": _l("The card comes again when it is due."),
    "reset": _l("The card begins anew."),
    "remove": _l("The card is taken out. If you get the question wrong again, it comes back."),
}
