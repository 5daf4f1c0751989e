"""Many at once, on a real database with real threads."""

import threading
import time
from dataclasses import fields
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from accounts.actors import actor_for
from accounts.models import User
from core import outbox
from core.db import db, transaction
from core.outbox import OutboxRow
from study import result_handlers
from study.enums import QuizMode, TeamRole
from study.events import QuizReleased, QuizSubmitted
from study.models import Attempt, AttemptSlot, Course, ProgressEvent, QuestionVersion, Quiz, TeamMember
from study.queries.courses import find_course
from study.quiz.formats import gift
from study.quiz.queries.quizzes import get_own_quiz
from study.quiz.queries.uses_of_imports import get_own_import
from study.quiz.services import attempts as services
from study.quiz.services import papers
from study.quiz.services.attempts import Sent
from study.quiz.services.batches import prepare_batch
from study.quiz.services.extensions import MoreTime, extend
from study.quiz.services.imports import import_batch
from study.quiz.services.questions import bank_named
from study.quiz.services.quizzes import QuizContent, edit_quiz, release
from study.quiz.services.undoing import undo_import
from study.timers import submit_overdue
from tests.threads import at_once


@pytest.fixture
def place(live_site):
    """A quiz of one question and one attempt, and a member who takes the course."""
    import core.db
    from tests.factories.accounts import UserFactory
    from tests.factories.quiz import choice, enrolled, quiz_with

    token = core.db._writing.set(True)
    quiz = quiz_with(choice(1000, 0), attempts_allowed=1, time_limit_minutes=1)
    user = UserFactory()
    enrolled(user, quiz.course)
    ids = (quiz.id, quiz.course_id, user.id)
    db.session.remove()
    core.db._writing.reset(token)
    return live_site, *ids


def together(site, count, work) -> list:
    """Run ``work`` in threads that begin at the same moment; what fails in one of them fails here."""
    return at_once(site, [work] * count)


def test_what_fails_in_a_thread_fails_the_test(place):
    site, *_ids = place

    def fail() -> None:
        raise ZeroDivisionError

    with pytest.raises(ExceptionGroup):
        together(site, 2, fail)


def author_of(course_id: int) -> int:
    """Let somebody write a course, for good."""
    with transaction():
        author = User(username="author", display_name="Author")
        db.session.add(author)
        db.session.flush()
        db.session.add(TeamMember(course_id=course_id, user_id=author.id, role=TeamRole.INSTRUCTOR))
        return author.id


def rules_of(quiz: Quiz, **changes: object) -> QuizContent:
    """Return the rules of a quiz as an author sends them, some of them changed."""
    rules = {one.name: getattr(quiz, one.name) for one in fields(QuizContent)}
    return QuizContent(**{**rules, **changes})


def test_ten_starts_at_once_draw_one_paper(place):
    site, quiz_id, course_id, user_id = place

    def start() -> int:
        with transaction():
            quiz = db.session.get(Quiz, quiz_id)
            return papers.start(quiz, course_id, actor_for(user_id)).id

    found = together(site, 10, start)

    assert len(found) == 10
    assert len(set(found)) == 1
    assert db.session.scalar(select(func.count()).select_from(Attempt)) == 1
    db.session.rollback()


def test_a_paper_drawn_while_the_closing_changes_ends_with_the_new_one(place, clock):
    site, quiz_id, course_id, user_id = place
    closes_at, held = clock.now + timedelta(seconds=20), threading.Event()
    author_id = author_of(course_id)

    def change() -> None:
        with transaction():
            author = actor_for(author_id)
            quiz = get_own_quiz(quiz_id, author)
            edit_quiz(quiz, author, rules_of(quiz, closes_at=closes_at))
            held.set()
            time.sleep(0.3)  # The other begins to draw meanwhile.

    def start() -> None:
        held.wait(10)
        with transaction():
            papers.start(db.session.get(Quiz, quiz_id), course_id, actor_for(user_id))

    works = iter([change, start])
    together(site, 2, lambda: next(works)())  # noqa: PLW0108 -- each thread takes the next of the works.

    assert db.session.scalars(select(Attempt)).one().due_at == closes_at
    db.session.rollback()


def test_more_time_given_while_the_closing_changes_goes_by_the_new_one(place, clock):
    site, quiz_id, course_id, user_id = place
    closes_at, read = clock.now + timedelta(seconds=20), threading.Event()
    author_id = author_of(course_id)
    with transaction():
        papers.start(db.session.get(Quiz, quiz_id), course_id, actor_for(user_id))

    def give() -> None:
        with transaction():
            author = actor_for(author_id)
            quiz = get_own_quiz(quiz_id, author)
            read.set()
            time.sleep(0.3)  # The other changes the closing meanwhile, where two may write at once.
            extend(quiz, author, db.session.get_one(User, user_id), MoreTime(extra_minutes=5))

    def change() -> None:
        read.wait(10)
        with transaction():
            author = actor_for(author_id)
            quiz = get_own_quiz(quiz_id, author)
            edit_quiz(quiz, author, rules_of(quiz, closes_at=closes_at))

    works = iter([give, change])
    together(site, 2, lambda: next(works)())  # noqa: PLW0108 -- each thread takes the next of the works.

    db.session.expire_all()
    assert db.session.scalars(select(Attempt)).one().due_at == closes_at
    db.session.rollback()


