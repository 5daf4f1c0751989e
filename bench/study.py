"""``python -m bench study``: how fast the progress of many learners is derived from the ledger again."""

import os
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask_migrate import upgrade
from sqlalchemy import delete, func, insert, select

from accounts.enums import UserState
from accounts.models import Branch, User
from app import create_app
from app.config import ROOT, Config
from bench.building import gather_statistics, hurrying
from core.clock import utcnow
from core.db import db, transaction
from core.faces import Faces
from core.permissions import MEMBERS
from study.enums import CompletionRule, CourseState, LessonKind, ProgressKind
from study.models import Course, CourseProgress, Lesson, LessonProgress, Module, ProgressEvent
from study.rebuilding import rebuild_progress

COURSES, LESSONS = 4, 10
"""Each member takes all courses, and has begun all lessons."""
BATCH = 20_000
LEAST = 20_000
"""Learner-lessons a second."""

RULES = (CompletionRule.READ, CompletionRule.READ_THROUGH, CompletionRule.WATCHED, CompletionRule.OPENED)


def run(folder: Path, *, members: int) -> bool:
    """Make a ledger, derive progress from it, print how fast that was, and return whether it was fast enough."""
    config = Config.from_env({**os.environ, "XUETAN_DATA": str(folder)})
    app = create_app(replace(config, testing=True))
    with app.app_context():
        upgrade(directory=str(ROOT / "migrations"))
        with hurrying():
            begun = time.monotonic()
            entries = _fill(members)
            gather_statistics()
        pairs = members * COURSES * LESSONS
        print(f"\nstudy: {pairs:,} learner-lessons, {entries:,} entries: made in {time.monotonic() - begun:.0f} s")
        fast = _measure("derived from nothing", pairs)
        fast = _measure("derived again, all right", pairs) and fast
        with transaction():
            db.session.execute(delete(LessonProgress).where(LessonProgress.user_id % 2 == 0))
            db.session.execute(delete(CourseProgress).where(CourseProgress.user_id % 2 == 0))
        return _measure("derived again, half missing", pairs) and fast


def _measure(name: str, pairs: int) -> bool:
    wall, cpu = time.monotonic(), time.process_time()
    count = rebuild_progress()
    wall, cpu = time.monotonic() - wall, time.process_time() - cpu
    kept = db.session.scalar(select(func.count()).select_from(LessonProgress))
    db.session.rollback()
    right = count == kept == pairs
    is_fast = pairs / cpu >= LEAST
    print(
        f"{name:34}{pairs / cpu:10,.0f} a second of CPU, {pairs / wall:,.0f} a second in all   ≥ {LEAST:,}"
        f"{'' if right else '   WRONG'}{'' if is_fast else '   MISSED'}",
        flush=True,
    )
    return right and is_fast


def _fill(members: int) -> int:
    begun = utcnow() - timedelta(days=60)
    with transaction():
        branch = Branch(slug="bench", name=Faces("测试", "Bench"), path="/bench/")
        people = [
            User(username=f"learner{n}", display_name=f"Learner {n}", state=UserState.ACTIVE, password_hash="")
            for n in range(members)
        ]
        db.session.add_all([branch, *people])
        db.session.flush()
        lessons = [lesson for number in range(COURSES) for lesson in _course(branch, people[0], number)]
        users, ids = [person.id for person in people], [lesson.id for lesson in lessons]
    count = 0
    rows: list[dict[str, Any]] = []
    for row in _entries(users, ids, begun):
        rows.append(row)
        count += 1
        if len(rows) >= BATCH:
            _put(rows)
    _put(rows)
    return count


def _put(rows: list[dict[str, Any]]) -> None:
    with transaction():
        db.session.connection().execute(insert(ProgressEvent.__table__), rows)
    rows.clear()


def _course(branch: Branch, author: User, number: int) -> list[Lesson]:
    course = Course(
        slug=f"bench-{number}",
        title=Faces("课程", "Course"),
        state=CourseState.PUBLISHED,
        audience=MEMBERS,
        branch_id=branch.id,
        created_by_id=author.id,
    )
    module = Module(course=course, title=Faces("单元", "Module"))
    lessons = [
        Lesson(
            module=module,
            kind=LessonKind.PAGE,
            title=Faces("课", "Lesson"),
            completion=RULES[place % len(RULES)],
            completion_number=2,
            position=place,
        )
        for place in range(LESSONS)
    ]
    db.session.add_all([course, module, *lessons])
    db.session.flush()
    return lessons


def _entries(users: list[int], lessons: list[int], begun: datetime) -> Iterator[dict[str, Any]]:
    """Yield the ledger in the order of what happened: each lesson opened, studied, and mostly finished."""
    for day, lesson_id in enumerate(lessons):
        for place, user_id in enumerate(users):
            at = begun + timedelta(days=day, seconds=place)
            key = {"user_id": user_id, "lesson_id": lesson_id}
            yield {**key, "kind": ProgressKind.OPENED, "at": at, "detail": {"changed": "2026-01-01T00:00:00+00:00"}}
            yield {**key, "kind": ProgressKind.STUDIED, "at": at + timedelta(seconds=60), "detail": {"seconds": 60}}
            yield {**key, "kind": ProgressKind.WATCHED, "at": at + timedelta(seconds=90), "detail": {"percent": 50}}
            if (place + day) % 3:
                yield {**key, "kind": ProgressKind.READ, "at": at + timedelta(seconds=120), "detail": {}}
