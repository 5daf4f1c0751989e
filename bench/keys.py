"""``python -m bench keys``: what it takes to change the key of many papers, and to undo that.

All papers are handed in and marked; the question with the wrong key is one of ten. The sheet is shown as its page does,
the rest is marked some papers a transaction as the worker does.
"""

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from flask_migrate import upgrade
from sqlalchemy import select

from accounts.actors import actor_for
from accounts.enums import UserState
from accounts.models import Branch, User
from app import create_app
from app.config import ROOT, Config
from bench.building import gather_statistics, hurrying, write_rows
from core.clock import utcnow
from core.db import db, transaction
from core.faces import Faces
from core.permissions import MEMBERS, Actor
from study.enums import AttemptState, CourseState, KeyRule, LessonKind, QuestionKind, TeamRole
from study.models import (
    AnswerEvent,
    Attempt,
    AttemptSlot,
    Course,
    Enrolment,
    Lesson,
    Module,
    Question,
    Quiz,
    QuizSlot,
    TeamMember,
)
from study.quiz.kinds import Option, QuestionContent
from study.quiz.queries.banks import get_own_question
from study.quiz.queries.key_certificates import certificates_moved
from study.quiz.queries.key_sheet import sheet_of
from study.quiz.queries.keys import get_own_change, list_ready
from study.quiz.services.preparing import prepare
from study.quiz.services.questions import add_question, bank_named, edit_question
from study.quiz.services.rekeying import Plan, change_key, undo_change
from study.quiz.services.sweeping import sweep

PAPERS, QUESTIONS = 5_000, 10
LEAST = 400
"""Papers that are marked again a second of CPU."""
LONGEST = 1.0
"""Seconds of CPU of one transaction, in which nobody else writes on SQLite."""


@dataclass(kw_only=True)
class Ground:
    """Whose question it is, and what was done about its key."""

    author_id: int
    question_id: int
    change_id: int = 0


Acts = Iterator[Callable[[], object]]


def run(folder: Path, *, papers: int = PAPERS) -> bool:
    """Make the papers, change a key, undo it, print what that took, and return whether it was fast enough."""
    config = Config.from_env({**os.environ, "XUETAN_DATA": str(folder)})
    app = create_app(replace(config, testing=True))
    with app.app_context():
        upgrade(directory=str(ROOT / "migrations"))
        begun = time.monotonic()
        with hurrying():
            ground = fill(papers)
            gather_statistics()
        print(f"\nkeys: {papers:,} papers of {QUESTIONS} questions, made in {time.monotonic() - begun:.0f} s")
        kept = [_measure(name, acts(ground), papers) for name, acts in PARTS]
        db.session.remove()
        return all(kept)


def _measure(name: str, acts: Acts, papers: int) -> bool:
    wall, cpu, longest = time.monotonic(), time.process_time(), 0.0
    for act in acts:
        begun = time.process_time()
        act()
        longest = max(longest, time.process_time() - begun)
    wall, cpu = time.monotonic() - wall, time.process_time() - cpu
    fast = papers / cpu >= LEAST and longest <= LONGEST
    print(
        f"{name:12}{cpu:7.2f} s CPU, {wall:.2f} s in all: {papers / cpu:,.0f} papers/s   ≥ {LEAST};"
        f" longest transaction {longest:.2f} s CPU   ≤ {LONGEST:g}{'' if fast else '   MISSED'}",
        flush=True,
    )
    return fast


def _shown(ground: Ground) -> Acts:
    def show() -> None:
        plan = _plan(_own(ground))
        certificates_moved(sheet_of(plan.rule, plan.versions, plan.key, plan.quiz_id))
        db.session.rollback()

    yield show


def _changed(ground: Ground) -> Acts:
    def change() -> None:
        with transaction():
            question, author = _own(ground), _author(ground)
            plan, course = _plan(question), question.bank.course
            ground.change_id = change_key(question, course, plan, author, reason="Bench.", token="bench").id

    yield change
    yield from _swept(ground)


def _undone(ground: Ground) -> Acts:
    def undo() -> None:
        with transaction():
            author = _author(ground)
            change = get_own_change(ground.change_id, author)
            undo_change(change, change.question.bank.course, author)

    yield undo
    yield from _swept(ground)


def _swept(ground: Ground) -> Acts:
    """Give what the worker does until nothing is left."""
    more = True

    def again() -> None:
        nonlocal more
        with transaction():
            more = sweep(ground.change_id)

    while more:
        yield again


PARTS = (("sheet shown", _shown), ("changed", _changed), ("undone", _undone))


