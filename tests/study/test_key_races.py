"""Keys are changed while papers are handed in, from many sides at once: on a real database with real threads."""

import threading
import time

import pytest
from sqlalchemy import func, select

from accounts.actors import actor_for
from core.db import db, transaction
from study.enums import KeyRule, KeyWork
from study.errors import KeyUndone
from study.models import Attempt, KeyChange, KeyMark, ProgressEvent, Question, QuestionVersion, Quiz
from study.quiz.queries.banks import get_own_question
from study.quiz.queries.keys import get_own_change
from study.quiz.services import attempts as services
from study.quiz.services import papers
from study.quiz.services.attempts import Sent
from study.quiz.services.rekeying import Plan, change_key, undo_change
from study.quiz.services.sweeping import sweep
from tests.study.test_quiz_races import author_of, place, together

__all__ = ["place"]


@pytest.fixture
def begun(place):
    """A quiz with an author and a paper that is answered wrong and still open."""
    site, quiz_id, course_id, user_id = place
    author_id = author_of(course_id)
    with transaction():
        attempt_id = papers.start(db.session.get(Quiz, quiz_id), course_id, actor_for(user_id)).id
        services.save(attempt_id, actor_for(user_id), "c", [Sent(position=1, chosen=[2])])
    return site, author_id, user_id, attempt_id


def change(author_id: int, token: str = "t", wait: float = 0) -> int:
    with transaction():
        author = actor_for(author_id)
        question, version = get_own_question(db.session.scalars(select(Question.id)).one(), author)
        plan = Plan(rule=KeyRule.FULL, versions=[db.session.get_one(QuestionVersion, version.id)])
        made = change_key(question, question.bank.course, plan, author, reason="A slip.", token=token)
        time.sleep(wait)
        return made.id


def undo(author_id: int, change_id: int, wait: float = 0) -> None:
    with transaction():
        author = actor_for(author_id)
        row = get_own_change(change_id, author)
        undo_change(row, row.question.bank.course, author)
        time.sleep(wait)


def hand_in(user_id: int, attempt_id: int, wait: float = 0) -> str:
    with transaction():
        outcome = services.save(attempt_id, actor_for(user_id), "c", [], final=True)
        time.sleep(wait)
        return outcome.value


def settle() -> None:
    """Do what the worker does."""
    more = True
    while more:
        with transaction():
            busy = select(KeyChange.id).where(KeyChange.work.in_([KeyWork.APPLYING, KeyWork.UNDOING]))
            change_id = db.session.scalar(busy.order_by(KeyChange.id).limit(1))
            more = change_id is not None and (sweep(change_id) or True)


def mark() -> tuple:
    db.session.expire_all()
    row = db.session.scalars(select(Attempt)).one()
    found = row.mark, row.max_mark, row.passed
    db.session.rollback()
    return found


@pytest.mark.parametrize("first", ["change", "hand_in"])
def test_a_paper_handed_in_while_its_key_changes_is_marked_by_the_new_one(begun, first):
    site, author_id, user_id, attempt_id = begun
    gone = threading.Event()

    def early() -> object:
        gone.set()
        return change(author_id, wait=0.3) if first == "change" else hand_in(user_id, attempt_id, wait=0.3)

    def late() -> object:
        gone.wait(10)
        time.sleep(0.1)
        return hand_in(user_id, attempt_id) if first == "change" else change(author_id)

    works = iter([early, late])
    together(site, 2, lambda: next(works)())  # noqa: PLW0108 -- each thread takes the next of the works.
    settle()

    assert mark() == (1000, 1000, True)
    assert db.session.scalar(select(func.count()).select_from(KeyMark)) == 1
    db.session.rollback()


@pytest.mark.parametrize("first", ["undo", "hand_in"])
def test_a_paper_handed_in_while_a_change_is_undone_is_marked_by_the_old_key(begun, first):
    site, author_id, user_id, attempt_id = begun
    made, gone = change(author_id), threading.Event()

    def early() -> object:
        gone.set()
        return undo(author_id, made, wait=0.3) if first == "undo" else hand_in(user_id, attempt_id, wait=0.3)

    def late() -> object:
        gone.wait(10)
        time.sleep(0.1)
        return hand_in(user_id, attempt_id) if first == "undo" else undo(author_id, made)

    works = iter([early, late])
    together(site, 2, lambda: next(works)())  # noqa: PLW0108 -- as above
    settle()

    assert mark() == (0, 1000, False)


def test_one_sheet_accepted_from_many_sides_changes_the_key_once(begun):
    site, author_id, user_id, attempt_id = begun
    hand_in(user_id, attempt_id)

    found = together(site, 6, lambda: change(author_id, "same"))

    assert len(set(found)) == 1
    assert mark() == (1000, 1000, True)
    noted = select(func.count()).select_from(ProgressEvent)
    assert db.session.scalar(noted) == 2
    db.session.rollback()


def test_a_change_undone_from_many_sides_is_undone_once(begun):
    site, author_id, user_id, attempt_id = begun
    hand_in(user_id, attempt_id)
    made = change(author_id)

    found = together(site, 4, lambda: undo(author_id, made))

    assert sorted(map(str, found)) == sorted(["None", *[KeyUndone.__name__] * 3])
    assert mark() == (0, 1000, False)


def test_workers_that_sweep_together_mark_each_paper_once(begun):
    site, author_id, user_id, attempt_id = begun
    hand_in(user_id, attempt_id)
    made = change(author_id)
    with transaction():
        row = db.session.get_one(KeyChange, made)
        row.work, row.reached = KeyWork.APPLYING, 0

    def work() -> bool:
        with transaction():
            return sweep(made)

    together(site, 4, work)

    assert mark() == (1000, 1000, True)
    assert db.session.scalar(select(func.count()).select_from(KeyMark)) == 1
    db.session.rollback()
