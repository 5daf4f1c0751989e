"""Reads what papers earned, for the statistics of a quiz and of one question of it."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from statistics import median
from typing import Any

from sqlalchemy import func, select

from core.db import db, read_numbers
from core.faces import Faces
from study.enums import AttemptState, QuestionKind
from study.models import Attempt, AttemptSlot, Question, QuestionVersion, Quiz
from study.quiz.item_figures import ItemFigures, PaperFigures, of_items, of_papers
from study.quiz.queries.banks import current_version

PAPERS_AT_ONCE = 5_000
"""Papers that one statement names."""


class Which(StrEnum):
    """Which papers of those who wrote several are looked at. The first ones tell most: nobody had seen the answers."""

    FIRST = "first"
    LAST = "last"
    BEST = "best"
    ALL = "all"


@dataclass(frozen=True, kw_only=True)
class ItemLine:
    """One question of the table."""

    question_id: int
    name: str
    html: Faces
    kind: QuestionKind
    max_mark: float
    """Its mean, where it was worth different marks."""
    figures: ItemFigures
    time: timedelta | None
    """How long half of those who answered it took at most; None where it is not known of any."""


@dataclass(frozen=True, kw_only=True)
class Statistics:
    """What is known of a quiz."""

    whole: PaperFigures
    items: Sequence[ItemLine]
    max_mark: float | None
    """What the papers were worth, its mean where they differ."""
    passed: int
    waiting: int
    """Papers that people have still to mark; nothing else counts them."""
    time: timedelta | None
    """How long half of them took at most."""


def statistics_of(quiz: Quiz, which: Which) -> Statistics:
    """Return the statistics of a quiz over papers handed in.

    Asks five questions, and one more for each further 5,000 papers.
    """
    chosen = chosen_papers(quiz, which)
    papers: dict[int, dict[int, int]] = {row.id: {} for row in chosen}
    worth: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    spent: dict[int, list[int]] = defaultdict(list)
    marks = _marks(list(papers))
    questions = _questions_of({version_id for _attempt, version_id, *_rest in marks})
    for attempt_id, version_id, mark, max_mark, seconds in marks:
        paper = papers.get(attempt_id)
        if paper is not None:
            question_id = questions[version_id]
            paper[question_id] = mark or 0
            full_marks = worth[question_id]
            full_marks[0] += max_mark
            full_marks[1] += 1
            if seconds is not None:
                spent[question_id].append(seconds)
    full = {question_id: total / count for question_id, (total, count) in worth.items()}
    figures = of_items(list(papers.values()), full)
    times = [row.submitted_at - row.started_at for row in chosen]
    return Statistics(
        whole=of_papers(list(papers.values())),
        items=[
            ItemLine(
                question_id=row.id,
                name=row.name,
                html=row.html,
                kind=row.kind,
                max_mark=full[row.id],
                figures=figures[row.id],
                time=timedelta(seconds=median(spent[row.id])) if spent[row.id] else None,
            )
            for row in _questions(list(full))
        ],
        max_mark=sum(row.max_mark for row in chosen) / len(chosen) if chosen else None,
        passed=sum(bool(row.passed) for row in chosen),
        waiting=_count_waiting(quiz),
        time=median(times) if times else None,
    )


def _count_waiting(quiz: Quiz) -> int:
    handed_in = select(func.count()).where(Attempt.quiz_id == quiz.id, Attempt.state == AttemptState.SUBMITTED)
    return db.session.scalar(handed_in.where(Attempt.mark.is_(None))) or 0


def chosen_papers(quiz: Quiz, which: Which) -> Sequence[Any]:
    """Return the papers that are looked at, one a person unless all are."""
    rows = db.session.execute(
        select(
            Attempt.id,
            Attempt.user_id,
            Attempt.mark,
            Attempt.max_mark,
            Attempt.passed,
            Attempt.started_at,
            Attempt.submitted_at,
        )
        # What waits to be marked would count as nothing.
        .where(Attempt.quiz_id == quiz.id, Attempt.state == AttemptState.SUBMITTED, Attempt.mark.is_not(None))
        .order_by(Attempt.user_id, Attempt.number)
    ).all()
    if which is Which.ALL:
        return rows
    found: dict[int, Any] = {}
    for row in rows:
        held = found.get(row.user_id)
        better = held is None or (which is Which.BEST and row.mark * held.max_mark > held.mark * row.max_mark)
        if better or which is Which.LAST:
            found[row.user_id] = row
    return list(found.values())


def _marks(paper_ids: Sequence[int]) -> list[tuple[Any, ...]]:
    """Return paper, version, mark, full mark and seconds of everything that was asked in papers and is worth something.

    The papers are named one by one: joined to rows that are new, PostgreSQL may go through all slots for each paper.
    """
    asked = AttemptSlot
    columns = (asked.attempt_id, asked.version_id, asked.mark, asked.max_mark, asked.seconds)
    found: list[tuple[Any, ...]] = []
    for start in range(0, len(paper_ids), PAPERS_AT_ONCE):
        named = asked.attempt_id.in_(paper_ids[start : start + PAPERS_AT_ONCE])
        found += read_numbers(select(*columns).where(named, asked.max_mark > 0))
    return found


def _questions_of(versions: Collection[int]) -> dict[int, int]:
    """Return the question of each version. To join them to all marks would cost more than all the rest."""
    rows = db.session.execute(
        select(QuestionVersion.id, QuestionVersion.question_id).where(QuestionVersion.id.in_(versions))
    )
    return {row.id: row.question_id for row in rows}


def _questions(ids: Collection[int]) -> Sequence[Any]:
    return db.session.execute(
        select(Question.id, Question.name, QuestionVersion.html, QuestionVersion.kind)
        .join(QuestionVersion, current_version())
        .where(Question.id.in_(ids))
        .order_by(Question.id)
    ).all()
