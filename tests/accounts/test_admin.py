"""Staff pages: suspending, roles, the tree of branches."""

import re

import pytest
from sqlalchemy import select

from accounts.enums import Act, UserState
from accounts.models import AccountRecord, Branch, Grant, Membership, User
from core.db import db
from core.permissions import Role
from tests.factories.accounts import BranchFactory, UserFactory, grant


def _roles(user):
    return set(db.session.scalars(select(Grant.role).where(Grant.user_id == user.id)))


def test_suspension_ends_sessions_at_once_and_says_why(administrator, member, sign_in, drain, mailbox):
    victim = sign_in(member)
    assert victim.get("/account/").status_code == 200

    answer = sign_in(administrator).post(f"/admin/people/{member.id}/suspend", data={"reason": "广告"})
    drain()

    assert answer.status_code == 303
    assert victim.get("/account/").status_code == 302
    assert "广告" in mailbox[-1].get_content()
    assert db.session.scalars(select(AccountRecord.act)).all() == [Act.SUSPENDED]


def test_session_of_a_suspended_person_is_refused_even_if_its_row_lived(member, sign_in):
    browser = sign_in(member)
    member.state = UserState.SUSPENDED
    db.session.commit()

    assert browser.get("/account/").status_code == 302


def test_suspended_person_is_let_in_again(administrator, member, sign_in, drain, mailbox):
    staff = sign_in(administrator)
    staff.post(f"/admin/people/{member.id}/suspend", data={"reason": "a"})

    answer = staff.post(f"/admin/people/{member.id}/reactivate", data={"reason": "误会"})
    drain()

    assert answer.status_code == 303
    db.session.refresh(member)
    assert member.state is UserState.ACTIVE
    assert staff.post(f"/admin/people/{member.id}/reactivate", data={"reason": "b"}).status_code == 409


def test_suspension_needs_a_reason(administrator, member, sign_in):
    page = sign_in(administrator).post(f"/admin/people/{member.id}/suspend", data={"reason": " "})

    assert page.status_code == 422
    assert 'href="#reason"' in page.text
    assert member.state is UserState.ACTIVE


def test_nobody_suspends_themselves(administrator, sign_in):
    answer = sign_in(administrator).post(f"/admin/people/{administrator.id}/suspend", data={"reason": "a"})

    assert answer.status_code == 403


@pytest.mark.parametrize("role", ["instructor", "moderator", "officer", "administrator"])
def test_administrator_gives_every_role(administrator, member, branch, sign_in, role):
    answer = sign_in(administrator).post(f"/admin/people/{member.id}/grants", data={"role": role, "branch": branch.id})

    assert answer.status_code == 303
    assert _roles(member) == {Role(role)}


@pytest.mark.parametrize(
    ("role", "where", "status"),
    [
        ("officer", "branch", 303),
        ("officer", "root", 403),
        ("officer", "other_branch", 403),
        ("moderator", "branch", 403),
        ("instructor", "branch", 403),
        ("administrator", "branch", 403),
        ("member", "branch", 403),
        ("emperor", "branch", 422),
    ],
)
def test_officer_gives_no_more_than_they_hold(officer, member, request, sign_in, role, where, status):
    place = request.getfixturevalue(where)

    answer = sign_in(officer).post(f"/admin/people/{member.id}/grants", data={"role": role, "branch": place.id})

    assert answer.status_code == status
    assert _roles(member) == ({Role.OFFICER} if status == 303 else set())


def test_officer_takes_no_role_they_do_not_hold(officer, member, branch, sign_in):
    held = grant(member, Role.MODERATOR, branch)

    answer = sign_in(officer).post(f"/admin/people/{member.id}/grants/{held.id}/revoke")

    assert answer.status_code == 403
    assert _roles(member) == {Role.MODERATOR}


def test_role_of_another_person_is_not_reached_through_this_one(administrator, member, officer, sign_in):
    held = db.session.scalars(select(Grant).where(Grant.user_id == officer.id)).one()

    assert sign_in(administrator).post(f"/admin/people/{member.id}/grants/{held.id}/revoke").status_code == 404


def test_role_taken_stops_at_once(administrator, officer, branch, sign_in):
    browser = sign_in(officer)
    held = db.session.scalars(select(Grant).where(Grant.user_id == officer.id)).one()
    assert browser.get("/account/applications").status_code == 200

    sign_in(administrator).post(f"/admin/people/{officer.id}/grants/{held.id}/revoke")

    assert browser.get("/account/applications").status_code == 403


