"""Reads what points are derived from, and what was derived. Days are those of the site, not of the reader."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import takewhile
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import and_, case, exists, func, or_, select, union

from core.clock import utcnow
from core.db import AnySelect, db, read_rows
from core.permissions import Actor
from study.enums import AttemptState, ProgressKind, QuizMode, Review
from study.models import (
    Attempt,
    AttemptSlot,
    BranchPoints,
    HandMark,
    Lesson,
    LessonProgress,
    PointDay,
    PracticeAnswer,
    ProgressEvent,
    QuestionVersion,
    Quiz,
)
from study.models.quizzes import is_told, key_shown_at
from study.points import PROVEN, SPAN, DayPoints, Ledger, points_of, recalled
from study.quiz.kinds import FULL

_Moments = list[tuple[datetime, int]]


@dataclass(frozen=True)
class _Touched:
    """What some members had to do with since a moment, as statements for ids."""

    questions: Any
    lessons: Any


def _touched_since(user_ids: Collection[int], since: datetime) -> _Touched:
    marked = exists().where(
        HandMark.attempt_id == AttemptSlot.attempt_id,
        HandMark.position == AttemptSlot.position,
        HandMark.made_at >= since,
    )
    papers = (
        select(QuestionVersion.question_id)
        .join(AttemptSlot, AttemptSlot.version_id == QuestionVersion.id)
        .join(Attempt, Attempt.id == AttemptSlot.attempt_id)
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .where(
            Attempt.user_id.in_(user_ids),
            or_(Attempt.submitted_at >= since, AttemptSlot.checked_at >= since, Quiz.released_at >= since, marked),
        )
    )
    pages = select(PracticeAnswer.question_id).where(
        PracticeAnswer.user_id.in_(user_ids), PracticeAnswer.answered_at >= since
    )
    studied = select(ProgressEvent.lesson_id).where(ProgressEvent.user_id.in_(user_ids), ProgressEvent.at >= since)
    done = select(LessonProgress.lesson_id).where(
        LessonProgress.user_id.in_(user_ids), LessonProgress.completed_at >= since
    )
    return _Touched(union(papers, pages), union(studied, done))


def read_ledgers(
    user_ids: Collection[int], zone: ZoneInfo, *, touched_since: datetime | None = None
) -> dict[int, Ledger]:
    """Return what some members did; with a moment, only with what they had to do with since, but all of that.

    How often something has brought points before decides what it brings on a day; other things do not matter for it.
    """
    only = _touched_since(user_ids, touched_since) if touched_since else None
    found = {user_id: Ledger() for user_id in user_ids}

    def day(moment: datetime) -> date:
        return moment.astimezone(zone).date()

    right, shown = _answers(user_ids, only)
    for user_id, ledger in found.items():
        ledger.right = recalled(right[user_id], shown[user_id], day)
    for user_id, at, lesson, seconds in _studied(user_ids, only):
        found[user_id].studied[day(at), lesson] += seconds or 0
    for user_id, at, lesson, kind in _done(user_ids, only):
        found[user_id].done.add((day(at), lesson))
        if kind in PROVEN:
            found[user_id].proven.add(lesson)
    return found


def _of(rows: AnySelect, column: Any, ids: Any) -> list[Any]:
    return list(read_rows(rows if ids is None else rows.where(column.in_(ids))))


def _answers(user_ids: Collection[int], only: _Touched | None) -> tuple[dict[int, _Moments], dict[int, _Moments]]:
    """Return when each member answered which questions rightly, and when the solution of which was shown."""
    right: dict[int, _Moments] = defaultdict(list)
    shown: dict[int, _Moments] = defaultdict(list)
    for user_id, at, question, is_right, mode, review, told_at, checked_at, *closings in _in_quizzes(user_ids, only):
        if is_right:
            right[user_id].append((checked_at or at, question))
        if mode is QuizMode.PRACTICE or review is Review.AT_ONCE:
            shown[user_id].append((checked_at or max(at, told_at or at), question))
        elif review is Review.AFTER_CLOSING and (key_at := key_shown_at(*closings)):
            shown[user_id].append((max(at, told_at or at, key_at), question))
    for user_id, at, question, fraction in _in_pages(user_ids, only):
        shown[user_id].append((at, question))
        if fraction >= FULL:
            right[user_id].append((at, question))
    return right, shown


def _in_quizzes(user_ids: Collection[int], only: _Touched | None) -> list[Any]:
    # Points would tell what an exam does not yet. In a practice the key is told before the paper is handed in.
    is_done = or_(Attempt.state == AttemptState.SUBMITTED, AttemptSlot.checked_at.is_not(None))
    is_right = and_(AttemptSlot.answered, AttemptSlot.max_mark > 0, AttemptSlot.mark >= AttemptSlot.max_mark)
    rows = (
        select(
            Attempt.user_id,
            Attempt.submitted_at,
            QuestionVersion.question_id,
            case((is_right, 1), else_=0),
            Quiz.mode,
            Quiz.review,
            Quiz.released_at,
            AttemptSlot.checked_at,
            Quiz.closes_at,
            Quiz.extended_to,
        )
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .join(AttemptSlot, AttemptSlot.attempt_id == Attempt.id)
        .join(QuestionVersion, QuestionVersion.id == AttemptSlot.version_id)
        .where(Attempt.user_id.in_(user_ids), is_told(), is_done)
    )
    return _of(rows, QuestionVersion.question_id, only and only.questions)


def _in_pages(user_ids: Collection[int], only: _Touched | None) -> list[Any]:
    rows = select(
        PracticeAnswer.user_id, PracticeAnswer.answered_at, PracticeAnswer.question_id, PracticeAnswer.fraction
    ).where(PracticeAnswer.user_id.in_(user_ids))
    return _of(rows, PracticeAnswer.question_id, only and only.questions)


def _studied(user_ids: Collection[int], only: _Touched | None) -> list[Any]:
    rows = select(
        ProgressEvent.user_id,
        ProgressEvent.at,
        ProgressEvent.lesson_id,
        ProgressEvent.detail["seconds"].as_integer(),
    ).where(ProgressEvent.user_id.in_(user_ids), ProgressEvent.kind == ProgressKind.STUDIED)
    return _of(rows, ProgressEvent.lesson_id, only and only.lessons)


def _done(user_ids: Collection[int], only: _Touched | None) -> list[Any]:
    rows = (
        select(LessonProgress.user_id, LessonProgress.completed_at, LessonProgress.lesson_id, Lesson.kind)
        .join(Lesson, Lesson.id == LessonProgress.lesson_id)
        .where(LessonProgress.user_id.in_(user_ids), LessonProgress.completed_at.is_not(None))
    )
    return _of(rows, LessonProgress.lesson_id, only and only.lessons)


@dataclass(frozen=True, kw_only=True)
class OwnPoints:
    """The points of one member: today with the reasons, the last days, and altogether."""

    today: DayPoints
    week: int
    """Of the last seven days, today included."""
    total: int


def get_own_points(member: Actor, zone: ZoneInfo) -> OwnPoints:
    """Return what a member has: today worked out from the ledgers now, the days before as they were kept."""
    user_id, today = member.id or 0, utcnow().astimezone(zone).date()
    ledger = read_ledgers([user_id], zone, touched_since=datetime.combine(today, time(), zone))[user_id]
    now = next((one for one in points_of(ledger) if one.day == today), DayPoints(today, ()))
    lately = case((PointDay.day > today - timedelta(days=7), PointDay.points), else_=0)
    before = select(func.coalesce(func.sum(lately), 0), func.coalesce(func.sum(PointDay.points), 0))
    week, total = read_rows(before.where(PointDay.user_id == user_id, PointDay.day < today)).one()
    return OwnPoints(today=now, week=int(week) + now.total, total=int(total) + now.total)


def find_branch_points(branch_id: int) -> BranchPoints | None:
    """Return the figures of a branch; None while it has none."""
    return db.session.get(BranchPoints, branch_id)


SETTLED: Final = timedelta(minutes=2)
"""After which nobody who wrote an entry is still about to commit one with a smaller id."""


def list_active_since(last: Mapping[str, int], limit: int) -> tuple[list[int], dict[str, int]]:
    """Return the members in whose ledgers something was written behind these ids, and up to which ids all is settled.

    PostgreSQL gives ids when rows are written and shows them when they are committed, so that a smaller one may appear
    after a larger one. Entries of the last minutes are therefore looked at again.
    """
    people: set[int] = set()
    upto, settled = dict(last), utcnow() - SETTLED
    for name, model, at in (
        ("progress", ProgressEvent, ProgressEvent.at),
        ("practice", PracticeAnswer, PracticeAnswer.answered_at),
    ):
        wanted = select(model.id, model.user_id, at.label("at")).where(model.id > last.get(name, 0))
        rows = read_rows(wanted.order_by(model.id).limit(limit)).all()
        people |= {row.user_id for row in rows}
        for row in takewhile(lambda row: row.at <= settled, rows):
            upto[name] = row.id
    return sorted(people), upto


def points_by_member(today: date) -> dict[int, int]:
    """Return the points of the last weeks of all who have any."""
    rows = read_rows(
        select(PointDay.user_id, func.sum(PointDay.points))
        .where(PointDay.day > today - timedelta(days=SPAN))
        .group_by(PointDay.user_id)
    )
    return {row[0]: int(row[1]) for row in rows}
