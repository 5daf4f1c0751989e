"""Forgotten passwords."""

import re

import pytest
from sqlalchemy import select

from accounts.enums import LinkPurpose, UserState
from accounts.models import Link, Session
from accounts.services import links
from core.db import db
from tests.accounts.conftest import PASSWORD
from tests.factories.accounts import session_for

ASK = "/account/reset"
NEW = "另一句 quiet sentence"


@pytest.fixture
def link(client, member, with_password, drain, mailbox):
    """Return ``link() -> path`` of a mailed reset link for ``member``."""
    with_password(member)

    def ask():
        assert client.post(ASK, data={"name": "member"}).status_code == 303
        drain()
        assert mailbox[-1]["To"] == "member@xuetan.test"
        return re.search(r"http://xuetan\.test(/account/reset/\S+)", mailbox[-1].get_content()).group(1)

    return ask


def _signs_in(client, password):
    return client.post("/account/sign-in", data={"name": "member", "password": password}).status_code == 303


def test_answer_is_the_same_for_known_and_unknown(app, member, drain, mailbox):
    known = app.test_client().post(ASK, data={"name": "member"})
    unknown = app.test_client().post(ASK, data={"name": "nobody@example.org"})
    drain()

    assert (known.status_code, known.location, known.text) == (unknown.status_code, unknown.location, unknown.text)
    assert len(mailbox) == 1


def test_new_password_works_and_the_old_one_does_not(client, link):
    path = link()
    assert client.get(path).status_code == 200

    assert client.post(path, data={"password": NEW}).location == "/account/sign-in"

    assert not _signs_in(client, PASSWORD)
    assert _signs_in(client, NEW)


def test_reset_ends_sessions_and_all_other_links(client, link, member, sign_in):
    browser = sign_in(member)
    path = link()
    other = links.issue(LinkPurpose.CONFIRM_EMAIL, member.id)
    db.session.commit()

    client.post(path, data={"password": NEW})

    assert browser.get("/account/").status_code == 302
    assert db.session.scalars(select(Session)).all() == []
    assert db.session.scalars(select(Link)).all() == []
    assert sign_in(member).post(f"/account/email/{other}").status_code == 410


def test_used_old_and_expired_links_are_refused_at_the_final_post(client, link, clock):
    older, path = link(), link()
    assert client.post(older, data={"password": NEW}).status_code == 410
    client.post(path, data={"password": NEW})
    assert client.post(path, data={"password": "a third sentence"}).status_code == 410
    late = link()
    assert client.get(late).status_code == 200
    clock.advance(hours=1, seconds=1)
    assert client.post(late, data={"password": "a third sentence"}).status_code == 410
    assert _signs_in(client, NEW)


def test_table_holds_no_token(link):
    token = link().rsplit("/", 1)[1]

    assert db.session.scalars(select(Link.token_hash)).one() != token
    assert len(token) >= 43


@pytest.mark.parametrize("password", ["short", "1234567890", "member@xuetan.test", "member12345", ""])
def test_weak_new_password_is_refused_and_the_link_still_works(client, link, password):
    path = link()

    page = client.post(path, data={"password": password})

    assert page.status_code == 422
    assert 'id="password-e"' in page.text
    assert client.post(path, data={"password": NEW}).status_code == 303


@pytest.mark.parametrize("state", [UserState.SUSPENDED, UserState.ERASED, UserState.IMPORTED])
def test_who_may_not_sign_in_gets_no_link(client, member, drain, mailbox, state):
    member.state = state
    db.session.commit()

    client.post(ASK, data={"name": "member"})
    drain()

    assert mailbox == []


def test_suspension_ends_the_link(client, link, member):
    path = link()
    member.state = UserState.SUSPENDED
    db.session.commit()

    assert client.post(path, data={"password": NEW}).status_code == 410


@pytest.mark.parametrize("header", ["Host", "X-Forwarded-Host"])
def test_hostile_host_does_not_reach_the_mail(client, member, drain, mailbox, header):
    client.post(ASK, data={"name": "member"}, headers={header: "evil.test"})
    drain()

    assert "evil.test" not in mailbox[-1].as_string()


def test_owner_is_told_of_the_new_password(client, link, drain, mailbox):
    client.post(link(), data={"password": NEW})
    drain()

    assert "http://xuetan.test/account/reset" in mailbox[-1].get_content()
    assert len(mailbox) == 2


def test_reset_opens_a_door_closed_by_wrong_tries(client, link):
    for _ in range(21):
        client.post("/account/sign-in", data={"name": "member", "password": "wrong words"})
    assert not _signs_in(client, PASSWORD)

    client.post(link(), data={"password": NEW})

    assert _signs_in(client, NEW)


def test_sixth_mail_of_an_hour_is_not_sent(client, member, drain, mailbox):
    for _ in range(7):
        client.post(ASK, data={"name": "member"})
        drain()

    assert len(mailbox) == 5


def test_get_of_the_link_uses_nothing_up(client, link):
    path = link()
    for _ in range(3):
        client.get(path)

    assert client.post(path, data={"password": NEW}).status_code == 303


def test_session_started_meanwhile_ends_too(client, link, member, app):
    path = link()
    token = session_for(member)
    client.post(path, data={"password": NEW})
    copy = app.test_client()
    copy.set_cookie("xuetan_session", token, domain="localhost")

    assert copy.get("/account/").status_code == 302


@pytest.fixture
def unconfirmed(app, branch, drain, mailbox):
    """Somebody who signed up and has not opened the mail."""
    values = {"display_name": "何玉", "username": "heyu", "email": "heyu@example.org", "password": PASSWORD}
    assert app.test_client().post("/account/sign-up", data={**values, "branch": branch.id}).status_code == 303
    drain()
    mailbox.clear()


def test_address_that_waits_gets_the_confirming_mail_again(app, client, unconfirmed, drain, mailbox):
    waiting = app.test_client().post(ASK, data={"name": " HeYu@Example.org "})
    unknown = app.test_client().post(ASK, data={"name": "nobody@example.org"})
    drain()

    assert (waiting.status_code, waiting.location, waiting.text) == (
        unknown.status_code,
        unknown.location,
        unknown.text,
    )
    assert [mail["To"] for mail in mailbox] == ["heyu@example.org"]
    path = re.search(r"http://xuetan\.test(/account/confirm/\S+)", mailbox[-1].get_content()).group(1)
    assert client.post(path).location == "/account/sign-in"
    assert client.post("/account/sign-in", data={"name": "heyu", "password": PASSWORD}).location == "/"


def test_wish_that_was_given_up_gets_no_mail(client, unconfirmed, clock, drain, mailbox):
    clock.advance(hours=49)
    client.post(ASK, data={"name": "heyu@example.org"})
    drain()

    assert list(mailbox) == []


def test_title_tells_of_an_error(client, link):
    client.set_cookie("lang", "en", domain="localhost")

    assert "<title>Error: " in client.post(ASK, data={"name": ""}).text
    assert "<title>Error: " in client.post(link(), data={"password": "short"}).text
