"""What a card may tell is asked of its quizzes each time, not settled when it is made."""

from datetime import timedelta
from itertools import product

import pytest
from sqlalchemy import exists, select, update

from core.clock import utcnow
from core.db import db, transaction
from core.faces import Faces
from study.enums import Mistake, QuizMode, Review
from study.models import CardSource, Quiz, ReviewCard
from study.models.quizzes import GRACE
from study.notebook.mistakes import Missed
from study.notebook.queries.cards import get_day
from study.notebook.seeing import tells
from study.notebook.services.mistakes import note_missed
from tests.factories.quiz import choice
from tests.factories.quiz import question as make_question
from tests.factories.study import QuizFactory

SILENT = dict(review=Review.NEVER)
HOUR = timedelta(hours=1)


@pytest.fixture
def asked(bank):
    return make_question(bank, choice(1000, 0), key="asked")


@pytest.fixture
def missed(asked, member, course):
    """Return ``missed(quiz, at)``: note that the member missed the question there; without a quiz in a page."""

    def note(quiz=None, at=None) -> None:
        with transaction():
            note_missed(
                Missed(
                    user_id=member.id,
                    at=at or utcnow(),
                    questions={asked.id: Mistake.WRONG},
                    quiz_id=quiz.id if quiz else None,
                )
            )

    return note


@pytest.fixture
def seen(actor_of, member):
    """Return ``seen()``: whether the member sees the card."""
    return lambda: get_day(actor_of(member)).new == 1


def settle(quiz: Quiz, **columns) -> None:
    with transaction():
        db.session.execute(update(Quiz).where(Quiz.id == quiz.id).values(**columns))


def the_card() -> ReviewCard:
    db.session.expire_all()
    return db.session.scalars(select(ReviewCard)).one()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (dict(review=Review.AT_ONCE), dict(review=Review.NEVER)),
        (dict(review=Review.AT_ONCE), dict(review=Review.AFTER_CLOSING)),
        (dict(mode=QuizMode.TEST), dict(mode=QuizMode.EXAM)),
        (dict(mode=QuizMode.EXAM, released=True), dict(released_at=None)),
        (dict(review=Review.AFTER_CLOSING, closed=True), dict(extended=True)),
        (dict(review=Review.AFTER_CLOSING, closed=True), dict(reopened=True)),
    ],
    ids=["never", "after closing", "exam", "held back again", "extended", "open again"],
)
def test_what_is_held_back_later_is_hidden_later(before, after, missed, seen, course, browser):
    now = utcnow()
    names = {
        "released": ("released_at", now),
        "closed": ("closes_at", now - HOUR),
        "extended": ("extended_to", now + HOUR),
        "reopened": ("closes_at", now + HOUR),
    }
    first, then = (dict(names.get(name, (name, value)) for name, value in one.items()) for one in (before, after))
    quiz = QuizFactory(course=course, **first)
    missed(quiz)
    assert seen()
    settle(quiz, **then)
    assert not seen()
    assert browser.get(f"/study/notebook/cards/{the_card().id}").status_code == 404


def test_what_a_page_told_stays_told(missed, seen, course):
    missed(QuizFactory(course=course, **SILENT))
    assert not seen()
    missed()
    assert seen()


@pytest.mark.parametrize("order", list(product((-2, -1), (True, False))))
def test_a_quiz_that_tells_shows_a_card_in_whatever_order_it_is_heard_of(order, missed, seen, course):
    hours, is_first = order
    silent, telling = QuizFactory(course=course, **SILENT), QuizFactory(course=course)
    heard = [(telling, utcnow() + hours * HOUR), (silent, utcnow() - 1.5 * HOUR)]
    for quiz, at in heard if is_first else reversed(heard):
        missed(quiz, at)
    assert seen()
    assert the_card().noted_at == utcnow() + hours * HOUR


def test_of_two_quizzes_that_wait_the_first_to_tell_shows_the_card(missed, seen, course, clock):
    missed(QuizFactory(course=course, **SILENT), utcnow() - HOUR)
    missed(QuizFactory(course=course, review=Review.AFTER_CLOSING, closes_at=utcnow() + HOUR))
    assert not seen()
    clock.advance(hours=2)
    assert seen()


def test_a_quiz_that_tells_nothing_moves_no_card_that_is_seen(missed, course, clock):
    missed()
    before = the_card().noted_at
    clock.advance(hours=1)
    missed(QuizFactory(course=course, **SILENT))
    assert (the_card().noted_at, the_card().turn) == (before, 0)


@pytest.mark.parametrize("gone", ["removed_at", "righted_at"])
def test_a_quiz_that_tells_nothing_brings_no_card_back_before_it_tells(gone, missed, seen, course, clock):
    missed()
    with transaction():
        db.session.execute(update(ReviewCard).values({gone: utcnow()}))
    clock.advance(hours=1)
    quiz = QuizFactory(course=course, **SILENT)
    for _n in range(2):
        missed(quiz)
    assert not seen()
    settle(quiz, review=Review.AT_ONCE)
    assert seen()


def test_the_database_tells_what_the_model_tells(course):
    now = utcnow()
    moments = (None, now - HOUR, now - GRACE, now - GRACE + timedelta(seconds=1), now + HOUR)
    quizzes = [
        Quiz(course_id=course.id, title=Faces(zh="测验"), mode=mode, review=review, **times)
        for mode, review in product(QuizMode, Review)
        for times in (
            dict(released_at=released, closes_at=closes, extended_to=extended)
            for released, closes, extended in product((None, now), moments, moments)
        )
    ]
    db.session.add_all(quizzes)
    db.session.flush()
    told = set(db.session.scalars(select(Quiz.id).where(tells(now - GRACE))))
    said = {quiz.id for quiz in quizzes if quiz.shows_answers(now)}
    assert (told == said, 0 < len(said) < len(quizzes)) == (True, True)


def test_every_quiz_that_missed_it_is_kept_once(missed, course):
    quizzes = [QuizFactory(course=course), QuizFactory(course=course, **SILENT)]
    for quiz in quizzes * 2:
        missed(quiz)
    kept = db.session.scalars(select(CardSource.quiz_id).order_by(CardSource.quiz_id)).all()
    assert kept == [quiz.id for quiz in quizzes]
    assert not db.session.scalar(select(exists().where(ReviewCard.is_practised)))