def test_results_released_from_many_sides_are_told_once(place, monkeypatch):
    site, quiz_id, course_id, _user_id = place
    author_id = author_of(course_id)
    with transaction():
        db.session.get_one(Quiz, quiz_id).mode = QuizMode.EXAM
    monkeypatch.setitem(outbox._handlers, "test", (QuizReleased, list))

    def tell() -> None:
        with transaction():
            author = actor_for(author_id)
            quiz = get_own_quiz(quiz_id, author)
            time.sleep(0.2)  # All have read it before the first one tells, where several may write at once.
            release(quiz, author)

    together(site, 4, tell)

    told = select(func.count()).select_from(OutboxRow).where(OutboxRow.handler == "test")
    assert db.session.scalar(told) == 1
    db.session.rollback()


def test_a_paper_handed_in_while_results_are_released_is_told_as_well(place):
    site, quiz_id, course_id, user_id = place
    author_id, handed_in, told = author_of(course_id), threading.Event(), threading.Event()
    with transaction():
        db.session.get_one(Quiz, quiz_id).mode = QuizMode.EXAM
        attempt_id = papers.start(db.session.get(Quiz, quiz_id), course_id, actor_for(user_id)).id

    def hand_in() -> None:
        with transaction():
            services.save(attempt_id, actor_for(user_id), "c", [Sent(position=1, chosen=[1])], final=True)
            handed_in.set()
            told.wait(2)  # Where one writes at a time, the other waits for this.

    def tell() -> None:
        handed_in.wait(10)
        with transaction():
            author = actor_for(author_id)
            release(get_own_quiz(quiz_id, author), author)
        result_handlers.note_results([QuizReleased(quiz_id=quiz_id)])
        told.set()

    works = iter([hand_in, tell])
    together(site, 2, lambda: next(works)())  # noqa: PLW0108 -- each thread takes the next of the works.
    result_handlers.note_meanwhile([QuizSubmitted(attempt_id=attempt_id, quiz_id=quiz_id, user_id=user_id)])

    assert db.session.scalar(select(func.count()).select_from(ProgressEvent)) >= 1
    db.session.rollback()


def test_a_paper_handed_in_from_many_sides_is_handed_in_once(place, clock):
    site, quiz_id, course_id, user_id = place
    with transaction():
        attempt_id = papers.start(db.session.get(Quiz, quiz_id), course_id, actor_for(user_id)).id
    sent = [Sent(position=1, chosen=[1])]

    def hand_in() -> str:
        with transaction():
            return services.save(attempt_id, actor_for(user_id), "c", sent, final=True)

    found = together(site, 8, hand_in)

    assert sorted(found) == ["closed"] * 7 + ["handed_in"]
    assert db.session.scalar(select(func.count()).select_from(ProgressEvent)) == 1
    db.session.rollback()


def test_timers_and_readers_hand_an_overdue_paper_in_once(place, clock):
    site, quiz_id, course_id, user_id = place
    with transaction():
        papers.start(db.session.get(Quiz, quiz_id), course_id, actor_for(user_id))
    clock.advance(minutes=2)

    found = together(site, 4, submit_overdue)

    assert sum(found) == 1
    assert db.session.scalar(select(func.count()).select_from(ProgressEvent)) == 1
    db.session.rollback()


def test_a_version_that_somebody_gets_while_its_file_is_taken_back_stays(place):
    site, quiz_id, course_id, user_id = place
    author_id, drawn = author_of(course_id), threading.Event()
    with transaction():
        attempt_id = papers.start(db.session.get(Quiz, quiz_id), course_id, actor_for(user_id)).id
        course = db.session.get_one(Course, course_id)
        bank = bank_named(course, "file", None)
        import_batch(bank, course, prepare_batch(gift.parse(b"// [id:1]\nOpen?{T}")), None)
        report = import_batch(bank, course, prepare_batch(gift.parse(b"// [id:1]\nShut?{T}")), None)
        import_id = report.taken.id

    def draw() -> None:
        with transaction():
            version = select(QuestionVersion.id).where(QuestionVersion.import_id == import_id)
            slot = AttemptSlot(attempt_id=attempt_id, position=9, version_id=db.session.scalar(version), max_mark=1)
            db.session.add(slot)
            db.session.flush()
            drawn.set()
            time.sleep(0.3)  # The other begins to take back meanwhile.

    def undo() -> int:
        drawn.wait(10)
        with transaction():
            author = actor_for(author_id)
            taken, bank = get_own_import(import_id, author)
            return len(undo_import(taken, bank.course, author).stays)

    works = iter([draw, undo])
    found = together(site, 2, lambda: next(works)())  # noqa: PLW0108 -- each thread takes the next of the works.

    assert sorted(found, key=str) == [1, None]


def test_one_file_imported_from_two_sides_at_once_is_imported_once(place):
    site, _quiz_id, course_id, _user_id = place
    slug = db.session.scalars(select(Course.slug).where(Course.id == course_id)).one()
    db.session.rollback()
    batch = prepare_batch(gift.parse(b"Open?{T}\n\nShut?{F}\n\nWhich?{=a ~b}"))

    def bring() -> int:
        with transaction():
            course = find_course(slug)
            return len(import_batch(bank_named(course, "file", None), course, batch, None).imported)

    found = together(site, 4, bring)

    assert sorted(found) == [0, 0, 0, 3]
