"""Reports of a site of 500 branches, 20 courses and 50,000 members who take all of them, on SQLite or whatever is set.

Rows go straight into the real tables, past services and outbox; what is counted ahead is counted as the worker does it.
"""

import os
import random
import statistics
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import select

from accounts.actors import token_hash
from accounts.models import Branch, BranchKind, Grant, Membership, Session, User
from app import create_app
from app.config import ROOT, Config
from bench.building import gather_statistics, hurrying, write_rows
from bench.measuring import Browser, counted
from core.clock import utcnow
from core.db import db, transaction
from core.faces import Faces
from core.permissions import MEMBERS, Role
from study.counting import count_all
from study.enums import CourseState, LearningState, LessonKind, TaskFor
from study.models import Course, CourseProgress, Enrolment, Lesson, LessonProgress, Module, Task, TaskMember

REGIONS, BRANCHES_A_REGION = 20, 24
BRANCHES = 1 + REGIONS * (1 + BRANCHES_A_REGION)
COURSES, LESSONS = 20, 5
LONG = 200
"""Lessons of a course that is measured alone."""
LEARNERS = 50_000
LIMIT_MS = 300
TURNS = 15
OFFICER, LEARNER = "session-of-the-officer-of-a-bench", "session-of-the-learner-of-a-bench"
LATE = 3
"""Of so many courses, the first are asked of everybody by a day that is past."""


def _branches(now: datetime) -> Iterator[dict[str, Any]]:
    yield _branch(1, None, "/1/", BranchKind.SITE, now)
    for region in range(REGIONS):
        top = 2 + region * (BRANCHES_A_REGION + 1)
        yield _branch(top, 1, f"/1/{top}/", BranchKind.REGION, now)
        for place in range(1, BRANCHES_A_REGION + 1):
            yield _branch(top + place, top, f"/1/{top}/{top + place}/", BranchKind.BRANCH, now)


def _branch(ident: int, parent: int | None, path: str, kind: BranchKind, now: datetime) -> dict[str, Any]:
    name = Faces(f"支部 {ident}", f"Branch {ident}")
    return {
        "id": ident, "parent_id": parent, "path": path, "slug": f"b{ident}", "name": name, "kind": kind,
        "position": ident, "created_at": now, "updated_at": now,
    }  # fmt: skip


def _people(count: int, now: datetime) -> Iterator[dict[str, Any]]:
    for n in range(1, count + 1):
        yield {
            "id": n, "username": f"m{n}", "username_key": f"m{n}", "display_name": f"成员 {n}", "state": "active",
            "locale": "", "time_zone": "", "unread_count": 0, "about": "", "created_at": now, "updated_at": now,
        }  # fmt: skip


def _courses(now: datetime) -> Iterator[dict[str, Any]]:
    for n in range(1, COURSES + 2):
        yield {
            "id": n, "slug": f"c{n}", "title": Faces(f"课程 {n}", f"Course {n}"), "summary": Faces(), "body": Faces(),
            "html": Faces(), "state": CourseState.PUBLISHED, "audience": MEMBERS, "branch_id": 1, "created_by_id": 1,
            "in_order": False, "published_at": now, "created_at": now, "updated_at": now,
        }  # fmt: skip


def _progress(count: int, now: datetime) -> Iterator[dict[str, Any]]:
    """A fifth have not begun, two fifths are under way, two fifths done, over the last half year."""
    dice = random.Random(4)
    for user_id in range(1, count + 1):
        for course_id in range(1, COURSES + 1):
            done = dice.choice((-1, 1, 3, LESSONS, LESSONS))
            if done < 0:
                continue
            begun = now - timedelta(days=dice.randrange(180), seconds=dice.randrange(86400))
            yield {
                "user_id": user_id,
                "course_id": course_id,
                "state": LearningState.DONE if done == LESSONS else LearningState.UNDER_WAY,
                "done": done,
                "total": LESSONS,
                "begun_at": begun,
                "opened_at": begun,
                "completed_at": begun if done == LESSONS else None,
            }


