"""Reads how long whom a quiz gives: what holds for everybody, and who has more time."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import aliased, joinedload

from accounts.models import Branch, Membership
from core.db import db
from study.models import Quiz, QuizExtension


@dataclass(frozen=True, kw_only=True)
class Terms:
    """Until when somebody may take a quiz, and how much longer than the time limit says."""

    closes_at: datetime | None
    extra_minutes: int = 0

    def due_at(self, started_at: datetime, limit_minutes: int | None) -> datetime | None:
        """Return when a paper has to be handed in: when its time is over or the quiz closes, whichever is first."""
        ends = [started_at + timedelta(minutes=limit_minutes + self.extra_minutes)] if limit_minutes else []
        if self.closes_at:
            ends.append(self.closes_at)
        return min(ends, default=None)

    def has_closed(self, now: datetime) -> bool:
        """Tell whether no paper is begun any more."""
        return self.closes_at is not None and now >= self.closes_at


def terms_for(quiz: Quiz, user_ids: Collection[int]) -> dict[int, Terms]:
    """Return the terms of some people.

    What was given to a person holds for them in place of what was given to their branches; of several branches the
    most generous counts. Nobody has less time than everybody.
    """
    rows = db.session.scalars(select(QuizExtension).where(QuizExtension.quiz_id == quiz.id)).all()
    own = {row.user_id: [row] for row in rows if row.user_id}
    by_branch = {row.branch_id: row for row in rows if row.branch_id}
    shared = _shared(by_branch, user_ids) if by_branch else {}
    return {user_id: _terms(quiz, own.get(user_id) or shared.get(user_id, ())) for user_id in user_ids}


def _shared(rows: Mapping[int, QuizExtension], user_ids: Collection[int]) -> Mapping[int, Sequence[QuizExtension]]:
    top, inner = aliased(Branch), aliased(Branch)
    held = db.session.execute(
        select(Membership.user_id, top.id)
        .join(inner, inner.id == Membership.branch_id)
        .join(top, inner.path.startswith(top.path))
        .where(top.id.in_(rows), Membership.user_id.in_(user_ids))
    )
    found: dict[int, list[QuizExtension]] = defaultdict(list)
    for user_id, branch_id in held:
        found[user_id].append(rows[branch_id])
    return found


def _terms(quiz: Quiz, rows: Sequence[QuizExtension]) -> Terms:
    later = [row.closes_at for row in rows if row.closes_at]
    return Terms(
        closes_at=max([quiz.closes_at, *later]) if quiz.closes_at else None,
        extra_minutes=max((row.extra_minutes for row in rows), default=0),
    )


def list_extensions(quiz: Quiz) -> Sequence[QuizExtension]:
    """Return who has more time, with their names: branches first, then people, oldest first."""
    return db.session.scalars(
        select(QuizExtension)
        .options(joinedload(QuizExtension.user), joinedload(QuizExtension.branch))
        .where(QuizExtension.quiz_id == quiz.id)
        .order_by(QuizExtension.user_id.is_not(None), QuizExtension.id)
    ).all()
