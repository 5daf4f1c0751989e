"""What is no mistake by a changed key is out of the notebook, and in it again when the change is undone."""

import pytest
from sqlalchemy import select

from core.db import db
from study.enums import KeyRule, Mistake
from study.models import PracticeAnswer, Question, QuestionVersion, ReviewCard
from study.notebook.queries.cards import get_day
from tests.study.notebook.conftest import NOON
from tests.study.quiz.test_key_changes import Place


@pytest.fixture
def place(sign_in, actor_of, instructor):
    return Place(sign_in, actor_of, instructor)


@pytest.fixture
def writer(place, drain):
    """A member who missed the first question of a quiz."""
    found = place.quiz().writer()
    place.paper(found, "2", "1")
    drain()
    return found


def cards() -> list[ReviewCard]:
    db.session.expire_all()
    return list(db.session.scalars(select(ReviewCard).order_by(ReviewCard.id)))


def test_what_was_right_after_all_is_no_card_until_the_change_is_undone(place, writer, drain, actor_of, clock):
    (card,) = cards()
    before = (card.noted_at, card.due_at, card.turn, card.mistake, card.stage)
    clock.advance(hours=1)
    change = place.change(KeyRule.NEW, key=place.new_key())
    drain()
    assert (get_day(actor_of(writer)).new, cards()[0].righted_at) == (0, NOON.replace(hour=5))
    assert place.sign_in(writer).get(f"/study/notebook/cards/{card.id}").status_code == 404
    place.undo(change)
    drain()
    (card,) = cards()
    assert (get_day(actor_of(writer)).new, card.righted_at) == (1, None)
    assert (card.noted_at, card.due_at, card.turn, card.mistake, card.stage) == before


@pytest.mark.parametrize("rule", [KeyRule.FULL, KeyRule.DROP])
def test_a_question_that_counts_for_all_or_for_nobody_is_no_card(rule, place, writer, drain, actor_of):
    place.change(rule)
    drain()
    assert get_day(actor_of(writer)).new == 0


def test_what_is_wrong_by_the_changed_key_becomes_a_card(place, drain, actor_of):
    writer = place.quiz().writer()
    place.paper(writer, "1", "1")
    drain()
    assert cards() == []
    place.change(KeyRule.NEW, key=place.new_key())
    drain()
    (card,) = cards()
    assert (card.user_id, card.question_id, card.mistake) == (writer.id, place.questions[0], Mistake.WRONG)


def test_a_mistake_made_elsewhere_keeps_its_card(place, writer, drain, actor_of):
    version = place.new_key()
    answer = PracticeAnswer(
        user_id=writer.id, question_id=place.questions[0], version_id=version.id, answer={"chosen": [0]}, fraction=0
    )
    db.session.add(answer)
    db.session.commit()
    place.change(KeyRule.NEW, key=version)
    drain()
    assert get_day(actor_of(writer)).new == 1


def test_what_a_page_marked_by_the_wrong_key_keeps_no_card(place, writer, drain, actor_of):
    first = db.session.scalars(select(QuestionVersion.id).join(Question).where(Question.id == place.questions[0])).one()
    answer = PracticeAnswer(
        user_id=writer.id, question_id=place.questions[0], version_id=first, answer={"chosen": [1]}, fraction=0
    )
    db.session.add(answer)
    db.session.commit()
    place.change(KeyRule.NEW, key=place.new_key())
    drain()
    assert get_day(actor_of(writer)).new == 0


def test_a_mistake_on_another_paper_keeps_its_card(place, writer, drain, actor_of, clock):
    clock.advance(hours=1)
    place.paper(writer, "1", "1")
    drain()
    place.change(KeyRule.NEW, key=place.new_key())
    drain()
    (card,) = cards()
    assert (get_day(actor_of(writer)).new, card.righted_at) == (1, None)


def test_a_new_mistake_brings_a_card_back_that_was_set_right(place, writer, drain, actor_of, clock):
    place.change(KeyRule.FULL)
    drain()
    assert get_day(actor_of(writer)).new == 0
    place.new_key()
    clock.advance(hours=1)
    place.paper(writer, "1", "1")
    drain()
    assert get_day(actor_of(writer)).new == 1
