"""Reads how the notebook goes: reviews day by day, what was remembered, and what is due in the next days."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy import func, select

from core.clock import utcnow
from core.db import db
from core.i18n import current_zone
from core.permissions import Actor
from study.enums import CardStage, Recall
from study.models import CardReview, Course, Notebook, ReviewCard
from study.notebook.queries.cards import is_rating
from study.notebook.seeing import seen_by

DAYS_BACK: Final = 30
DAYS_AHEAD: Final = 30


@dataclass(frozen=True, kw_only=True)
class Reviewed:
    """One day that is over, or today."""

    day: date
    reviews: int
    forgotten: int


@dataclass(frozen=True, kw_only=True)
class Figures:
    """How one member's notebook goes."""

    days: Sequence[Reviewed]
    """The last days, today last."""
    known: int
    """How many cards that were known came again in these days."""
    remembered: int
    """How many of them were known still."""
    forecast: Sequence[tuple[date, int]]
    """How many cards are due on each of the next days, today first, with what is overdue."""
    stages: dict[CardStage, int]
    """How many cards there are, by stage."""
    suspended: int

    @property
    def cards(self) -> int:
        """How many cards there are."""
        return sum(self.stages.values()) + self.suspended

    @property
    def share(self) -> int | None:
        """What share was remembered, in whole per cent rounded down; None where nothing came again."""
        return self.remembered * 100 // self.known if self.known else None

    @property
    def reviews(self) -> int:
        """How many reviews there were in these days."""
        return sum(one.reviews for one in self.days)


def get_figures(reader: Actor) -> Figures:
    """Return how a member's notebook goes. Asks three questions, however many cards there are."""
    zone = current_zone()
    today = utcnow().astimezone(zone).date()
    days, known, remembered = _reviewed(reader, today)
    stages, suspended = _stages(reader)
    return Figures(
        days=days,
        known=known,
        remembered=remembered,
        forecast=_forecast(reader, today),
        stages=stages,
        suspended=suspended,
    )


def _reviewed(reader: Actor, today: date) -> tuple[list[Reviewed], int, int]:
    first = today - timedelta(days=DAYS_BACK - 1)
    rows = db.session.execute(
        select(CardReview.day, CardReview.recall, CardReview.stage, func.count())
        .where(CardReview.user_id == (reader.id or 0), CardReview.day >= first, is_rating())
        .group_by(CardReview.day, CardReview.recall, CardReview.stage)
    )
    reviews: Counter[date] = Counter()
    forgotten: Counter[date] = Counter()
    known = remembered = 0
    for day, recall, stage, number in rows:
        is_forgotten = recall is Recall.AGAIN
        reviews[day] += number
        forgotten[day] += number * is_forgotten
        if stage is CardStage.REVIEW:
            known += number
            remembered += number * (not is_forgotten)
    days = [first + timedelta(days=n) for n in range(DAYS_BACK)]
    return [Reviewed(day=one, reviews=reviews[one], forgotten=forgotten[one]) for one in days], known, remembered


def _forecast(reader: Actor, today: date) -> list[tuple[date, int]]:
    # What comes after days is due at the beginning of one, so that there are few moments to tell apart.
    zone, end = current_zone(), utcnow() + timedelta(days=DAYS_AHEAD + 1)
    rows = db.session.execute(
        seen_by(reader, select(ReviewCard.due_at, func.count()))
        .where(ReviewCard.suspended_at.is_(None), ReviewCard.stage != CardStage.NEW, ReviewCard.due_at < end)
        .group_by(ReviewCard.due_at)
    )
    due: Counter[date] = Counter()
    for due_at, number in rows:
        due[max(today, due_at.astimezone(zone).date())] += number
    return [(day, due[day]) for day in (today + timedelta(days=n) for n in range(DAYS_AHEAD))]


def _stages(reader: Actor) -> tuple[dict[CardStage, int], int]:
    is_aside = ReviewCard.suspended_at.is_not(None)
    rows = db.session.execute(
        seen_by(reader, select(ReviewCard.stage, is_aside.label("is_aside"), func.count())).group_by(
            ReviewCard.stage, is_aside
        )
    )
    stages, suspended = dict.fromkeys(CardStage, 0), 0
    for stage, aside, number in rows:
        if aside:
            suspended += number
        else:
            stages[stage] += number
    return stages, suspended


def find_settings(reader: Actor) -> Notebook | None:
    """Return what a member settled; None where all is as usual."""
    return db.session.get(Notebook, reader.id or 0)


def list_courses(reader: Actor) -> list[tuple[str, object, int]]:
    """Return slug, title and number of cards of the courses a member has cards of."""
    rows = db.session.execute(
        seen_by(reader, select(Course.slug, Course.title, func.count()).select_from(ReviewCard))
        .group_by(Course.id)
        .order_by(Course.slug)
    )
    return [(slug, title, number) for slug, title, number in rows]