def fill(learners: int) -> None:
    """Make the site; the summaries are those that a rebuild would leave."""
    now, dice = utcnow(), random.Random(5)
    write_rows(Branch, _branches(now))
    write_rows(User, _people(learners, now))
    homes = (
        {"user_id": n, "branch_id": dice.randrange(2, BRANCHES + 1), "joined_at": now} for n in range(1, learners + 1)
    )
    write_rows(Membership, homes)
    # One in twenty belongs to a second branch, and must not count twice above both.
    write_rows(Membership, ({"user_id": n, "branch_id": 1, "joined_at": now} for n in range(1, learners + 1, 20)))
    with transaction():
        db.session.add(Grant(user_id=1, role=Role.OFFICER, branch_id=1))
        for user_id, token in ((1, OFFICER), (2, LEARNER)):
            expires = now + timedelta(days=9)
            db.session.add(Session(token_hash=token_hash(token), user_id=user_id, expires_at=expires))
    with transaction():
        db.session.add_all(Course(**row) for row in _courses(now))
        db.session.flush()
        for course_id in range(1, COURSES + 2):
            module = Module(course_id=course_id, title=Faces("单元", "Module"))
            db.session.add(module)
            db.session.flush()
            titles = [Faces(f"第 {n} 节", f"Lesson {n}") for n in range(LONG if course_id > COURSES else LESSONS)]
            db.session.add_all(Lesson(module_id=module.id, kind=LessonKind.PAGE, title=title) for title in titles)
    everybody = range(1, learners + 1)
    taken = ({"user_id": n, "course_id": c, "enrolled_at": now} for n in everybody for c in range(1, COURSES + 1))
    write_rows(Enrolment, taken)
    write_rows(CourseProgress, _progress(learners, now))
    _ask(learners, now)
    _study_long(2, now)


def _study_long(user_id: int, now: datetime) -> None:
    """Let somebody be half way through the long course."""
    lessons = select(Lesson.id).join(Module, Module.id == Lesson.module_id).where(Module.course_id == COURSES + 1)
    with transaction():
        db.session.add(Enrolment(user_id=user_id, course_id=COURSES + 1))
        for lesson_id in db.session.scalars(lessons.limit(LONG // 2)).all():
            row = LessonProgress(user_id=user_id, lesson_id=lesson_id, state=LearningState.DONE, completed_at=now)
            row.first_opened_at = row.opened_at = now
            row.reason = {"code": "read"}
            db.session.add(row)


def _ask(learners: int, now: datetime) -> None:
    due = now - timedelta(days=1)
    with transaction():
        for course_id in range(1, LATE + 1):
            task = Task(
                id=course_id, course_id=course_id, branch_id=1, whom=TaskFor.EVERYBODY, due_at=due, assigned_by_id=1
            )
            db.session.add(task)
    asked = (
        {"task_id": task, "user_id": n, "due_at": due, "is_extended": False, "asked_at": now}
        for task in range(1, LATE + 1)
        for n in range(1, learners + 1)
    )
    write_rows(TaskMember, asked)


PAGES = {
    "course of 200 lessons": f"/study/courses/c{COURSES + 1}",
    "report of the site": "/study/reports/b1",
    "one course of the site": "/study/reports/b1?course=c1",
    "report of a region": "/study/reports/b2",
    "table for Excel": "/study/reports/b1/table.xlsx",
    "quarterly sheet": "/study/reports/b2/quarter",
}
LIMITED = ("report of the site", "report of a region")
QUERIES_MAX = {"course of 200 lessons": 8}


def _app(folder: Path) -> Flask:
    config = Config.from_env({**os.environ, "XUETAN_DATA": str(folder)})
    app = create_app(replace(config, testing=True))
    app.config.update(WTF_CSRF_ENABLED=False, WRITE_BUFFERS_RUN=False)
    with app.app_context():
        upgrade(directory=str(ROOT / "migrations"))
        db.session.remove()
    return app


def run(folder: Path, *, learners: int = LEARNERS) -> bool:
    """Build, count and measure; return whether reports are within their limit."""
    app = _app(folder)
    begun = time.monotonic()
    with app.app_context():
        with hurrying():
            fill(learners)
            gather_statistics()
        print(
            f"{learners:,} members × {COURSES} courses in {BRANCHES} branches, made in {time.monotonic() - begun:.0f} s"
        )
        begun = time.monotonic()
        count_all()
        took = time.monotonic() - begun
        print(f"counted by branch in {took:.1f} s: {learners * COURSES / took:,.0f} member-courses/s")
        db.session.remove()
    kept = [_measure(app, name, path) for name, path in PAGES.items()]
    return all(kept)


def _measure(app: Flask, name: str, path: str) -> bool:
    browser = Browser(app, LEARNER if "/courses/" in path else OFFICER)
    browser.spend(path)
    with counted(app) as seen:
        browser.spend(path)
    middle = statistics.median(browser.spend(path) * 1000 for _turn in range(TURNS))
    limit, most = LIMIT_MS if name in LIMITED else None, QUERIES_MAX.get(name)
    wanted = [f"wanted ≤ {limit} ms"] * bool(limit) + [f"wanted ≤ {most} queries"] * bool(most)
    print(f"{name:24} {middle:8.0f} ms CPU {len(seen):4} queries   {', '.join(wanted)}")
    return (limit is None or middle <= limit) and (most is None or len(seen) <= most)
