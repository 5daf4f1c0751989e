"""Who sees which cards: nobody but whose mistakes they are."""

from core.db import db
from study.enums import Mistake
from study.models import ReviewCard
from tests.access import Row
from tests.factories.quiz import bank_for, choice
from tests.factories.quiz import question as make_question


def furnish(world) -> None:
    """Give the member a card."""
    question = make_question(bank_for(world.course, "bank of the notebook"), choice(1000, 0))
    world.card = ReviewCard(user_id=world.member.id, question_id=question.id, mistake=Mistake.WRONG, is_practised=True)
    db.session.add(world.card)
    db.session.commit()


OWN = dict(visitor=302, member=200, instructor=404, moderator=404, officer=404, administrator=404)
OWN_POST = {**OWN, "member": 303}
ANYBODY = dict(visitor=302, member=200, instructor=200, moderator=200, officer=200, administrator=200)
ANYBODY_POST = dict(visitor=302, member=303, instructor=303, moderator=303, officer=303, administrator=303)


def _at(world, tail: str = "") -> str:
    return f"/study/notebook/cards/{world.card.id}{tail}"


ROWS = [
    Row("study.show_notebook", "GET", lambda w: "/study/notebook", **ANYBODY),
    Row("study.show_todays_card", "GET", lambda w: "/study/notebook/today", **ANYBODY),
    Row("study.list_cards", "GET", lambda w: "/study/notebook/cards", **ANYBODY),
    Row("study.download_cards", "GET", lambda w: "/study/notebook/cards.csv", **ANYBODY),
    Row("study.show_card", "GET", _at, **OWN),
    Row(
        "study.rate_card",
        "POST",
        lambda w: _at(w, "/rating"),
        **OWN_POST,
        data=lambda w: {"recall": "good", "turn": "0"},
    ),
    Row("study.keep_card", "POST", lambda w: _at(w, "/state"), **OWN_POST, data=lambda w: {"act": "suspend"}),
    Row(
        "study.undo_rating",
        "POST",
        lambda w: "/study/notebook/undo",
        **{**OWN, "member": 404},
        data=lambda w: {"review": "0"},
        note="nothing was rated",
    ),
    Row(
        "study.settle",
        "POST",
        lambda w: "/study/notebook/settings",
        **ANYBODY_POST,
        data=lambda w: {"new_a_day": "5", "most_a_day": "20"},
    ),
]
