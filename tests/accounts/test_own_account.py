"""One's own account."""

import re

import pytest
from sqlalchemy import select

from accounts.enums import UserState
from accounts.models import Grant, Membership, Session, User
from core.db import db
from core.permissions import Role
from tests.accounts.conftest import PASSWORD
from tests.factories.accounts import UserFactory, grant, session_for

NEW = "另一句 quiet sentence"


@pytest.fixture
def me(member, with_password, sign_in):
    """The browser of ``member``, whose password is known."""
    with_password(member)
    return sign_in(member)


def test_account_page_links_everything(me):
    page = me.get("/account/")

    for path in ("settings", "password", "email", "sessions", "delete", "sign-out"):
        assert f"/account/{path}" in page.text
    assert "/account/applications" not in page.text


def test_officer_is_led_to_applications(officer, sign_in):
    assert "/account/applications" in sign_in(officer).get("/account/").text


def test_settings_are_saved(me, member):
    values = {"display_name": "新名字", "about": "管账十一年", "locale": "en", "time_zone": "Asia/Urumqi"}

    answer = me.post("/account/settings", data=values)

    assert answer.location == "/account/settings"
    db.session.refresh(member)
    assert (member.display_name, member.about, member.locale, member.time_zone) == tuple(values.values())
    assert me.get_cookie("lang").value == "en"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"display_name": " "}, "display_name"),
        ({"display_name": "x" * 600_000}, "display_name"),
        ({"about": "y" * 501}, "about"),
        ({"time_zone": "Mars/Base"}, "time_zone"),
        ({"time_zone": "../../etc/passwd"}, "time_zone"),
        ({"time_zone": "z" * 100_000}, "time_zone"),
        ({"locale": "fr"}, "locale"),
    ],
)
def test_bad_settings_are_named(me, member, changes, field):
    page = me.post("/account/settings", data={"display_name": "a b", "locale": "en"} | changes)

    assert page.status_code == 422
    assert f'id="{field}-e"' in page.text


def test_only_declared_fields_change(me, member):
    hostile = {"state": "suspended", "username": "root", "email": "evil@example.org", "password_hash": "x", "role": "a"}

    me.post("/account/settings", data={"display_name": "ab", "locale": "en", "unread_count": "9", "id": "1"} | hostile)

    db.session.refresh(member)
    assert (member.username, member.email, member.state) == ("member", "member@xuetan.test", UserState.ACTIVE)
    assert member.unread_count == 0


def test_new_password_keeps_this_session_and_ends_the_others(me, member, app):
    other = app.test_client()
    other.set_cookie("xuetan_session", session_for(member), domain="localhost")
    assert other.get("/account/").status_code == 200

    answer = me.post("/account/password", data={"old_password": PASSWORD, "password": NEW})

    assert answer.status_code == 303
    assert me.get("/account/").status_code == 200
    assert other.get("/account/").status_code == 302


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [("wrong words", NEW, "old_password"), (PASSWORD, "short", "password"), (PASSWORD, "member1234", "password")],
)
def test_password_stays_where_something_is_wrong(me, member, old, new, field):
    was = member.password_hash

    page = me.post("/account/password", data={"old_password": old, "password": new})

    assert page.status_code == 422
    assert f'id="{field}-e"' in page.text
    assert member.password_hash == was
    assert PASSWORD not in page.text


def test_wrong_tries_here_close_the_same_door(me, app, member):
    for _ in range(21):
        me.post("/account/password", data={"old_password": "wrong words", "password": NEW})

    answer = app.test_client().post("/account/sign-in", data={"name": "member", "password": PASSWORD})

    assert answer.status_code == 429
    assert me.get("/account/").status_code == 200


def test_new_address_is_taken_over_when_confirmed_and_the_old_one_told(me, member, drain, mailbox):
    answer = me.post("/account/email", data={"email": "new@example.org", "old_password": PASSWORD})
    drain()
    assert answer.status_code == 303
    assert member.email == "member@xuetan.test"
    assert mailbox[-1]["To"] == "new@example.org"
    path = re.search(r"http://xuetan\.test(/\S+)", mailbox[-1].get_content()).group(1)
    assert me.get(path).status_code == 200
    db.session.refresh(member)
    assert member.email == "member@xuetan.test"

    assert me.post(path).status_code == 303
    drain()

    db.session.refresh(member)
    assert (member.email, member.new_email) == ("new@example.org", None)
    assert mailbox[-1]["To"] == "member@xuetan.test"
    assert me.post(path).status_code == 410


