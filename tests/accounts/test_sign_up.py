"""Joining: by asking, with approval, by invitation, by a link that staff made."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from accounts.enums import LinkPurpose, UserState
from accounts.events import SignUpReceived, SignUpRepeated
from accounts.handlers import mail_confirmation
from accounts.models import Invitation, Link, Membership, SignUp, User
from accounts.services import invitations, links, setting_up
from core.db import db
from core.permissions import Role
from tests.accounts.conftest import PASSWORD
from tests.factories.accounts import UserFactory, grant

SIGN_UP = "/account/sign-up"


@pytest.fixture
def mode(app):
    """Return ``mode(name)``: set how people join, for this test."""
    yield lambda name: app.config.update(SIGN_UP=name)
    app.config["SIGN_UP"] = "open"


def _form(branch, /, **changes):
    values = {"display_name": "何玉", "username": "heyu", "email": "heyu@example.org", "password": PASSWORD}
    return {**values, "branch": branch.id} | changes


def _link(mail):
    return re.search(r"http://xuetan\.test(/\S+)", mail.get_content()).group(1)


@pytest.fixture
def asked(client, branch, drain, mailbox):
    """The path of the confirming link after a sign-up."""

    def ask(**changes):
        assert client.post(SIGN_UP, data=_form(branch, **changes)).status_code == 303
        drain()
        return _link(mailbox[-1])

    return ask


def test_open_sign_up_ends_with_a_member_of_the_branch(client, branch, asked, mailbox):
    path = asked()
    assert mailbox[-1]["To"] == "heyu@example.org"
    assert client.get(path).status_code == 200
    assert db.session.scalar(select(func.count(User.id))) == 0

    answer = client.post(path)

    user = db.session.scalars(select(User)).one()
    assert (answer.status_code, answer.location) == (303, "/account/sign-in")
    assert (user.username, user.display_name, user.email, user.state) == ("heyu", "何玉", "heyu@example.org", "active")
    assert db.session.scalars(select(Membership.branch_id)).all() == [branch.id]
    assert db.session.scalars(select(SignUp)).all() == []
    assert client.post("/account/sign-in", data={"name": "heyu", "password": PASSWORD}).location == "/"


def test_link_works_once(client, branch, asked):
    path = asked()
    client.post(path)

    again = client.post(path)

    assert again.status_code == 410
    assert client.get(path).status_code == 410
    assert db.session.scalar(select(func.count(User.id))) == 1


def test_link_works_for_a_day(client, branch, asked, clock):
    path = asked()
    clock.advance(hours=24, seconds=1)

    assert client.post(path).status_code == 410


def test_newer_link_ends_the_older(client, branch, asked, drain, mailbox):
    old = asked()
    sign_up = db.session.scalars(select(SignUp)).one()
    new = links.issue(LinkPurpose.CONFIRM_SIGN_UP, sign_up.id)
    db.session.commit()

    assert client.post(old).status_code == 410
    assert client.post(f"/account/confirm/{new}").status_code == 303


@pytest.mark.parametrize("token", ["x", "%00", "é", "a" * 3000, "..%2f..", "%ed%a0%80"])
def test_unknown_link_is_refused(client, token):
    assert client.post(f"/account/confirm/{token}").status_code in (404, 410)


def test_link_of_another_purpose_opens_nothing(client, member):
    token = links.issue(LinkPurpose.RESET_PASSWORD, member.id)
    db.session.commit()

    for door in ("confirm", "set-up", "invitations", "email"):
        assert client.get(f"/account/{door}/{token}").status_code in (302, 410)


def test_known_address_gets_the_same_answer_and_a_mail(app, client, branch, member, announced, drain, mailbox):
    fresh = app.test_client().post(SIGN_UP, data=_form(branch, username="first"))
    known = client.post(SIGN_UP, data=_form(branch, username="second", email="MEMBER@xuetan.test"))

    assert (fresh.status_code, fresh.location, fresh.text) == (known.status_code, known.location, known.text)
    assert announced() == [
        SignUpReceived(sign_up_id=db.session.scalars(select(SignUp.id)).one()),
        SignUpRepeated(user_id=member.id),
    ]
    drain()
    assert [mail["To"] for mail in mailbox] == ["first@example.org".replace("first", "heyu"), "member@xuetan.test"]


def test_wished_name_is_taken_by_nobody_until_confirmed(client, branch, asked):
    first, second = asked(), asked(email="other@example.org")
    assert client.post(first).status_code == 303

    page = client.get(second)
    refused = client.post(second)
    answer = client.post(second, data={"username": "heyu2"})

    assert 'name="username"' in page.text
    assert refused.status_code == 422
    assert answer.status_code == 303
    assert set(db.session.scalars(select(User.username))) == {"heyu", "heyu2"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"display_name": ""}, "display_name"),
        ({"display_name": "\u200b\u202e"}, "display_name"),
        ({"display_name": "x" * 65}, "display_name"),
        ({"username": ""}, "username"),
        ({"username": "a"}, "username"),
        ({"username": "two words"}, "username"),
        ({"username": "a@b"}, "username"),
        ({"username": "pаypal"}, "username"),
        ({"username": "Administrator"}, "username"),
        ({"username": "ａｄｍｉｎ"}, "username"),
        ({"username": "ＭＥＭＢＥＲ"}, "username"),
        ({"username": "-dash"}, "username"),
        ({"username": "y" * 1_000_000}, "username"),
        ({"email": "no address"}, "email"),
        ({"email": "a@b.org\r\nBcc: evil@example.org"}, "email"),
        ({"email": f"{'x' * 300}@example.org"}, "email"),
        ({"password": "short"}, "password"),
        ({"password": "1234567890"}, "password"),
        ({"password": "p@ssw0rd123"}, "password"),
        ({"password": "heyu@example.org"}, "password"),
        ({"password": "z" * 1025}, "password"),
        ({"branch": "0"}, "branch"),
        ({"branch": "999999999999999999999"}, "branch"),
        ({"branch": "x"}, "branch"),
    ],
)
def test_bad_input_is_named_beside_the_field_and_the_rest_kept(client, member, branch, changes, field):
    page = client.post(SIGN_UP, data=_form(branch, **changes))

    assert page.status_code == 422
    assert f'id="{field}-e"' in page.text
    assert f'href="#{field}"' in page.text
    assert PASSWORD not in page.text
    if field != "display_name":
        assert "何玉" in page.text
    assert db.session.scalars(select(SignUp)).all() == []


def test_taken_name_is_told_together_with_the_other_faults(client, member, branch):
    page = client.post(SIGN_UP, data=_form(branch, username="ＭＥＭＢＥＲ", email="no address", password="short"))

    assert page.status_code == 422
    for field in ("username", "email", "password"):
        assert f'id="{field}-e"' in page.text


def test_line_breaks_in_a_name_reach_no_mail_header(client, branch, drain, mailbox):
    client.post(SIGN_UP, data=_form(branch, display_name="Eve\r\nBcc: evil@example.org\u2028X: y"))
    drain()

    mail = mailbox[-1]
    assert mail["Bcc"] is None
    assert "Eve Bcc: evil@example.org" in mail.get_content()


@pytest.mark.parametrize("header", ["Host", "X-Forwarded-Host"])
def test_links_in_mails_come_from_the_setting(client, branch, drain, mailbox, header):
    client.post(SIGN_UP, data=_form(branch), headers={header: "evil.test"})
    drain()

    assert "evil.test" not in mailbox[-1].as_string()
    assert "http://xuetan.test/account/confirm/" in mailbox[-1].get_content()


def test_mail_speaks_the_language_of_the_form(client, branch, drain, mailbox):
    client.set_cookie("lang", "en", domain="localhost")
    client.post(SIGN_UP, data=_form(branch))
    drain()

    assert mailbox[-1]["Subject"] == "Xuetan: confirm your address"


def test_one_address_gets_five_mails_an_hour_and_the_answer_stays(client, branch, drain, mailbox):
    statuses = [client.post(SIGN_UP, data=_form(branch)).status_code for _ in range(7)]
    drain()

    assert set(statuses) == {303}
    assert len(mailbox) == 5


def test_one_client_cannot_send_mails_without_end(client, branch):
    answers = [
        client.post(SIGN_UP, data=_form(branch, email=f"a{n}@example.org", username=f"name{n}")).status_code
        for n in range(61)
    ]

    assert answers == [303] * 60 + [429]


def test_handler_run_twice_leaves_one_link(client, branch, asked):
    asked()
    event = SignUpReceived(sign_up_id=db.session.scalars(select(SignUp.id)).one())

    mail_confirmation([event, event])

    assert db.session.scalar(select(func.count(Link.id))) == 1


def test_unconfirmed_wishes_are_dropped_after_two_days(client, branch, clock):
    client.post(SIGN_UP, data=_form(branch))
    clock.advance(hours=49)
    client.post(SIGN_UP, data=_form(branch, email="new@example.org"))

    assert db.session.scalars(select(SignUp.email)).all() == ["new@example.org"]


# ── with approval ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def waiting(mode, client, asked):
    """A confirmed applicant."""
    mode("approval")
    assert client.post(asked()).location == "/account/sign-up/waiting"
    return db.session.scalars(select(SignUp)).one()


def test_applicant_waits_and_cannot_sign_in(client, waiting):
    assert db.session.scalars(select(User.state)).one() is UserState.PENDING
    assert db.session.scalars(select(Membership)).all() == []
    assert waiting.password_hash == ""
    page = client.post("/account/sign-in", data={"name": "heyu", "password": PASSWORD})
    assert page.status_code == 422


def test_officer_admits_and_the_applicant_is_told(client, waiting, officer, sign_in, drain, mailbox, branch):
    page = sign_in(officer).get("/account/applications")
    assert "heyu@example.org" in page.text

    answer = sign_in(officer).post(f"/account/applications/{waiting.id}/approve")
    drain()

    assert answer.status_code == 303
    user = db.session.scalars(select(User).where(User.username == "heyu")).one()
    assert user.state is UserState.ACTIVE
    assert db.session.scalars(select(Membership.branch_id).where(Membership.user_id == user.id)).all() == [branch.id]
    assert mailbox[-1]["To"] == "heyu@example.org"
    assert client.post("/account/sign-in", data={"name": "heyu", "password": PASSWORD}).status_code == 303


def test_officer_declines_with_a_reason_and_the_data_is_dropped(waiting, officer, sign_in, drain, mailbox):
    answer = sign_in(officer).post(f"/account/applications/{waiting.id}/decline", data={"reason": "名册上没有"})
    drain()

    assert answer.status_code == 303
    assert "名册上没有" in mailbox[-1].get_content()
    assert db.session.scalars(select(SignUp)).all() == []
    assert db.session.scalars(select(User).where(User.username == "heyu")).all() == []


def test_declining_needs_a_reason(waiting, officer, sign_in):
    page = sign_in(officer).post(f"/account/applications/{waiting.id}/decline", data={"reason": " "})

    assert page.status_code == 422
    assert f'href="#reason-{waiting.id}"' in page.text


def test_second_officer_finds_it_decided(waiting, officer, administrator, sign_in):
    sign_in(officer).post(f"/account/applications/{waiting.id}/approve")

    assert sign_in(administrator).post(f"/account/applications/{waiting.id}/approve").status_code == 409


def test_officer_of_another_branch_sees_nothing(waiting, other_branch, sign_in):
    stranger = UserFactory(username="stranger", branch=other_branch)
    grant(stranger, Role.OFFICER, other_branch)

    browser = sign_in(stranger)

    assert "heyu" not in browser.get("/account/applications").text
    assert browser.post(f"/account/applications/{waiting.id}/approve").status_code == 404


# ── by invitation ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def invited(officer, branch, sign_in, drain, mailbox):
    """The path of an invitation's link."""
    answer = sign_in(officer).post(
        f"/branches/{branch.slug}/invitations", data={"email": "guest@example.org", "locale": "en"}
    )
    assert answer.status_code == 303
    drain()
    assert mailbox[-1]["To"] == "guest@example.org"
    return _link(mailbox[-1])


