import re

import pytest

from core.db import db
from notify import queries
from notify.enums import MailCopies
from tests.factories.notify import NotificationFactory

CHROME = 3


@pytest.fixture
def browser(member, sign_in):
    browser = sign_in(member)
    browser.set_cookie("lang", "en", domain="localhost")
    return browser


def count(member, number):
    member.unread_count = number
    db.session.commit()


def test_the_inbox_shows_what_happened_in_the_readers_language(browser, member, moderator):
    NotificationFactory(user=member, actor_id=moderator.id)

    page = browser.get("/inbox").text

    assert f"{moderator.display_name} sent you “Tea”" in page
    assert "Weight: 2 kg" in page


def test_a_notice_of_a_kind_that_is_gone_is_still_shown(browser, member):
    NotificationFactory(user=member, kind="gone.away")

    assert "Something new for you" in browser.get("/inbox").text


def test_a_notice_without_its_parameters_is_still_shown(browser, member):
    NotificationFactory(user=member, params={})

    assert "Somebody sent you “”" in browser.get("/inbox").text


def test_unread_notices_have_a_dot_and_buttons(browser, member):
    row = NotificationFactory(user=member)
    count(member, 1)

    page = browser.get("/inbox").text

    assert 'class="unread"' in page
    assert f'formaction="/inbox/{row.id}/open"' in page
    assert f'name="id" value="{row.id}"' in page


def test_read_notices_are_plain_links(browser, member, clock):
    NotificationFactory(user=member, read_at=clock.now)

    page = browser.get("/inbox").text

    assert '<a href="/parcels/1">' in page
    assert 'class="unread"' not in page


def test_unread_only_leaves_out_what_was_read(browser, member, clock):
    NotificationFactory(user=member, params={"title": "Old", "weight": 1}, read_at=clock.now)
    NotificationFactory(user=member, params={"title": "New", "weight": 1})

    page = browser.get("/inbox?show=unread").text

    assert ("Old" in page, "New" in page) == (False, True)


def test_nobody_sees_the_notices_of_others(browser, officer):
    NotificationFactory(user=officer, params={"title": "Secret", "weight": 1})

    assert "Secret" not in browser.get("/inbox").text


def test_opening_marks_as_read_and_goes_there(browser, member):
    row = NotificationFactory(user=member)
    count(member, 1)

    answer = browser.post(f"/inbox/{row.id}/open")

    assert (answer.status_code, answer.location) == (303, "/parcels/1")
    assert queries.count_unread(member.id) == 0


def test_a_foreign_notice_cannot_be_opened(browser, officer):
    row = NotificationFactory(user=officer)

    assert browser.post(f"/inbox/{row.id}/open").status_code == 404


def test_one_notice_can_be_marked_as_read(browser, member):
    first, _second = NotificationFactory.create_batch(2, user=member)
    count(member, 2)

    answer = browser.post("/inbox/read", data={"id": str(first.id)})

    assert (answer.status_code, answer.location) == (303, "/inbox")
    assert queries.count_unread(member.id) == 1


def test_everything_can_be_marked_as_read(browser, member):
    NotificationFactory.create_batch(2, user=member)
    count(member, 2)

    answer = browser.post("/inbox/read", data={"all": "1", "next": "/inbox?show=unread"})

    assert (answer.status_code, answer.location) == (303, "/inbox?show=unread")
    assert queries.count_unread(member.id) == 0


@pytest.mark.parametrize("notices", [1, 3])
def test_the_inbox_costs_the_same_at_any_length(browser, member, count_queries, notices):
    NotificationFactory.create_batch(notices, user=member)

    with count_queries() as seen:
        page = browser.get("/inbox")

    assert (page.text.count("sent you"), len(seen)) == (notices * 2, CHROME + 2)


def test_the_inbox_is_paged(browser, member, monkeypatch):
    monkeypatch.setattr("notify.queries.PAGE", 2)
    for number in range(3):
        NotificationFactory(user=member, params={"title": f"Tea {number}", "weight": 1})

    first = browser.get("/inbox").text
    second = browser.get(first.split('rel="next" href="')[1].split('"')[0]).text

    assert ("Tea 2" in first, "Tea 0" in first) == (True, False)
    assert ("Tea 2" in second, "Tea 0" in second) == (False, True)


def test_copies_by_mail_can_be_chosen(browser, member):
    answer = browser.post("/inbox/settings", data={"mail": "at_once"})

    assert (answer.status_code, answer.location) == (303, "/inbox/settings")
    assert queries.mail_copies(member.id) is MailCopies.AT_ONCE


def test_an_unknown_choice_is_refused(browser, member):
    answer = browser.post("/inbox/settings", data={"mail": "pigeon"})

    assert answer.status_code == 422
    assert queries.mail_copies(member.id) is MailCopies.NONE


def test_the_present_choice_is_shown(browser, member):
    browser.post("/inbox/settings", data={"mail": "at_once"})

    page = browser.get("/inbox/settings").text

    assert re.search(r'id="mail-1"[^>]*checked|checked[^>]*id="mail-1"', page)
