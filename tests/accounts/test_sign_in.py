"""Signing in and out."""

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from accounts import passwords
from accounts.enums import UserState
from accounts.models import Session
from accounts.services import credentials
from accounts.web import SESSION_COOKIE
from core.db import db
from tests.accounts.conftest import PASSWORD
from tests.factories.accounts import UserFactory

SIGN_IN = "/account/sign-in"


def _try(client, name="member", password=PASSWORD, **more):
    return client.post(SIGN_IN, data={"name": name, "password": password, **more})


def test_page_shows_the_form(client):
    page = client.get(SIGN_IN)

    assert page.status_code == 200
    assert page.text.count("<h1>") == 1
    assert 'autocomplete="current-password"' in page.text


@pytest.mark.parametrize("name", ["member", "MEMBER", "ｍｅｍｂｅｒ", "member@xuetan.test", " Member@XUETAN.test "])
def test_name_or_address_in_any_spelling_signs_in(client, member, with_password, name):
    with_password(member)

    answer = _try(client, name)

    assert (answer.status_code, answer.location) == (303, "/")
    assert client.get("/account/").status_code == 200


def test_cookie_cannot_be_read_by_scripts_nor_sent_from_other_sites(client, member, with_password):
    with_password(member)

    cookie = next(c for c in _try(client).headers.getlist("Set-Cookie") if c.startswith(SESSION_COOKIE))

    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Max-Age" not in cookie
    assert "Secure" not in cookie


def test_staying_signed_in_lasts_thirty_days(client, member, with_password):
    with_password(member)

    cookie = next(c for c in _try(client, keep="y").headers.getlist("Set-Cookie") if c.startswith(SESSION_COOKIE))

    assert "Max-Age=2592000" in cookie


def test_cookie_is_secure_where_the_site_is(app, client, member, with_password):
    with_password(member)
    was, app.config["BASE_URL"] = app.config["BASE_URL"], "https://xuetan.test"
    try:
        cookie = next(c for c in _try(client).headers.getlist("Set-Cookie") if c.startswith(SESSION_COOKIE))
    finally:
        app.config["BASE_URL"] = was

    assert "Secure" in cookie


def test_table_holds_no_token(client, member, with_password):
    with_password(member)
    _try(client)

    token = client.get_cookie(SESSION_COOKIE).value

    assert len(token) >= 43
    assert db.session.scalars(select(Session.token_hash)).one() != token


def test_unknown_name_and_wrong_password_look_alike(app, member, with_password):
    with_password(member)

    wrong = _try(app.test_client(), "member", "not the password")
    unknown = _try(app.test_client(), "nobody", "not the password")

    assert wrong.status_code == unknown.status_code == 422
    assert wrong.text.replace("member", "nobody") == unknown.text


def test_unknown_name_costs_a_hash_as_well(client, monkeypatch):
    seen = []
    real = passwords._hasher.verify
    monkeypatch.setattr(type(passwords._hasher), "verify", lambda _self, *a: seen.append(a) or real(*a))

    _try(client, "nobody", "not the password")

    assert len(seen) == 1


def test_name_is_kept_and_password_is_not(client):
    page = _try(client, "wei <b>", "my secret words")

    assert 'value="wei &lt;b&gt;"' in page.text
    assert "my secret words" not in page.text


@pytest.mark.parametrize(
    ("state", "words"),
    [(UserState.PENDING, "支部"), (UserState.SUSPENDED, "停用"), (UserState.ERASED, None), (UserState.IMPORTED, None)],
)
def test_who_may_not_sign_in_is_told_after_the_right_password_only(app, member, with_password, state, words):
    with_password(member)
    if state in (UserState.ERASED, UserState.IMPORTED):
        member.password_hash = None
    member.state = state
    db.session.commit()

    right, wrong = _try(app.test_client()), _try(app.test_client(), password="not the password")

    assert right.status_code == wrong.status_code == 422
    assert (right.text == wrong.text) is (words is None)
    assert app.test_client().get("/account/").status_code in (302, 401)


@pytest.mark.parametrize(
    "target",
    [
        "//evil.test", "https://evil.test", "http:evil.test", "\\\\evil.test", "/\\evil.test", "/\t/evil.test",
        "\t//evil.test", "/%0d%0aSet-Cookie:x", "javascript:alert(1)", "///evil.test", "/\n/evil.test", "evil.test",
        "https:/evil.test", "//evil.test/%2f..", "\\/evil.test", "/ /evil.test", "data:text/html,x", "",
    ],
)  # fmt: skip
def test_goes_nowhere_else_afterwards(client, member, with_password, target):
    with_password(member)

    location = _try(client, next=target).location

    assert location.startswith("/")
    assert not location.startswith(("//", "/\\"))
    assert not set("\t\r\n\\") & set(location)