def _author(ground: Ground) -> Actor:
    actor = actor_for(ground.author_id)
    if actor is None:
        raise LookupError(ground.author_id)
    return actor


def _own(ground: Ground) -> Question:
    return get_own_question(ground.question_id, _author(ground))[0]


def _plan(question: Question) -> Plan:
    newest, oldest = list_ready(question)
    return Plan(rule=KeyRule.NEW, versions=[oldest], key=newest)


def fill(papers: int) -> Ground:
    """Make a quiz and papers of it, half of them with each answer."""
    with transaction():
        quiz_id, author_id, versions, question_id = _quiz()
    now = utcnow()
    common = {"quiz_id": quiz_id, "number": 1, "state": AttemptState.SUBMITTED, "step": 0, "reached": 1}
    common |= {"certainty": "none", "started_at": now, "submitted_at": now, "max_mark": QUESTIONS * 1000}
    everybody, places = range(1, papers + 1), range(1, QUESTIONS + 1)
    offset = author_id
    people = ({"username": f"w{n}", "display_name": f"成员 {n}", "username_key": f"w{n}"} for n in everybody)
    write_rows(User, (row | {"id": offset + n, **_usual(now)} for n, row in enumerate(people, start=1)))
    course_id = db.session.scalar(select(Quiz.course_id).where(Quiz.id == quiz_id))
    write_rows(Enrolment, ({"user_id": offset + n, "course_id": course_id, "enrolled_at": now} for n in everybody))
    verdict = {True: {"mark": QUESTIONS * 1000, "passed": True}, False: {"mark": 0, "passed": False}}
    write_rows(Attempt, (common | verdict[n % 2 == 0] | {"id": n, "user_id": offset + n} for n in everybody))
    write_rows(
        AttemptSlot,
        (
            {
                "attempt_id": n,
                "position": at,
                "version_id": versions[at - 1],
                "option_order": ["a", "b"],
                "max_mark": 1000,
                "mark": 0 if n % 2 else 1000,
                "answered": True,
                "file_count": 0,
            }
            for n in everybody
            for at in places
        ),
    )
    write_rows(
        AnswerEvent,
        (
            {
                "attempt_id": n,
                "position": at,
                "client_id": "bench",
                "sequence": 1,
                "answer": {"keys": ["b" if n % 2 else "a"]},
                "received_at": now,
                "made_at": now,
            }
            for n in everybody
            for at in places
        ),
    )
    return Ground(author_id=author_id, question_id=question_id)


def _usual(now: Any) -> dict[str, Any]:
    return {
        "state": UserState.ACTIVE, "locale": "", "time_zone": "", "unread_count": 0, "about": "", "created_at": now,
        "updated_at": now,
    }  # fmt: skip


def _quiz() -> tuple[int, int, list[int], int]:
    branch = Branch(slug="bench", name=Faces("测试", "Bench"), path="/")
    author = User(username="author", display_name="Author", state=UserState.ACTIVE, password_hash="")
    db.session.add_all([branch, author])
    db.session.flush()
    branch.path = f"/{branch.id}/"
    title = Faces("测试", "Bench")
    course = Course(slug="bench", title=title, branch_id=branch.id, audience=MEMBERS, state=CourseState.PUBLISHED)
    course.created_by_id = author.id
    db.session.add(course)
    db.session.flush()
    db.session.add(TeamMember(course_id=course.id, user_id=author.id, role=TeamRole.INSTRUCTOR))
    module, quiz = Module(course_id=course.id, title=title), Quiz(course_id=course.id, title=title)
    db.session.add_all([module, quiz])
    db.session.flush()
    db.session.add(Lesson(module_id=module.id, kind=LessonKind.QUIZ, title=title, quiz_id=quiz.id))
    db.session.refresh(course, ["branch"])
    bank = bank_named(course, "Bench", None)
    asked = [add_question(bank, course, prepare(_asked(n)), None) for n in range(QUESTIONS)]
    db.session.add_all(
        QuizSlot(quiz_id=quiz.id, position=n, question_id=one.id) for n, one in enumerate(asked, start=1)
    )
    versions = [list_ready(one)[0].id for one in asked]
    edit_question(asked[0], course, prepare(_asked(0, right=2)), None)
    return quiz.id, author.id, versions, asked[0].id


def _asked(number: int, right: int = 1) -> QuestionContent:
    options = [Option(fraction=1000 if n == right else 0, text=Faces(en=f"Answer {n}")) for n in (1, 2)]
    return QuestionContent(kind=QuestionKind.SINGLE_CHOICE, text=Faces(en=f"Question {number}?"), options=options)