def test_closed_site_takes_no_sign_ups(mode, client, branch):
    mode("invitation")

    assert '<form method="post" action="/account/sign-up"' not in client.get(SIGN_UP).text
    assert client.post(SIGN_UP, data=_form(branch)).status_code == 403
    assert db.session.scalars(select(SignUp)).all() == []


def test_invited_person_joins_and_is_signed_in(mode, client, invited, branch):
    mode("invitation")
    values = {"display_name": "Guest", "username": "guest1", "password": PASSWORD}
    assert "guest@example.org" in client.get(invited).text

    answer = client.post(invited, data=values)

    user = db.session.scalars(select(User).where(User.username == "guest1")).one()
    assert (answer.status_code, user.email, user.state) == (303, "guest@example.org", UserState.ACTIVE)
    assert db.session.scalars(select(Membership.branch_id).where(Membership.user_id == user.id)).all() == [branch.id]
    assert client.get("/account/").status_code == 200
    assert client.post(invited, data={**values, "username": "guest2"}).status_code == 410


def test_refused_name_leaves_the_invitation_open(client, invited, member):
    values = {"display_name": "Guest", "username": "member", "password": PASSWORD}

    page = client.post(invited, data=values)

    assert page.status_code == 422
    assert client.post(invited, data={**values, "username": "guest1"}).status_code == 303


