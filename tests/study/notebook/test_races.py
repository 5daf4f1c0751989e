"""Two windows and two workers at once, on a real database with real threads."""

from sqlalchemy import func, select

import core.db
from accounts.actors import actor_for
from core.clock import utcnow
from core.db import db, transaction
from study.enums import Mistake, Recall
from study.models import CardReview, ReviewCard
from study.notebook.mistakes import Missed
from study.notebook.services import reviews
from study.notebook.services.mistakes import note_missed
from tests.factories.accounts import UserFactory
from tests.factories.quiz import bank_for, choice
from tests.factories.quiz import question as make_question
from tests.factories.study import CourseFactory
from tests.study.test_quiz_races import together


def furnished() -> tuple[int, list[int]]:
    token = core.db._writing.set(True)
    bank, user = bank_for(CourseFactory()), UserFactory()
    questions = [make_question(bank, choice(1000, 0, text=f"第{n}题？"), key=f"q{n}").id for n in range(3)]
    found = user.id, questions
    db.session.remove()
    core.db._writing.reset(token)
    return found


def test_many_who_tell_of_the_same_mistakes_make_one_card_each(live_site):
    user_id, questions = furnished()
    missed = Missed(user_id=user_id, at=utcnow(), questions=dict.fromkeys(questions, Mistake.WRONG))

    def tell():
        with transaction():
            note_missed(missed)

    together(live_site, 6, tell)
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(ReviewCard)) == 3


def test_a_card_rated_in_many_windows_at_once_is_rated_once(live_site):
    user_id, questions = furnished()
    with transaction():
        note_missed(Missed(user_id=user_id, at=utcnow(), questions={questions[0]: Mistake.WRONG}))
    card_id = db.session.scalars(select(ReviewCard.id)).one()

    def press():
        actor = actor_for(user_id)
        with transaction():
            return reviews.rate(card_id, actor, turn=0, recall=Recall.GOOD)

    assert sorted(together(live_site, 6, press)) == [False] * 5 + [True]
    db.session.rollback()
    assert db.session.scalars(select(CardReview.turn)).all() == [0]
    review_id = db.session.scalars(select(CardReview.id)).one()

    def undo():
        actor = actor_for(user_id)
        with transaction():
            return reviews.undo(review_id, actor)

    assert sorted(map(str, together(live_site, 6, undo))) == sorted([str(card_id)] + ["None"] * 5)
    db.session.rollback()
    assert db.session.scalars(select(CardReview.turn).order_by(CardReview.id)).all() == [0, 1]
