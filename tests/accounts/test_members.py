"""Pages about people and branches."""

import pytest

from accounts.enums import UserState
from accounts.models import Membership
from core.db import db
from core.permissions import Role
from tests.factories.accounts import BranchFactory, UserFactory, grant


def test_visitor_sees_a_name_but_neither_branch_nor_address(client, member, branch):
    member.about = "管账 <b>"
    db.session.commit()

    page = client.get("/members/MEMBER")

    assert page.status_code == 200
    assert "管账 &lt;b&gt;" in page.text
    assert "member@xuetan.test" not in page.text
    assert str(branch.name.zh) not in page.text


def test_member_sees_branch_and_office(member, officer, branch, sign_in):
    page = sign_in(member).get("/members/officer")

    assert branch.name.zh in page.text
    assert "officer@xuetan.test" not in page.text


@pytest.mark.parametrize("state", [UserState.ERASED, UserState.PENDING])
def test_who_is_not_or_no_longer_a_member_has_no_page(client, member, state):
    member.state = state
    db.session.commit()

    assert client.get("/members/member").status_code == 404


def test_suspended_member_keeps_a_page(client, member):
    member.state = UserState.SUSPENDED
    db.session.commit()

    assert client.get("/members/member").status_code == 200


@pytest.mark.parametrize("name", ["nobody", "%00", "x" * 5000, "..%2f", "é", "a%0d%0ab"])
def test_unknown_names_are_not_found(client, name):
    assert client.get(f"/members/{name}").status_code == 404
    assert client.get(f"/branches/{name}").status_code == 404


def test_names_of_a_branch_are_for_members(client, member, branch, sign_in):
    assert member.display_name not in client.get(f"/branches/{branch.slug}").text
    assert member.display_name in sign_in(member).get(f"/branches/{branch.slug}").text


def test_branch_counts_everybody_below_once(client, member, branch):
    below = BranchFactory(parent=branch)
    UserFactory(branch=below)
    db.session.add(Membership(user_id=member.id, branch_id=below.id))
    db.session.commit()

    client.set_cookie("lang", "en", domain="localhost")

    assert "2 members with the branches below, 1 here" in client.get(f"/branches/{branch.slug}").text
    assert "2 members<" in client.get(f"/branches/{below.slug}").text


@pytest.mark.parametrize("people", [1, 3])
def test_branch_page_costs_the_same_at_any_length(member, branch, sign_in, count_queries, people):
    UserFactory.create_batch(people, branch=branch)
    for one in range(people):
        BranchFactory(parent=branch, slug=f"child-{one}")
    browser = sign_in(member)

    with count_queries() as seen:
        browser.get(f"/branches/{branch.slug}")

    assert len(seen) <= 9, seen


@pytest.mark.parametrize("people", [1, 3])
def test_staff_list_costs_the_same_at_any_length(administrator, branch, sign_in, count_queries, people):
    UserFactory.create_batch(people, branch=branch)
    browser = sign_in(administrator)

    with count_queries() as seen:
        browser.get("/admin/people")

    assert len(seen) <= 5, seen


def test_tree_shows_children_after_their_parent(client, root, branch, other_branch):
    child = BranchFactory(parent=branch, slug="deep")

    page = client.get("/branches/").text

    places = [page.index(f'href="/branches/{one.slug}"') for one in (root, branch, child, other_branch)]
    assert places == sorted(places)


def test_hostile_text_is_escaped_everywhere(administrator, branch, sign_in):
    hostile = "\"'><img src=x onerror=1>{{7*7}}"
    user = UserFactory(username="hostile", display_name=hostile, about=hostile, branch=branch)
    browser = sign_in(administrator)

    for path in (
        "/members/hostile",
        f"/branches/{branch.slug}",
        "/admin/people",
        f"/admin/people/{user.id}",
        f"/admin/people?q={hostile}&state={hostile}",
        f"/account/sign-up?display_name={hostile}",
    ):
        page = browser.get(path).text
        assert "<img" not in page


def test_officer_of_one_branch_cannot_invite_to_another(officer, other_branch, sign_in):
    assert sign_in(officer).get(f"/branches/{other_branch.slug}/invitations").status_code == 403


def test_office_in_a_region_reaches_the_branches_below(root, sign_in):
    region = BranchFactory(parent=root, slug="region")
    below = BranchFactory(parent=region, slug="below")
    head = UserFactory(username="head", branch=region)
    grant(head, Role.OFFICER, region)

    assert sign_in(head).get(f"/branches/{below.slug}/invitations").status_code == 200
