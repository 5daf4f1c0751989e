"""Cards of one member, and a browser in which to go through them."""

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from core.clock import utcnow
from core.db import db
from study.enums import Mistake
from study.models import Question, QuestionVersion, ReviewCard
from study.notebook.mistakes import Missed
from study.notebook.services.mistakes import note_missed
from tests.factories.quiz import bank_for, choice
from tests.factories.quiz import question as make_question
from tests.factories.study import CourseFactory, LessonFactory

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
"""A Monday at noon where the site is."""
EN = {"Accept-Language": "en"}


@pytest.fixture(autouse=True)
def noon(request):
    """Let days be whole: nothing here depends on when the tests run."""
    if "app" in request.fixturenames:
        request.getfixturevalue("clock").set(NOON)


@pytest.fixture
def course(app):
    return CourseFactory(slug="open-branch")


@pytest.fixture
def bank(course):
    return bank_for(course)


@pytest.fixture
def lesson(course):
    return LessonFactory(module__course=course)


@pytest.fixture
def card(member, bank, lesson, transaction):
    """Return ``card(content) -> ReviewCard``: a question that the member got wrong just now."""

    def make(content=None, *, user=member, key="", **how) -> ReviewCard:
        number = len(db.session.scalars(select(Question.id)).all()) + 1
        row = make_question(bank, content or choice(1000, 0, text=f"第{number}题？"), key=key or f"card-{number}")
        with transaction():
            note_missed(
                Missed(
                    user_id=user.id, at=utcnow(), questions={row.id: Mistake.WRONG}, **{"lesson_id": lesson.id, **how}
                )
            )
        return db.session.scalars(
            select(ReviewCard).where(ReviewCard.question_id == row.id, ReviewCard.user_id == user.id)
        ).one()

    return make


@pytest.fixture
def browser(sign_in, member):
    return sign_in(member)


def version_of(card: ReviewCard) -> int:
    found = select(QuestionVersion.id).join(Question, Question.id == QuestionVersion.question_id)
    current = QuestionVersion.version == Question.current_version
    return db.session.scalars(found.where(Question.id == card.question_id, current)).one()


def place_of(page: str, words: str) -> str:
    """Return the number under which a page offers an answer."""
    return re.search(rf'value="(\d+)"><span>(?:<[^>]*>)*{words}', page)[1]


def answered(browser, card: ReviewCard, words: str) -> str:
    """Answer the question of a card and return the address that says what was right."""
    page = browser.get(f"/study/notebook/cards/{card.id}", headers=EN).text
    turn = re.search(r'name="turn" value="(\d+)"', page)[1]
    query = f"version={version_of(card)}&turn={turn}&q1={place_of(page, words)}"
    return f"/study/notebook/cards/{card.id}?{query}"


def rate(browser, card: ReviewCard, recall: str, turn: int):
    return browser.post(
        f"/study/notebook/cards/{card.id}/rating", data={"recall": recall, "turn": str(turn)}, headers=EN
    )
