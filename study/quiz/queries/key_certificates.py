"""Works out which certificates a change of a key would earn or move, and writes nothing."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from core.clock import utcnow
from core.db import db
from core.faces import Faces
from study.completion import standing_of
from study.enums import AttemptState, Grading, ProgressKind
from study.models import (
    Attempt,
    Certificate,
    CertificateRule,
    Course,
    CourseProgress,
    Enrolment,
    Lesson,
    Module,
    ProgressEvent,
    Quiz,
)
from study.quiz.kinds import FULL
from study.quiz.marking import counted, percent_of
from study.quiz.queries.key_sheet import Line, Sheet
from study.quiz.verdicts import Verdicts
from study.rules import Entry, Rule, rule_in_force


@dataclass(frozen=True, kw_only=True)
class Move:
    """A certificate that somebody earns, or whose course is no longer done."""

    name: str
    """Empty where those who mark see no names."""
    course_title: Faces
    number: str
    """Of the one that was issued; empty where it is earned, or would name whom those who mark see no name of."""


@dataclass(frozen=True, kw_only=True)
class Moves:
    """All of them."""

    earned: Sequence[Move] = ()
    lost: Sequence[Move] = ()


Pair = tuple[int, int]


def certificates_moved(sheet: Sheet) -> Moves:
    """Return which certificates would move. Papers of exams that are not released move none yet."""
    lines = [line for line in sheet.lines if line.has_moved and not line.quiz.is_held_back and line.after.max_mark]
    lessons = _lessons({line.quiz.id for line in lines})
    if not lessons:
        return Moves()
    people = {line.user_id: line.name for line in lines}
    # With a certificate's number anybody reads its holder's name.
    people |= {line.user_id: "" for line in lines if not line.name}
    enrolled = _enrolled(people, {lesson.course_id for lesson in lessons})
    told = _told(lines)
    before, now = _ledgers(people, lessons), utcnow()
    turned: dict[Pair, list[bool]] = defaultdict(list)
    for lesson in lessons:
        rule = rule_in_force(lesson.kind, lesson.quiz_id, Rule(lesson.completion, lesson.completion_number))
        for user_id in people:
            news = told.get((user_id, lesson.quiz_id), [])
            if news and (user_id, lesson.course_id) in enrolled:
                held = before.get((user_id, lesson.id), [])
                was = standing_of(held, rule).is_done
                is_done = standing_of([*held, *_entries(news, now)], rule).is_done
                if was != is_done:
                    turned[user_id, lesson.course_id].append(is_done)
    return _moves(turned, people) if turned else Moves()


def _moves(turned: Mapping[Pair, Sequence[bool]], people: Mapping[int, str]) -> Moves:
    users, courses = {user for user, _course in turned}, {course for _user, course in turned}
    titles = {row.id: row.title for row in _titles(courses)}
    issued = {
        (row.user_id, row.course_id): row
        for row in db.session.execute(
            select(Certificate.user_id, Certificate.course_id, Certificate.number, Certificate.revoked_at).where(
                Certificate.user_id.in_(users), Certificate.course_id.in_(courses)
            )
        )
    }
    standing = {
        (row.user_id, row.course_id): row
        for row in db.session.execute(
            select(CourseProgress.user_id, CourseProgress.course_id, CourseProgress.done, CourseProgress.total).where(
                CourseProgress.user_id.in_(users), CourseProgress.course_id.in_(courses)
            )
        )
    }
    giving = set(
        db.session.scalars(
            select(CertificateRule.course_id).where(CertificateRule.course_id.in_(courses), CertificateRule.is_on)
        )
    )
    earned, lost = [], []
    for (user_id, course_id), turns in sorted(turned.items()):
        row, held = standing.get((user_id, course_id)), issued.get((user_id, course_id))
        is_valid = held is not None and held.revoked_at is None
        move = Move(
            name=people[user_id],
            course_title=titles[course_id],
            number=held.number if held and is_valid and people[user_id] else "",
        )
        gained = sum(1 if turn else -1 for turn in turns)
        if gained > 0 and held is None and course_id in giving and row and row.done + gained == row.total:
            earned.append(move)
        elif gained < 0 and is_valid:
            lost.append(move)
    return Moves(earned=earned, lost=lost)


def _titles(course_ids: Collection[int]) -> Iterable[Any]:
    return db.session.execute(select(Course.id, Course.title).where(Course.id.in_(course_ids)))


def _lessons(quiz_ids: Collection[int]) -> Sequence[Any]:
    columns = (Lesson.id, Lesson.kind, Lesson.quiz_id, Lesson.completion, Lesson.completion_number, Module.course_id)
    return db.session.execute(
        select(*columns).join(Module, Module.id == Lesson.module_id).where(Lesson.quiz_id.in_(quiz_ids))
    ).all()


def _enrolled(users: Collection[int], courses: Collection[int]) -> set[Pair]:
    rows = db.session.execute(
        select(Enrolment.user_id, Enrolment.course_id).where(
            Enrolment.user_id.in_(users), Enrolment.course_id.in_(courses), Enrolment.left_at.is_(None)
        )
    )
    return {(row.user_id, row.course_id) for row in rows}


def _ledgers(users: Collection[int], lessons: Sequence[Any]) -> dict[Pair, list[Entry]]:
    found: dict[Pair, list[Entry]] = defaultdict(list)
    for row in db.session.execute(
        select(
            ProgressEvent.user_id, ProgressEvent.lesson_id, ProgressEvent.kind, ProgressEvent.at, ProgressEvent.detail
        )
        .where(ProgressEvent.user_id.in_(users), ProgressEvent.lesson_id.in_({lesson.id for lesson in lessons}))
        .order_by(ProgressEvent.at, ProgressEvent.id)
    ):
        found[row.user_id, row.lesson_id].append(Entry(row.kind, row.at, row.detail))
    return found


News = tuple[int, bool, int]
"""By which name the ledger knows the paper, whether it passes, and its share in per cent."""


def _told(lines: Sequence[Line]) -> dict[Pair, list[News]]:
    """Return by member and quiz what the ledger of progress would be told."""
    found: dict[Pair, list[News]] = defaultdict(list)
    several = [line for line in lines if line.quiz.grading is not Grading.BEST]
    for line in lines:
        if line.quiz.grading is Grading.BEST and line.after.mark is not None:
            percent = percent_of(line.after.mark, line.after.max_mark)
            found[line.user_id, line.quiz.id].append((line.attempt_id, bool(line.after.passed), percent))
    quizzes = {line.quiz.id: line.quiz for line in several}
    moved = {line.attempt_id: line.after for line in several}
    for (user_id, quiz_id), papers in _papers({line.user_id for line in several}, quizzes).items():
        now = [moved.get(ident, paper) for ident, paper in papers]
        if (news := _counting(quizzes[quiz_id], now)) is not None:
            found[user_id, quiz_id].append(news)
    return found


def _papers(users: Collection[int], quizzes: Mapping[int, Quiz]) -> dict[Pair, list[tuple[int, Verdicts]]]:
    found: dict[Pair, list[tuple[int, Verdicts]]] = defaultdict(list)
    if not quizzes:
        return found
    columns = (Attempt.id, Attempt.user_id, Attempt.quiz_id, Attempt.mark, Attempt.max_mark, Attempt.passed)
    for row in db.session.execute(
        select(*columns)
        .where(Attempt.user_id.in_(users), Attempt.quiz_id.in_(quizzes.keys()), Attempt.state == AttemptState.SUBMITTED)
        .order_by(Attempt.number)
    ):
        paper = Verdicts(mark=row.mark, max_mark=row.max_mark, passed=row.passed)
        found[row.user_id, row.quiz_id].append((row.id, paper))
    return found


def _counting(quiz: Quiz, papers: Sequence[Verdicts]) -> News | None:
    """Return what counts of several papers, as ``handing_in.note_result`` does."""
    held = [paper for paper in papers if paper.max_mark]
    if quiz.grading is Grading.MEAN:
        if not held or any(paper.mark is None for paper in held):
            return None
        share = counted([(paper.mark or 0, paper.max_mark) for paper in held], quiz.grading) or 0
        return 0, share * FULL >= quiz.pass_thousandths, int(share * 100)
    one = held[0 if quiz.grading is Grading.FIRST else -1] if held else None
    if one is None or one.mark is None:
        return None
    return 0, bool(one.passed), percent_of(one.mark, one.max_mark)


def _entries(news: Sequence[News], now: datetime) -> list[Entry]:
    return [
        Entry(
            ProgressKind.QUIZ_PASSED if passed else ProgressKind.QUIZ_FAILED, now, {"attempt": name, "percent": percent}
        )
        for name, passed, percent in news
    ]
