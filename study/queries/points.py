"""Reads what points are derived from, and what was derived. Days are those of the site, not of the reader."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import and_, case, func, select

from core.clock import utcnow
from core.db import db, read_rows
from core.permissions import Actor
from study.enums import AttemptState, ProgressKind, Review
from study.models import (
    Attempt,
    AttemptSlot,
    BranchPoints,
    Lesson,
    LessonProgress,
    PointDay,
    PracticeAnswer,
    ProgressEvent,
    QuestionVersion,
    Quiz,
)
from study.points import PROVEN, SPAN, DayPoints, Ledger, points_of, recalled
from study.quiz.kinds import FULL

_Moments = list[tuple[datetime, int]]


def read_ledgers(user_ids: Collection[int], zone: ZoneInfo) -> dict[int, Ledger]:
    """Return what some members did."""
    found = {user_id: Ledger() for user_id in user_ids}

    def day(moment: datetime) -> date:
        return moment.astimezone(zone).date()

    right, shown = _answers(user_ids)
    for user_id, ledger in found.items():
        ledger.right = recalled(right[user_id], shown[user_id], day)
    for user_id, at, lesson, seconds in _studied(user_ids):
        found[user_id].studied[day(at), lesson] += seconds or 0
    for user_id, at, lesson, kind in _done(user_ids):
        found[user_id].done.add((day(at), lesson))
        if kind in PROVEN:
            found[user_id].proven.add(lesson)
    return found


def _answers(user_ids: Collection[int]) -> tuple[dict[int, _Moments], dict[int, _Moments]]:
    """Return when each member answered which questions rightly, and when the solution of which was shown."""
    right: dict[int, _Moments] = defaultdict(list)
    shown: dict[int, _Moments] = defaultdict(list)
    for user_id, at, question, is_right, review, closes_at in _in_quizzes(user_ids):
        if is_right:
            right[user_id].append((at, question))
        if review is Review.AT_ONCE:
            shown[user_id].append((at, question))
        elif review is Review.AFTER_CLOSING and closes_at is not None:
            shown[user_id].append((max(at, closes_at), question))
    for user_id, at, question, fraction in _in_pages(user_ids):
        shown[user_id].append((at, question))
        if fraction >= FULL:
            right[user_id].append((at, question))
    return right, shown


def _in_quizzes(user_ids: Collection[int]) -> list[Any]:
    is_right = and_(AttemptSlot.answered, AttemptSlot.max_mark > 0, AttemptSlot.mark >= AttemptSlot.max_mark)
    return list(
        read_rows(
            select(
                Attempt.user_id,
                Attempt.submitted_at,
                QuestionVersion.question_id,
                case((is_right, 1), else_=0),
                Quiz.review,
                Quiz.closes_at,
            )
            .join(Quiz, Quiz.id == Attempt.quiz_id)
            .join(AttemptSlot, AttemptSlot.attempt_id == Attempt.id)
            .join(QuestionVersion, QuestionVersion.id == AttemptSlot.version_id)
            .where(Attempt.user_id.in_(user_ids), Attempt.state == AttemptState.SUBMITTED)
        )
    )


def _in_pages(user_ids: Collection[int]) -> list[Any]:
    return list(
        read_rows(
            select(
                PracticeAnswer.user_id, PracticeAnswer.answered_at, PracticeAnswer.question_id, PracticeAnswer.fraction
            ).where(PracticeAnswer.user_id.in_(user_ids))
        )
    )


def _studied(user_ids: Collection[int]) -> list[Any]:
    return list(
        read_rows(
            select(
                ProgressEvent.user_id,
                ProgressEvent.at,
                ProgressEvent.lesson_id,
                ProgressEvent.detail["seconds"].as_integer(),
            ).where(ProgressEvent.user_id.in_(user_ids), ProgressEvent.kind == ProgressKind.STUDIED)
        )
    )


def _done(user_ids: Collection[int]) -> list[Any]:
    return list(
        read_rows(
            select(LessonProgress.user_id, LessonProgress.completed_at, LessonProgress.lesson_id, Lesson.kind)
            .join(Lesson, Lesson.id == LessonProgress.lesson_id)
            .where(LessonProgress.user_id.in_(user_ids), LessonProgress.completed_at.is_not(None))
        )
    )


@dataclass(frozen=True, kw_only=True)
class OwnPoints:
    """The points of one member: today with the reasons, the last days, and altogether."""

    today: DayPoints
    week: int
    """Of the last seven days, today included."""
    total: int


def get_own_points(member: Actor, zone: ZoneInfo) -> OwnPoints:
    """Return what a member has, worked out from the ledgers now."""
    user_id, today = member.id or 0, utcnow().astimezone(zone).date()
    days = points_of(read_ledgers([user_id], zone)[user_id])
    return OwnPoints(
        today=next((one for one in days if one.day == today), DayPoints(today, ())),
        week=sum(one.total for one in days if one.day > today - timedelta(days=7)),
        total=sum(one.total for one in days),
    )


def find_branch_points(branch_id: int) -> BranchPoints | None:
    """Return the figures of a branch; None while it has none."""
    return db.session.get(BranchPoints, branch_id)


def list_active_since(last: Mapping[str, int], limit: int) -> tuple[list[int], dict[str, int]]:
    """Return the members in whose ledgers something was written behind these ids, and up to which ids was looked."""
    people: set[int] = set()
    upto = dict(last)
    for name, model in (("progress", ProgressEvent), ("practice", PracticeAnswer)):
        rows = read_rows(
            select(model.id, model.user_id).where(model.id > last.get(name, 0)).order_by(model.id).limit(limit)
        ).all()
        people |= {row.user_id for row in rows}
        if rows:
            upto[name] = rows[-1].id
    return sorted(people), upto


def points_by_member(today: date) -> dict[int, int]:
    """Return the points of the last weeks of all who have any."""
    rows = read_rows(
        select(PointDay.user_id, func.sum(PointDay.points))
        .where(PointDay.day > today - timedelta(days=SPAN))
        .group_by(PointDay.user_id)
    )
    return {row[0]: int(row[1]) for row in rows}