def test_invited_member_of_another_branch_joins_when_signed_in(client, invited, other_branch, sign_in, branch):
    known = UserFactory(username="known", email="guest@example.org", branch=other_branch)
    assert f"/account/sign-in?next={invited}" in client.get(invited).text
    assert client.post(invited, data={"display_name": "G", "username": "gg", "password": PASSWORD}).status_code == 200

    assert sign_in(known).post(invited).status_code == 303

    assert set(db.session.scalars(select(Membership.branch_id).where(Membership.user_id == known.id))) == {
        branch.id,
        other_branch.id,
    }


def test_nobody_is_flooded_with_invitations(officer, branch, sign_in):
    browser = sign_in(officer)
    values = {"email": "victim@example.org", "locale": "en"}

    statuses = [browser.post(f"/branches/{branch.slug}/invitations", data=values).status_code for _ in range(7)]

    assert statuses == [303] * 5 + [429] * 2


def test_invitation_ends_after_fourteen_days(client, invited, clock):
    clock.advance(days=14, seconds=1)

    assert client.get(invited).status_code == 410


def test_withdrawn_invitation_opens_nothing(client, invited, officer, branch, sign_in):
    row = db.session.scalars(select(Invitation)).one()

    sign_in(officer).post(f"/branches/{branch.slug}/invitations/{row.id}/withdraw")

    assert client.get(invited).status_code == 410