def test_last_administrator_cannot_be_unmade(administrator, root, sign_in):
    held = db.session.scalars(select(Grant).where(Grant.user_id == administrator.id)).one()
    path = f"/admin/people/{administrator.id}/grants/{held.id}/revoke"
    assert sign_in(administrator).post(path).status_code == 409

    grant(UserFactory(username="second", branch=root), Role.ADMINISTRATOR, root)

    assert sign_in(administrator).post(path).status_code == 303


def test_officer_sees_the_people_of_the_own_subtree_only(officer, member, branch, other_branch, sign_in):
    below = UserFactory(username="below", branch=BranchFactory(parent=branch))
    stranger = UserFactory(username="stranger", branch=other_branch)
    browser = sign_in(officer)

    page = browser.get("/admin/people").text

    assert f"/admin/people/{member.id}" in page
    assert f"/admin/people/{below.id}" in page
    assert f"/admin/people/{stranger.id}" not in page
    assert browser.get(f"/admin/people/{stranger.id}").status_code == 404
    assert f"/admin/people/{stranger.id}" not in browser.get("/admin/people?q=stranger@xuetan.test").text


@pytest.mark.parametrize(
    "text", ["ember", "MEMBER", "member@xue", "成员 mem", "%", "_", "\\", "\0", "x" * 5000, "'; --"]
)
def test_people_are_found_by_a_part_of_name_or_address(administrator, member, sign_in, text):
    page = sign_in(administrator).get("/admin/people", query_string={"q": text})

    assert page.status_code == 200
    assert (f'/admin/people/{member.id}"' in page.text) is ("em" in text.lower() or text == "\0")


def test_membership_is_entered_and_struck(administrator, member, other_branch, sign_in):
    staff = sign_in(administrator)
    path = f"/admin/people/{member.id}/memberships"

    assert staff.post(path, data={"branch": other_branch.id}).status_code == 303
    assert staff.post(path, data={"branch": other_branch.id}).status_code == 409
    row = db.session.scalars(
        select(Membership).where(Membership.user_id == member.id, Membership.branch_id == other_branch.id)
    ).one()
    assert staff.post(f"{path}/{row.id}/strike").status_code == 303

    assert (
        other_branch.id
        not in db.session.scalars(select(Membership.branch_id).where(Membership.user_id == member.id)).all()
    )


def test_officer_cannot_enter_people_into_foreign_branches(officer, member, other_branch, sign_in):
    path = f"/admin/people/{member.id}/memberships"

    assert sign_in(officer).post(path, data={"branch": other_branch.id}).status_code == 403


# ── entering people and links ─────────────────────────────────────────────────────────────────────────────────────


def _shown_link(page):
    return re.search(r'value="http://xuetan\.test(/account/set-up/[^"]+)"', page.text).group(1)


def test_officer_enters_somebody_who_then_chooses_a_password(officer, branch, sign_in, client):
    values = {"display_name": "老李", "username": "laoli", "email": "", "branch": branch.id}

    page = sign_in(officer).post("/admin/people/new", data=values)

    user = db.session.scalars(select(User).where(User.username == "laoli")).one()
    assert page.status_code == 200
    assert (user.email, user.password_hash) == (None, None)
    answer = client.post(
        _shown_link(page),
        data={"display_name": "老李", "username": "laoli", "email": "", "password": "一句很长的口令吧啊"},
    )
    assert answer.status_code == 422
    answer = client.post(
        _shown_link(page),
        data={"display_name": "老李", "username": "laoli", "email": "", "password": "一句很长很长的口令吧"},
    )
    assert answer.status_code == 303


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"username": "MEMBER"}, "username"), ({"email": "Member@xuetan.test"}, "email"), ({"branch": 0}, "branch")],
)
def test_faulty_person_is_named_beside_the_field(officer, member, branch, sign_in, changes, field):
    values = {"display_name": "老李", "username": "laoli", "branch": branch.id} | changes

    page = sign_in(officer).post("/admin/people/new", data=values)

    assert page.status_code == 422
    assert f'id="{field}-e"' in page.text


def test_officer_enters_nobody_into_a_foreign_branch(officer, other_branch, sign_in):
    values = {"display_name": "老李", "username": "laoli", "branch": other_branch.id}

    assert sign_in(officer).post("/admin/people/new", data=values).status_code == 422


def test_link_ends_the_sessions_of_the_account_when_used(administrator, member, sign_in, client):
    browser = sign_in(member)
    page = sign_in(administrator).post(f"/admin/people/{member.id}/link")
    assert browser.get("/account/").status_code == 200

    client.post(
        _shown_link(page), data={"display_name": "m", "username": "member", "password": "another fine sentence"}
    )

    assert browser.get("/account/").status_code == 302


