"""Threads that wait for their moment: published exactly once, or left to their author with a reason."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from accounts.models import User, UserState
from core.clock import utcnow
from core.db import db
from core.notifications import PeopleTold
from forum import publishing
from forum.models import Board, SavedDraft, Thread
from forum.publishing import publish_due
from tests.factories.accounts import UserFactory
from tests.factories.forum import BoardFactory, DraftFactory
from tests.forum.test_races import at_once, transaction_for_factories

CONTENT = {"title": "Notice of the meeting", "body": "On Friday.", "kind": "discussion", "key": "the-key"}


@pytest.fixture
def browser(sign_in, member):
    one = sign_in(member)
    one.set_cookie("lang", "en", domain="localhost")
    return one


def due(user, board, **more) -> SavedDraft:
    return DraftFactory(
        user=user,
        place=f"board:{board.id}:abcdef123456",
        content={**CONTENT, **more},
        publish_at=utcnow() - timedelta(minutes=1),
    )


def drafts() -> list[SavedDraft]:
    db.session.expire_all()
    return list(db.session.scalars(select(SavedDraft).order_by(SavedDraft.id)))


def titles() -> list[str]:
    return list(db.session.scalars(select(Thread.title).order_by(Thread.id)))


def test_the_composer_takes_a_day_and_a_time_in_the_members_zone(browser, board, clock):
    clock.set(datetime(2026, 3, 14, 6, 0, tzinfo=UTC))
    data = {**CONTENT, "place": f"board:{board.id}", "publish_day": "2026-03-15", "publish_time": "09:30"}
    DraftFactory(user=db.session.scalars(select(User).where(User.username == "member")).one(), place=data["place"])
    answer = browser.post(f"/forum/boards/{board.slug}/new", data=data)
    assert (answer.status_code, answer.location, titles()) == (303, "/forum/drafts", [])
    [draft] = drafts()
    assert draft.publish_at == datetime(2026, 3, 15, 1, 30, tzinfo=UTC)
    assert draft.place.startswith(f"board:{board.id}:")
    page = browser.get("/forum/drafts")
    assert ("Will be published on" in page.text, "15 Mar 09:30" in page.text) == (True, True)


@pytest.mark.parametrize(
    "moment",
    [("2020-01-01", ""), ("2999-01-01", "10:00"), ("", "10:00"), ("yesterday", ""), ("0001-01-01", "00:00")],
)
def test_a_moment_that_cannot_be_is_refused_and_the_text_kept(browser, board, moment):
    data = {**CONTENT, "place": f"board:{board.id}", "publish_day": moment[0], "publish_time": moment[1]}
    page = browser.post(f"/forum/boards/{board.slug}/new", data=data)
    assert (page.status_code, titles(), [one.content["body"] for one in drafts()]) == (422, [], ["On Friday."])


def test_what_is_due_is_published_in_the_authors_name_and_the_draft_is_gone(member, board):
    due(member, board)
    assert (publish_due(), titles(), drafts()) == (1, ["Notice of the meeting"], [])
    assert db.session.scalar(select(Thread.author_id)) == member.id
    assert publish_due() == 0


def test_what_is_not_due_and_what_has_no_moment_waits(member, board):
    due(member, board).publish_at = utcnow() + timedelta(minutes=1)
    DraftFactory(user=member, place=f"board:{board.id}", content=CONTENT)
    db.session.flush()
    assert (publish_due(), titles(), len(drafts())) == (0, [], 2)


def test_a_crash_before_the_end_leaves_the_draft_for_the_next_turn(member, board, monkeypatch):
    due(member, board)
    start = publishing.scheduled.start_thread

    def crash(*args, **words):
        start(*args, **words)
        raise OSError("killed")

    with monkeypatch.context() as patched:
        patched.setattr(publishing.scheduled, "start_thread", crash)
        assert (publish_due(), titles(), len(drafts())) == (0, [], 1)
    assert (publish_due(), titles(), drafts()) == (1, ["Notice of the meeting"], [])


@pytest.mark.parametrize("change", ["archived", "closed", "unseen", "suspended", "no title"])
def test_what_may_not_be_published_then_stays_with_the_reason_and_is_told(member, board, change, announced):
    draft = due(member, board, **({"title": ""} if change == "no title" else {}))
    if change == "suspended":
        db.session.get_one(User, member.id).state = UserState.SUSPENDED
    elif change != "no title":
        values = {"archived": ("archived", True), "closed": ("post_policy", "closed"), "unseen": ("audience", "user:0")}
        setattr(db.session.get_one(Board, board.id), *values[change])
    db.session.commit()
    assert (publish_due(), titles()) == (0, [])
    [left] = drafts()
    assert (left.publish_at, bool(left.problem)) == (None, True)
    told = [event for event in announced() if isinstance(event, PeopleTold)]
    assert [(event.recipient_ids, event.url) for event in told] == [((member.id,), f"/forum/drafts/{draft.id}")]


def test_a_draft_is_taken_off_the_clock_changed_or_published_now(browser, member, board):
    ident = due(member, board).id
    answer = browser.post(f"/forum/drafts/{ident}/unschedule", data={"to": "composer"})
    assert answer.location == f"/forum/boards/{board.slug}/new?draft=abcdef123456"
    assert "Notice of the meeting" in browser.get(answer.location).text
    assert [one.publish_at for one in drafts()] == [None]
    browser.post(f"/forum/drafts/{ident}/publish")
    assert (titles(), drafts()) == (["Notice of the meeting"], [])


def test_saving_a_scheduled_draft_takes_it_off_the_clock(browser, member, board):
    place = due(member, board).place
    browser.post("/forum/drafts", data={**CONTENT, "place": place, "body": "Half a chan"})
    assert [(one.publish_at, one.content["body"]) for one in drafts()] == [(None, "Half a chan")]


def test_four_workers_at_once_publish_each_thread_exactly_once(live_site):
    with transaction_for_factories():
        user, board = UserFactory(), BoardFactory()
        for number in range(6):
            DraftFactory(
                user=user,
                place=f"board:{board.id}:abcdef12345{number}",
                content={**CONTENT, "title": f"Thread {number}", "key": f"key-{number}"},
                publish_at=utcnow() - timedelta(minutes=1),
            )
        db.session.commit()
    db.session.remove()
    at_once(live_site, lambda _number: publish_due())
    assert titles() == [f"Thread {number}" for number in range(6)]
    assert drafts() == []
