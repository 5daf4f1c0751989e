"""Many at once, on a real database with real threads."""

import threading

import pytest
from sqlalchemy import func, select

from accounts.actors import actor_for
from core.db import db, transaction
from core.errors import Conflict
from study.models import Attempt, Course, ProgressEvent, Quiz
from study.queries.courses import find_course
from study.quiz.formats import gift
from study.quiz.services import attempts as services
from study.quiz.services import papers
from study.quiz.services.attempts import Sent
from study.quiz.services.imports import import_batch, prepare_batch
from study.quiz.services.questions import bank_named
from study.timers import submit_overdue


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
    """Run ``work`` in threads that begin at the same moment."""
    barrier, found = threading.Barrier(count), []

    def run() -> None:
        with site.app_context():
            barrier.wait()
            try:
                found.append(work())
            except Conflict as error:
                found.append(type(error).__name__)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run) for _n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


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
