"""Announcements: who may make them, who has confirmed, who is reminded."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from core.db import db
from core.errors import Denied
from core.permissions import MEMBERS, Role, branch_audience
from forum import queries, services
from forum.composing import compose
from forum.enums import ThreadKind
from forum.errors import NothingToConfirm, PostGone, RemindedLately
from forum.events import ReadersReminded
from forum.models import Receipt, Thread
from forum.services.threads import Opening
from notify.models import Notification
from tests.factories.accounts import BranchFactory, UserFactory, grant
from tests.factories.forum import BoardFactory, ThreadFactory

MOMENT = datetime(2027, 3, 1, 6, 3, tzinfo=UTC)


@pytest.fixture
def announcement(branch, moderator):
    board = BoardFactory(slug="news", branch=branch, audience=MEMBERS)
    return ThreadFactory(board=board, author=moderator, kind=ThreadKind.ANNOUNCEMENT, title="Water is off")


@pytest.fixture
def announcer(moderator, actor_of):
    return actor_of(moderator)


@pytest.fixture
def url(announcement) -> str:
    return f"/forum/threads/{announcement.id}"


@pytest.fixture
def english(sign_in):
    """Return ``english(user)``: a browser in English."""

    def enter(user):
        one = sign_in(user)
        one.set_cookie("lang", "en", domain="localhost")
        return one

    return enter


def confirm(thread, actor):
    services.confirm_announcement(queries.get_thread(thread.id, actor), actor)


def confirmed() -> list[int]:
    return list(db.session.scalars(select(Receipt.user_id).order_by(Receipt.user_id)))


def test_only_who_may_announce_starts_an_announcement(branch, officer, member, actor_of, transaction):
    BoardFactory(slug="news", branch=branch)
    opening = Opening(title="News", kind=ThreadKind.ANNOUNCEMENT)
    with transaction():
        post = services.start_thread(
            queries.get_board("news", actor_of(officer), lock=True), actor_of(officer), opening, compose("Read this.")
        )
    assert db.session.get_one(Thread, post.thread_id).kind is ThreadKind.ANNOUNCEMENT
    reader = actor_of(member)
    with pytest.raises(Denied), transaction():
        services.start_thread(queries.get_board("news", reader, lock=True), reader, opening, compose("Read me."))


def test_an_officer_of_another_branch_announces_nothing_here(branch, other_branch, actor_of, transaction):
    BoardFactory(slug="news", branch=branch)
    stranger = UserFactory(branch=other_branch)
    grant(stranger, Role.OFFICER, other_branch)
    actor = actor_of(stranger)
    with pytest.raises(Denied), transaction():
        services.start_thread(
            queries.get_board("news", actor, lock=True),
            actor,
            Opening(title="News", kind=ThreadKind.ANNOUNCEMENT),
            compose("From afar."),
        )


def test_the_composer_offers_the_kind_to_those_alone(english, officer, member, branch):
    BoardFactory(slug="news", branch=branch)
    assert 'value="announcement"' in english(officer).get("/forum/boards/news/new").text
    one = english(member)
    assert 'value="announcement"' not in one.get("/forum/boards/news/new").text
    data = {"kind": "announcement", "title": "Free soup", "body": "Come all.", "key": "k"}
    page = one.post("/forum/boards/news/new", data=data)
    assert (page.status_code, "Come all." in page.text) == (422, True)


def test_confirming_twice_keeps_the_first_moment(announcement, member, actor_of, transaction, clock):
    reader = actor_of(member)
    clock.set(MOMENT)
    with transaction():
        confirm(announcement, reader)
    clock.advance(hours=1)
    with transaction():
        confirm(announcement, reader)
    assert db.session.scalars(select(Receipt.confirmed_at)).all() == [MOMENT]


def test_the_author_has_nothing_to_confirm(announcement, announcer, transaction):
    with transaction():
        confirm(announcement, announcer)
    assert confirmed() == []


def test_other_threads_take_no_receipts(thread, member, actor_of, transaction):
    with pytest.raises(NothingToConfirm), transaction():
        confirm(thread, actor_of(member))


def test_an_announcement_that_is_gone_takes_no_receipts(announcement, member, actor_of, transaction):
    announcement.hidden_at = MOMENT
    db.session.commit()
    with pytest.raises(PostGone), transaction():
        confirm(announcement, actor_of(member))


def test_the_announcer_reminds_once_a_day(announcement, announcer, transaction, clock, announced):
    clock.set(MOMENT)
    number = announcement.id

    def remind():
        with transaction():
            services.remind_readers(queries.get_thread(number, announcer, lock=True), announcer)

    remind()
    clock.advance(hours=23)
    with pytest.raises(RemindedLately):
        remind()
    clock.advance(hours=1)
    remind()
    turns = [event for event in announced() if isinstance(event, ReadersReminded)]
    assert [event.thread_id for event in turns] == [number, number]
    assert turns[0].turn < turns[1].turn


def test_others_do_not_remind(announcement, officer, member, actor_of, transaction):
    for person in (officer, member):
        actor = actor_of(person)
        with pytest.raises(Denied), transaction():
            services.remind_readers(queries.get_thread(announcement.id, actor, lock=True), actor)


def test_who_may_no_longer_announce_reminds_nobody(branch, actor_of, transaction):
    former = UserFactory(branch=branch)
    board = BoardFactory(branch=branch)
    thread = ThreadFactory(board=board, author=former, kind=ThreadKind.ANNOUNCEMENT)
    actor = actor_of(former)
    with pytest.raises(Denied), transaction():
        services.remind_readers(queries.get_thread(thread.id, actor, lock=True), actor)


def test_a_reminder_reaches_those_it_is_for_who_have_not_confirmed(
    branch, other_branch, moderator, announcer, actor_of, transaction, drain
):
    board = BoardFactory(branch=branch, audience=branch_audience(branch.id))
    thread = ThreadFactory(board=board, author=moderator, kind=ThreadKind.ANNOUNCEMENT, title="Water is off")
    below = BranchFactory(parent=branch)
    done, silent, deep, stranger = (UserFactory(branch=one) for one in (branch, branch, below, other_branch))
    UserFactory(branch=branch, state="suspended")
    with transaction():
        confirm(thread, actor_of(done))
    with transaction():
        services.remind_readers(queries.get_thread(thread.id, announcer, lock=True), announcer)
    drain()
    told = db.session.scalars(select(Notification.user_id).where(Notification.kind == "forum.remind")).all()
    assert sorted(told) == sorted([silent.id, deep.id])
    assert stranger.id not in told


# Pages


def test_a_reader_confirms_with_one_button(english, member, url, clock):
    clock.set(MOMENT)
    browser = english(member)
    assert browser.get(url).text.count("I have read this") == 1
    assert browser.post(f"{url}/confirm").status_code == 303
    page = browser.get(url).text
    assert "I have read this" not in page
    assert "14:03" in page.split("You confirmed reading this:")[1][:80]


def test_lists_ask_for_what_is_not_confirmed(english, member, moderator, url):
    browser = english(member)
    assert browser.get("/forum/boards/news").text.count("Please confirm</span>") == 1
    browser.post(f"{url}/confirm")
    assert "Please confirm</span>" not in browser.get("/forum/boards/news").text
    assert "Please confirm</span>" not in english(moderator).get("/forum/boards/news").text


def test_the_author_sees_how_many_have_confirmed(english, member, moderator, url):
    english(member).post(f"{url}/confirm")
    page = english(moderator).get(url).text
    assert "1 person has confirmed" in page
    assert "Remind those who have not" in page
    assert "I have read this" not in page


def test_reminding_too_soon_says_so(english, moderator, url):
    browser = english(moderator)
    assert [browser.post(f"{url}/remind").status_code for _turn in range(2)] == [303, 409]


def test_an_officer_sees_the_own_branches_only(english, officer, branch, other_branch, url, actor_of):
    inside, outside = (
        UserFactory(display_name=name, branch=one) for name, one in (("Inside", branch), ("Outside", other_branch))
    )
    UserFactory(display_name="Deep", branch=BranchFactory(parent=branch))
    browser = english(inside)
    browser.post(f"{url}/confirm")
    page = english(officer).get(f"{url}/receipts?state=confirmed").text
    assert ("Inside" in page, "Outside" in page) == (True, False)
    page = english(officer).get(f"{url}/receipts").text
    assert ("Deep" in page, "Inside" in page, "Outside" in page) == (True, False, False)
    assert outside.username not in english(officer).get(f"{url}/receipts.csv").text


def test_names_can_be_narrowed_to_one_branch(english, officer, branch, url):
    below = BranchFactory(parent=branch)
    UserFactory(display_name="Upper", branch=branch)
    UserFactory(display_name="Lower", branch=below)
    page = english(officer).get(f"{url}/receipts?branch={below.id}").text
    assert ("Lower" in page, "Upper" in page) == (True, False)
    table = english(officer).get(f"{url}/receipts.csv?branch={below.id}").text
    assert ("Lower" in table, "Upper" in table) == (True, False)
    for wrong in ("x", "0", "9" * 30):
        assert english(officer).get(f"{url}/receipts?branch={wrong}").status_code == 404
        assert english(officer).get(f"{url}/receipts.csv?branch={wrong}").status_code == 404


def test_the_table_to_keep_holds_no_formula(english, officer, branch, url):
    UserFactory(display_name="=1+1", branch=branch)
    answer = english(officer).get(f"{url}/receipts.csv")
    assert answer.headers["Content-Disposition"].endswith('.csv"')
    assert answer.text.startswith("\ufeffName,User name,Confirmed\r\n")
    assert "\r\n'=1+1," in answer.text


def test_a_discussion_has_no_receipts(english, officer, thread):
    assert english(officer).get(f"/forum/threads/{thread.id}/receipts").status_code == 404


@pytest.mark.parametrize("people", [1, 3])
def test_the_page_of_receipts_costs_the_same_at_any_length(english, officer, branch, url, people, count_queries):
    for _number in range(people):
        UserFactory(branch=branch)
    browser = english(officer)
    browser.get(f"{url}/receipts")
    with count_queries() as seen:
        page = browser.get(f"{url}/receipts")
    assert (page.text.count("/members/user"), len(seen)) == (people, 7)


def test_an_announcement_costs_a_page_one_query_more(english, client, member, url, announcement, count_queries):
    browser = english(member)
    browser.get(url)
    with count_queries() as seen:
        browser.get(url)
    assert len(seen) == 7
