"""The access matrix of the pages about accounts."""

from accounts.enums import LinkPurpose, SignUpState, UserState
from accounts.models import Invitation, SignUp
from accounts.services import links
from core.clock import utcnow
from core.db import db
from tests.access import Row
from tests.factories.accounts import BranchFactory, UserFactory


def furnish(world) -> None:
    """Make an applicant, invitations and links, and somebody staff may act on."""
    world.person = UserFactory(username="person", branch=world.branch)
    world.suspended = UserFactory(username="resting", branch=world.branch, state=UserState.SUSPENDED)
    world.stranger = UserFactory(username="stranger", branch=world.other_branch)
    world.offline = UserFactory(username="offline", branch=world.branch, email=None)
    world.small_branch = BranchFactory(parent=world.branch, slug="small")
    applicant = UserFactory(username="applicant", state=UserState.PENDING)
    world.application = SignUp(
        state=SignUpState.WAITING,
        username="applicant",
        display_name="何玉",
        email="applicant@xuetan.test",
        password_hash="",
        branch_id=world.branch.id,
        user_id=applicant.id,
    )
    world.wish = SignUp(
        username="wisher", display_name="w", email="wisher@example.org", password_hash="", branch_id=world.branch.id
    )
    world.invitation = Invitation(
        branch_id=world.branch.id,
        email="guest@example.org",
        invited_by_id=world.officer.id,
        expires_at=utcnow().replace(year=2999),
    )
    world.open_invitation = Invitation(
        branch_id=world.branch.id,
        email="guest2@example.org",
        invited_by_id=world.officer.id,
        expires_at=utcnow().replace(year=2999),
    )
    db.session.add_all([world.application, world.wish, world.invitation, world.open_invitation])
    db.session.commit()
    world.member.new_email = "new@example.org"
    world.tokens = {
        "confirm": links.issue(LinkPurpose.CONFIRM_SIGN_UP, world.wish.id),
        "invitations": links.issue(LinkPurpose.ACCEPT_INVITATION, world.open_invitation.id),
        "reset": links.issue(LinkPurpose.RESET_PASSWORD, world.person.id),
        "email": links.issue(LinkPurpose.CONFIRM_EMAIL, world.member.id),
        "set-up": links.issue(LinkPurpose.SET_UP_PERSON, world.person.id),
    }
    db.session.commit()


PASSWORD = "梅花三弄 in the courtyard"


def _row(endpoint, method, url, visitor, member, office, administrator, *, officer=None, data=None, note=""):
    """One row; ``office`` is what instructor and moderator get, and the officer where no other is given."""
    path = url if callable(url) else lambda _world: url
    return Row(
        f"accounts.{endpoint}" if "." not in endpoint else endpoint,
        method,
        path,
        visitor=visitor,
        member=member,
        instructor=office,
        moderator=office,
        officer=office if officer is None else officer,
        administrator=administrator,
        data=data or (lambda _world: {}),
        note=note,
    )


def _all(endpoint, method, url, status, **more):
    return _row(endpoint, method, url, status, status, status, status, **more)


def _signed(endpoint, method, url, status, **more):
    return _row(endpoint, method, url, 302, status, status, status, **more)


def _staff(endpoint, method, url, status, *, officer=None, **more):
    own = status if officer is None else officer
    return _row(f"accounts_admin.{endpoint}", method, url, 302, 403, 403, status, officer=own, **more)


def _link(door):
    return lambda world: f"/account/{door}/{world.tokens[door]}"


def _person(rest="", who="person"):
    return lambda world: f"/admin/people/{getattr(world, who).id}{rest}"