def test_member_is_not_invited_again(officer, member, branch, actor_of, sign_in):
    page = sign_in(officer).post(f"/branches/{branch.slug}/invitations", data={"email": member.email, "locale": "en"})

    assert page.status_code == 409
    assert db.session.scalars(select(Invitation)).all() == []


# ── set up by staff or the first start ────────────────────────────────────────────────────────────────────────────


def _path(address):
    assert address.startswith("http://xuetan.test/account/set-up/")
    return address.removeprefix("http://xuetan.test")


def test_first_administrator_sets_up_once(client):
    path = _path(setting_up.first_administrator_link())
    db.session.commit()
    values = {"display_name": "张敏", "username": "admin", "email": "", "password": PASSWORD}
    assert client.get(path).status_code == 200

    answer = client.post(path, data=values)

    assert answer.status_code == 303
    assert client.get("/admin/people").status_code == 200
    assert client.post(path, data=values).status_code == 410
    assert setting_up.first_administrator_link() is None


def test_person_entered_by_staff_chooses_a_password(client, member, branch):
    path = _path(setting_up.set_up_link(member))
    db.session.commit()

    page = client.get(path)
    answer = client.post(path, data={"display_name": "新名", "username": "member", "password": PASSWORD})

    assert 'value="member"' in page.text
    assert answer.status_code == 303
    assert client.get("/account/").status_code == 200
    assert client.get(path).status_code == 410


def test_set_up_refuses_the_name_of_another(client, member, officer):
    path = _path(setting_up.set_up_link(member))
    db.session.commit()

    page = client.post(path, data={"display_name": "x", "username": "OFFICER", "password": PASSWORD})

    assert page.status_code == 422
    assert member.password_hash is None


def test_lifetimes_are_as_promised():
    assert links.LIFETIMES[LinkPurpose.RESET_PASSWORD] == timedelta(hours=1)
    assert links.LIFETIMES[LinkPurpose.ACCEPT_INVITATION] == invitations.INVITED_FOR == timedelta(days=14)