def test_officer_makes_no_link_to_an_account_that_holds_more(officer, branch, sign_in):
    stronger = UserFactory(username="stronger", branch=branch, email=None)
    grant(stronger, Role.MODERATOR, branch)

    assert sign_in(officer).post(f"/admin/people/{stronger.id}/link").status_code == 403


# ── branches ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _values(**changes):
    return {"name_zh": "柳河支部", "name_en": "", "slug": "willow", "kind": "branch", "position": "2"} | changes


def test_branch_is_added_below_another(administrator, branch, sign_in):
    answer = sign_in(administrator).post("/admin/branches/new", data=_values(parent=branch.id))

    made = db.session.scalars(select(Branch).where(Branch.slug == "willow")).one()
    assert answer.status_code == 303
    assert (made.path, made.parent_id, made.name.zh) == (f"{branch.path}{made.id}/", branch.id, "柳河支部")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name_zh": ""}, "name_zh"),
        ({"name_zh": "长" * 81}, "name_zh"),
        ({"slug": ""}, "slug"),
        ({"slug": "East Lake"}, "slug"),
        ({"slug": "../etc"}, "slug"),
        ({"slug": "east-lake"}, "slug"),
        ({"slug": "s" * 61}, "slug"),
        ({"parent": 0}, "parent"),
        ({"kind": "site"}, "kind"),
        ({"position": "-1"}, "position"),
        ({"position": "9" * 30}, "position"),
        ({"position": "x"}, "position"),
    ],
)
def test_faulty_branch_is_refused_beside_the_field(administrator, branch, sign_in, changes, field):
    page = sign_in(administrator).post("/admin/branches/new", data=_values(parent=branch.id) | changes)

    assert page.status_code == 422
    assert f'id="{field}-e"' in page.text


def test_branch_is_renamed(administrator, branch, sign_in):
    answer = sign_in(administrator).post(f"/admin/branches/{branch.id}", data=_values(name_en="Willow River"))

    db.session.refresh(branch)
    assert answer.status_code == 303
    assert (branch.slug, branch.name.en, branch.position) == ("willow", "Willow River", 2)


def test_root_stays_the_site(administrator, root, other_branch, sign_in):
    staff = sign_in(administrator)
    assert staff.get(f"/admin/branches/{root.id}").status_code == 200

    staff.post(f"/admin/branches/{root.id}", data=_values(kind="site"))

    db.session.refresh(root)
    assert (root.kind, root.slug, root.path) == ("site", "willow", "/1/")
    assert staff.post(f"/admin/branches/{root.id}/move", data={"parent": other_branch.id}).status_code in (403, 422)


def test_moving_takes_the_subtree_along_and_rights_follow(administrator, branch, other_branch, sign_in, actor_of):
    child = BranchFactory(parent=branch, slug="child")
    # A sibling whose id begins alike stays where it is.
    twin = BranchFactory(id=branch.id * 10, slug="twin")
    head = UserFactory(username="head", branch=other_branch)
    grant(head, Role.OFFICER, other_branch)
    assert not actor_of(head).can_read(f"staff:{child.id}")

    answer = sign_in(administrator).post(f"/admin/branches/{branch.id}/move", data={"parent": other_branch.id})

    for one in (branch, child, twin):
        db.session.refresh(one)
    assert answer.status_code == 303
    assert branch.path == f"{other_branch.path}{branch.id}/"
    assert child.path == f"{branch.path}{child.id}/"
    assert twin.path == f"/1/{twin.id}/"
    assert actor_of(head).can_read(f"staff:{child.id}")


@pytest.mark.parametrize("where", ["branch", "child"])
def test_branch_does_not_go_below_itself(administrator, branch, sign_in, where):
    child = BranchFactory(parent=branch, slug="child")
    target = {"branch": branch, "child": child}[where]

    page = sign_in(administrator).post(f"/admin/branches/{branch.id}/move", data={"parent": target.id})

    assert page.status_code == 422
    assert 'id="parent-e"' in page.text


def test_pages_of_several_forms_repeat_no_id(csrf, administrator, member, branch, sign_in):
    browser = sign_in(administrator)

    for path in (f"/admin/people/{member.id}", f"/admin/branches/{branch.id}", f"/branches/{branch.slug}/invitations"):
        ids = re.findall(r'\sid="([^"]+)"', browser.get(path).text)
        assert len(ids) == len(set(ids)), path


def test_title_of_a_refused_page_begins_with_error(administrator, member, branch, sign_in):
    browser = sign_in(administrator)
    browser.set_cookie("lang", "en", domain="localhost")

    for path in (f"/admin/people/{member.id}/suspend", f"/admin/branches/{branch.id}/move"):
        assert "<title>Error: " in browser.post(path, data={}).text