ROWS = [
    _row("sign_in", "GET", "/account/sign-in", 200, 303, 303, 303),
    _all("sign_in", "POST", "/account/sign-in", 422, data=lambda _w: {"name": "x", "password": "y"}),
    _signed("sign_out", "POST", "/account/sign-out", 303),
    _all("sign_up", "GET", "/account/sign-up", 200),
    _all("sign_up", "POST", "/account/sign-up", 422),
    _all("show_sign_up_sent", "GET", "/account/sign-up/sent", 200),
    _all("show_waiting", "GET", "/account/sign-up/waiting", 200),
    _all("confirm", "GET", _link("confirm"), 200),
    _all("confirm", "POST", _link("confirm"), 303),
    _all("accept_invitation", "GET", _link("invitations"), 200),
    _row("accept_invitation", "POST", _link("invitations"), 422, 303, 303, 303),
    _all("set_up", "GET", _link("set-up"), 200),
    _all("set_up", "POST", _link("set-up"), 422),
    _all("ask_reset", "GET", "/account/reset", 200),
    _all("ask_reset", "POST", "/account/reset", 303, data=lambda _w: {"name": "nobody"}),
    _all("show_reset_sent", "GET", "/account/reset/sent", 200),
    _all("reset", "GET", _link("reset"), 200),
    _all("reset", "POST", _link("reset"), 303, data=lambda _w: {"password": PASSWORD}),
    _all("confirm_email", "GET", _link("email"), 200),
    _all("confirm_email", "POST", _link("email"), 303),
    _signed("show_account", "GET", "/account/", 200),
    _signed("change_settings", "GET", "/account/settings", 200),
    _signed("change_settings", "POST", "/account/settings", 422),
    _signed("change_password", "GET", "/account/password", 200),
    _signed("change_password", "POST", "/account/password", 422),
    _signed("change_email", "GET", "/account/email", 200),
    _signed("change_email", "POST", "/account/email", 422),
    _signed("show_sessions", "GET", "/account/sessions", 200),
    _signed("end_session", "POST", "/account/sessions/999999/end", 404),
    _signed("end_other_sessions", "POST", "/account/sessions/end-others", 303),
    _signed("erase", "GET", "/account/delete", 200),
    _signed("erase", "POST", "/account/delete", 422),
    _all("show_member", "GET", "/members/person", 200),
    _all("show_member", "GET", "/members/applicant", 404, note="not admitted"),
    _all("list_branches", "GET", "/branches/", 200),
    _all("show_branch", "GET", lambda w: f"/branches/{w.branch.slug}", 200),
    _row("invite", "GET", lambda w: f"/branches/{w.branch.slug}/invitations", 302, 403, 403, 200, officer=200),
    _row("invite", "GET", lambda w: f"/branches/{w.other_branch.slug}/invitations", 302, 403, 403, 200, note="other"),
    _row(
        "invite",
        "POST",
        lambda w: f"/branches/{w.branch.slug}/invitations",
        302,
        403,
        403,
        303,
        officer=303,
        data=lambda _w: {"email": "x@example.org", "locale": "en"},
    ),
    _row(
        "withdraw_invitation",
        "POST",
        lambda w: f"/branches/{w.branch.slug}/invitations/{w.invitation.id}/withdraw",
        302,
        403,
        403,
        303,
        officer=303,
    ),
    _row("list_applications", "GET", "/account/applications", 302, 403, 403, 200, officer=200),
    _row(
        "approve",
        "POST",
        lambda w: f"/account/applications/{w.application.id}/approve",
        302,
        404,
        404,
        303,
        officer=303,
    ),
    _row(
        "decline",
        "POST",
        lambda w: f"/account/applications/{w.application.id}/decline",
        302,
        404,
        404,
        303,
        officer=303,
        data=lambda _w: {"reason": "not in the register"},
    ),
    _staff("list_people", "GET", "/admin/people", 200),
    _staff("show_person", "GET", _person(), 200),
    _staff("show_person", "GET", _person(who="stranger"), 200, officer=404, note="other branch"),
    _staff("suspend", "POST", _person("/suspend"), 303, officer=403, data=lambda _w: {"reason": "a"}),
    _staff(
        "reactivate", "POST", _person("/reactivate", "suspended"), 303, officer=403, data=lambda _w: {"reason": "a"}
    ),
    _staff("give_role", "POST", _person("/grants"), 303, data=lambda w: {"role": "officer", "branch": w.branch.id}),
    _staff(
        "give_role",
        "POST",
        _person("/grants"),
        303,
        officer=403,
        data=lambda w: {"role": "administrator", "branch": w.root.id},
        note="more than held",
    ),
    _staff("enter_person", "GET", "/admin/people/new", 200),
    _staff("enter_person", "POST", "/admin/people/new", 422),
    _staff("make_link", "POST", _person("/link"), 200, officer=403, note="has an address"),
    _staff("make_link", "POST", _person("/link", "offline"), 200, note="no address"),
    _staff("take_role", "POST", _person("/grants/999999/revoke"), 404),
    _staff("join_branch", "POST", _person("/memberships"), 303, data=lambda w: {"branch": w.small_branch.id}),
    _staff("leave_branch", "POST", _person("/memberships/999999/strike"), 404),
    _staff("list_branches", "GET", "/admin/branches", 200, officer=403),
    _staff("add_branch", "GET", "/admin/branches/new", 200, officer=403),
    _staff("add_branch", "POST", "/admin/branches/new", 422, officer=403),
    _staff("change_branch", "GET", lambda w: f"/admin/branches/{w.branch.id}", 200, officer=403),
    _staff("change_branch", "POST", lambda w: f"/admin/branches/{w.branch.id}", 303, officer=403),
    _staff("move_branch", "POST", lambda w: f"/admin/branches/{w.branch.id}/move", 422, officer=403),
]