def test_goes_back_to_the_page_that_asked(client, member, with_password):
    with_password(member)

    first = client.get("/account/sessions")
    page = client.get(first.location)

    assert 'name="next" value="/account/sessions"' in page.text
    assert _try(client, next="/account/sessions").location == "/account/sessions"


def test_session_is_new_and_the_one_sent_along_is_ended(client, member, other_user, sign_in, with_password):
    with_password(member)
    planted = sign_in(other_user).get_cookie(SESSION_COOKIE).value
    client.set_cookie(SESSION_COOKIE, planted, domain="localhost")

    _try(client)

    assert client.get_cookie(SESSION_COOKIE).value != planted
    assert [row.user_id for row in db.session.scalars(select(Session))] == [member.id]


def test_what_was_planted_in_the_form_cookie_is_gone(client, member, with_password):
    with_password(member)
    with client.session_transaction() as box:
        box["planted"] = "yes"

    _try(client)

    with client.session_transaction() as box:
        assert "planted" not in box


def test_sign_out_ends_the_session_even_for_a_copy_of_the_cookie(app, client, member, with_password):
    with_password(member)
    _try(client)
    token = client.get_cookie(SESSION_COOKIE).value

    answer = client.post("/account/sign-out")

    assert answer.location == "/"
    assert client.get_cookie(SESSION_COOKIE) is None
    copy = app.test_client()
    copy.set_cookie(SESSION_COOKIE, token, domain="localhost")
    assert copy.get("/account/").status_code == 302


def test_session_ends_by_age(app, client, member, with_password, clock):
    with_password(member)
    _try(client)
    clock.advance(hours=11, minutes=59)
    assert client.get("/account/").status_code == 200

    clock.advance(minutes=2)

    assert client.get("/account/").status_code == 302


def test_twenty_wrong_tries_close_the_door_whatever_the_spelling(client, app, member, with_password):
    with_password(member)
    live = app.test_client()
    _try(live)
    names = ["member", "MEMBER", "member@xuetan.test"]
    for number in range(20):
        answer = client.post(SIGN_IN, data={"name": names[number % 3], "password": f"wrong {number}"})
        assert answer.status_code == 422

    assert _try(client).status_code == 429
    assert live.get("/account/").status_code == 200


def test_forwarded_addresses_do_not_reset_the_counter(client, member, monkeypatch):
    monkeypatch.setattr(credentials, "WRONG_FROM_ADDRESS", credentials.Limit(name="t", amount=3, seconds=900))
    statuses = [
        client.post(
            SIGN_IN,
            data={"name": f"name{number}", "password": "wrong"},
            headers={"X-Forwarded-For": f"10.0.0.{number}"},
        ).status_code
        for number in range(5)
    ]

    assert statuses == [422, 422, 422, 429, 429]


def test_right_password_counts_no_wrong_try(client, app, member, with_password):
    with_password(member)

    statuses = [_try(app.test_client()).status_code for _ in range(25)]

    assert set(statuses) == {303}


def test_outdated_hash_is_renewed(client, member, with_password, monkeypatch):
    member.password_hash = PasswordHasher(time_cost=1, memory_cost=16, parallelism=1).hash(PASSWORD)
    old = member.password_hash
    db.session.commit()

    _try(client)

    db.session.refresh(member)
    assert member.password_hash != old
    assert _try(client).status_code == 303


def test_megabyte_fields_are_refused_at_once(client):
    answer = _try(client, "x" * 1_000_000, "y" * 900_000)

    assert answer.status_code == 422


def test_form_without_token_changes_nothing(client, csrf, member, with_password):
    with_password(member)

    assert _try(client).status_code == 400
    assert db.session.scalars(select(Session)).all() == []


def test_language_of_the_account_is_set_on_a_new_device(client, member, with_password):
    with_password(member)
    member.locale = "en"
    db.session.commit()

    _try(client)

    assert client.get_cookie("lang").value == "en"


def test_signed_in_reader_is_sent_on(sign_in, member):
    assert sign_in(member).get(SIGN_IN + "?next=/forum/").location == "/forum/"


@pytest.fixture
def other_user(branch):
    return UserFactory(username="other", branch=branch)