def test_new_address_needs_the_password(me, member):
    page = me.post("/account/email", data={"email": "new@example.org", "old_password": "wrong words"})

    assert page.status_code == 422
    assert member.new_email is None


def test_address_of_another_gets_no_mail_and_the_answer_is_the_same(me, officer, drain, mailbox):
    answer = me.post("/account/email", data={"email": "OFFICER@xuetan.test", "old_password": PASSWORD})
    drain()

    assert answer.status_code == 303
    assert mailbox == []


def test_nobody_is_flooded_with_mails_by_a_member(me, drain, mailbox):
    statuses = [
        me.post("/account/email", data={"email": "victim@example.org", "old_password": PASSWORD}).status_code
        for _ in range(7)
    ]
    drain()

    assert statuses == [303] * 5 + [429] * 2


def test_own_sessions_are_listed_and_ended(me, member, app):
    token = session_for(member)
    row = db.session.scalars(select(Session).order_by(Session.id.desc())).first()
    page = me.get("/account/sessions")
    assert page.text.count(f"/account/sessions/{row.id}/end") == 1

    me.post(f"/account/sessions/{row.id}/end")

    other = app.test_client()
    other.set_cookie("xuetan_session", token, domain="localhost")
    assert other.get("/account/").status_code == 302
    assert me.get("/account/").status_code == 200


def test_session_of_another_is_not_found(me, officer):
    session_for(officer)
    row = db.session.scalars(select(Session).where(Session.user_id == officer.id)).one()

    assert me.post(f"/account/sessions/{row.id}/end").status_code == 404


def test_all_other_sessions_end_at_once(me, member, officer):
    session_for(member)
    session_for(officer)

    me.post("/account/sessions/end-others")

    assert len(db.session.scalars(select(Session).where(Session.user_id == member.id)).all()) == 1
    assert len(db.session.scalars(select(Session).where(Session.user_id == officer.id)).all()) == 1


def test_list_says_when_a_device_was_last_seen(me, member, clock, flush_buffers):
    clock.advance(hours=1)
    me.get("/account/")
    flush_buffers()

    assert db.session.scalars(select(Session.seen_at)).one() == clock.now


def test_seen_writing_survives_a_session_that_ended(me, member, clock, flush_buffers):
    clock.advance(hours=1)
    me.get("/account/")
    me.post("/account/sign-out")

    flush_buffers()

    assert db.session.scalars(select(Session)).all() == []


def test_erasing_leaves_nothing_personal(me, member, branch):
    grant(member, Role.MODERATOR, branch)

    answer = me.post("/account/delete", data={"old_password": PASSWORD, "sure": "y"})

    assert answer.status_code == 303
    db.session.refresh(member)
    assert (member.username, member.email, member.password_hash) == (f"deleted-{member.id}", None, None)
    assert member.state is UserState.ERASED
    assert "member" not in member.display_name.lower().replace("deleted member", "")
    for table in (Session, Grant, Membership):
        assert db.session.scalars(select(table).where(table.user_id == member.id)).all() == []
    assert me.get("/account/").status_code == 302
    assert me.get("/members/member").status_code == 404


@pytest.mark.parametrize("data", [{"old_password": "wrong words", "sure": "y"}, {"old_password": PASSWORD}])
def test_erasing_needs_password_and_tick(me, member, data):
    assert me.post("/account/delete", data=data).status_code == 422
    assert member.state is UserState.ACTIVE


def test_last_administrator_stays(administrator, with_password, sign_in):
    with_password(administrator)

    page = sign_in(administrator).post("/account/delete", data={"old_password": PASSWORD, "sure": "y"})

    assert page.status_code == 409
    assert db.session.get(User, administrator.id).state is UserState.ACTIVE


def test_freed_name_and_address_can_be_used_again(me, member, branch):
    me.post("/account/delete", data={"old_password": PASSWORD, "sure": "y"})

    assert UserFactory(username="member", email="member@xuetan.test").id != member.id
