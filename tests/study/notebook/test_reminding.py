"""Once a day, in the morning where the member lives, and only to those who want it."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from core.clock import utcnow
from core.db import db, is_writing, transaction
from notify.models import Notification
from study.models import Notebook
from study.notebook.queries.cards import get_day
from study.notebook.services import reminding
from study.timers import remind_of_cards
from tests.study.notebook.conftest import EN, rate

MORNING = datetime(2026, 3, 3, 0, 0, tzinfo=UTC)
"""The next morning at eight where the site is."""


@pytest.fixture
def wanting(browser):
    """Return ``wanting(reminds)``: settle whether the member is told."""

    def settle(*, reminds: bool = True) -> None:
        data = {"new_a_day": "10", "most_a_day": "50"} | ({"reminds": "y"} if reminds else {})
        assert browser.post("/study/notebook/settings", data=data).status_code == 303

    return settle


def told(drain) -> int:
    drain()
    return len(db.session.scalars(select(Notification)).all())


def next_at() -> datetime | None:
    db.session.expire_all()
    return db.session.scalars(select(Notebook.remind_at)).one()


def test_who_wants_it_is_told_once_a_day(wanting, card, clock, drain, sign_in, member):
    card()
    wanting()
    assert (next_at(), remind_of_cards()) == (MORNING, 0)
    clock.set(MORNING + timedelta(minutes=3))
    assert [remind_of_cards(), remind_of_cards(), told(drain)] == [1, 0, 1]
    assert "cards due today: 1" in sign_in(member).get("/inbox", headers=EN).text
    clock.advance(hours=5)
    assert [remind_of_cards(), told(drain), next_at()] == [0, 1, MORNING + timedelta(days=1)]
    clock.set(MORNING + timedelta(days=4))
    assert [remind_of_cards(), remind_of_cards(), told(drain)] == [1, 0, 2]


def test_cards_are_counted_before_the_database_is_held(wanting, card, clock, monkeypatch):
    card()
    wanting()
    clock.set(MORNING)
    held = []
    monkeypatch.setattr(reminding, "get_day", lambda *given: held.append(is_writing()) or get_day(*given))
    assert (remind_of_cards(), held) == (1, [False])


def test_who_wants_it_no_longer_meanwhile_is_not_told(wanting, card, clock, drain):
    card()
    wanting()
    clock.set(MORNING)
    due = reminding.list_due()
    with transaction():
        db.session.execute(update(Notebook).values(remind_at=None))
    with transaction():
        reminding.remind(due)
    assert (told(drain), next_at()) == (0, None)


def test_nobody_is_told_who_did_not_ask_or_has_nothing_due(wanting, card, clock, drain, browser):
    own = card()
    wanting(reminds=False)
    assert next_at() is None
    wanting()
    rate(browser, own, "easy", 0)
    clock.set(MORNING)
    assert [remind_of_cards(), told(drain)] == [1, 0]
    assert next_at() > utcnow()


def test_mornings_are_those_of_the_member(wanting, member, card, clock, drain):
    card()
    member.time_zone = "America/New_York"
    db.session.commit()
    wanting()
    assert next_at() == datetime(2026, 3, 2, 13, 0, tzinfo=UTC)
    clock.set(datetime(2026, 3, 2, 13, 1, tzinfo=UTC))
    assert [remind_of_cards(), told(drain), next_at()] == [1, 1, datetime(2026, 3, 3, 13, 0, tzinfo=UTC)]
