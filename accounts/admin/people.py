"""Staff pages about people."""

from typing import Any

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from accounts import queries, urls
from accounts.admin import bp, branches_within
from accounts.enums import UserState
from accounts.errors import (
    AlreadyMember,
    EmailTaken,
    UsernameTaken,
)
from accounts.forms import EnterForm, GrantForm, MembershipForm, ReasonForm
from accounts.models import User
from accounts.permissions import AccountPermission, grantable_roles
from accounts.services import entering, people, setting_up
from accounts.web import current_actor
from core.db import transaction
from core.errors import Denied
from core.forms import Form
from core.i18n import _, _l
from core.permissions import Role, require

ROLE_WORDS: dict[Role, Any] = {
    Role.MEMBER: _l("Member"),
    Role.INSTRUCTOR: _l("Instructor"),
    Role.MODERATOR: _l("Moderator"),
    Role.OFFICER: _l("Officer"),
    Role.ADMINISTRATOR: _l("Administrator"),
}


def _require_staff() -> None:
    if not current_actor().may_anywhere(AccountPermission.GRANT):
        raise Denied


@bp.get("/people")
@login_required
def list_people() -> ResponseReturnValue:
    """List the people one looks after; search by a part of name or address."""
    _require_staff()
    text, state = request.args.get("q", "").strip(), request.args.get("state", "")
    return render_template(
        "accounts/admin/people.html",
        people=queries.search_people(current_actor(), text, state, request.args.get("cursor")),
        text=text,
        state=state,
        states=[one for one in UserState if one is not UserState.ERASED],
    )


@bp.route("/people/new", methods=["GET", "POST"])
@login_required
def enter_person() -> ResponseReturnValue:
    """Enter somebody, and show the link with which they choose a password."""
    _require_staff()
    form = EnterForm()
    form.branch.offer(branches_within(AccountPermission.ADMIT))
    if request.method == "GET" or not form.validate():
        page = render_template("accounts/admin/enter.html", form=form)
        return page, 200 if request.method == "GET" else 422
    try:
        with transaction():
            user = entering.enter_person(
                form.username.data,
                role=Role.MEMBER,
                branch_slug=queries.get_branch_by_id(form.branch.data).slug,
                display_name=form.display_name.data,
                email=form.email.data or "",
                actor=current_actor(),
            )
            link = setting_up.set_up_link(user)
    except (UsernameTaken, EmailTaken) as fault:
        form.add_error("username" if isinstance(fault, UsernameTaken) else "email", fault)
        return render_template("accounts/admin/enter.html", form=form), 422
    return _link_page(user.id, link)


def _link_page(user_id: int, link: str) -> str:
    return render_template("accounts/admin/link.html", user=queries.get_user(user_id), link=link)


@bp.post("/people/<int:user_id>/link")
@login_required
def make_link(user_id: int) -> ResponseReturnValue:
    """Make a link with which a person chooses a new password, and show it this once."""
    _require_staff()
    with transaction():
        link = setting_up.make_link(queries.get_person(user_id, current_actor(), locked=True), current_actor())
    return _link_page(user_id, link)


@bp.get("/people/<int:user_id>")
@login_required
def show_person(user_id: int) -> ResponseReturnValue:
    """Show one account to staff."""
    _require_staff()
    return _person_page(queries.get_person(user_id, current_actor()))


def _person_page(user: User, **forms: Form) -> str:
    actor = current_actor()
    within = branches_within(AccountPermission.GRANT)
    roles = [role for role in ROLE_WORDS if any(role in grantable_roles(actor, one.path) for one in within)]
    grant_form, member_form = forms.get("grant") or GrantForm(formdata=None), forms.get("membership")
    member_form = member_form or MembershipForm(formdata=None)
    grant_form.offer(roles, ROLE_WORDS, within)
    member_form.branch.offer(branches_within(AccountPermission.ADMIT))
    grants = queries.list_grants(user.id)
    return render_template(
        "accounts/admin/person.html",
        user=user,
        memberships=queries.list_memberships(user.id),
        grants=grants,
        links=setting_up.may_make_link(user, grants, actor),
        records=queries.list_records(user.id),
        grant_form=grant_form,
        member_form=member_form,
        reason_form=forms.get("reason") or ReasonForm(formdata=None),
        suspends=actor.may(AccountPermission.SUSPEND) and user.id != actor.id,
        takes=lambda held: held.role in grantable_roles(actor, held.branch.path),
        strikes=lambda one: actor.may(AccountPermission.ADMIT, one.branch.path),
    )


def _back(user_id: int, words: str) -> ResponseReturnValue:
    flash(words, "success")
    return redirect(urls.for_person(user_id), 303)


@bp.post("/people/<int:user_id>/suspend")
@login_required
def suspend(user_id: int) -> ResponseReturnValue:
    """Keep a person out, with a reason."""
    require(current_actor(), AccountPermission.SUSPEND)
    form = ReasonForm()
    if not form.validate():
        return _person_page(queries.get_person(user_id, current_actor()), reason=form), 422
    with transaction():
        people.suspend(queries.get_person(user_id, current_actor(), locked=True), current_actor(), form.reason.data)
    return _back(user_id, _("The account is suspended; its owner is told the reason by mail."))


@bp.post("/people/<int:user_id>/reactivate")
@login_required
def reactivate(user_id: int) -> ResponseReturnValue:
    """Let a suspended person in again, with a reason."""
    require(current_actor(), AccountPermission.SUSPEND)
    form = ReasonForm()
    if not form.validate():
        return _person_page(queries.get_person(user_id, current_actor()), reason=form), 422
    with transaction():
        people.reactivate(queries.get_person(user_id, current_actor(), locked=True), current_actor(), form.reason.data)
    return _back(user_id, _("The account works again."))


@bp.post("/people/<int:user_id>/grants")
@login_required
def give_role(user_id: int) -> ResponseReturnValue:
    """Give a person a role."""
    _require_staff()
    form, user = GrantForm(), queries.get_person(user_id, current_actor())
    form.offer(list(ROLE_WORDS), ROLE_WORDS, queries.list_branches())
    if not form.validate():
        return _person_page(user, grant=form), 422
    with transaction():
        branch = queries.get_branch_by_id(form.branch.data)
        user = queries.get_person(user_id, current_actor(), locked=True)
        people.give_role(user, Role(form.role.data), branch, current_actor())
    return _back(user_id, _("The office is given and holds from now on."))


@bp.post("/people/<int:user_id>/grants/<int:grant_id>/revoke")
@login_required
def take_role(user_id: int, grant_id: int) -> ResponseReturnValue:
    """Take a role away."""
    _require_staff()
    with transaction():
        people.take_role(queries.get_person(user_id, current_actor(), locked=True), grant_id, current_actor())
    return _back(user_id, _("The office is taken away."))


@bp.post("/people/<int:user_id>/memberships")
@login_required
def join_branch(user_id: int) -> ResponseReturnValue:
    """Enter a person into a branch."""
    _require_staff()
    form, user = MembershipForm(), queries.get_person(user_id, current_actor())
    form.branch.offer(queries.list_branches())
    if not form.validate():
        return _person_page(user, membership=form), 422
    try:
        with transaction():
            user = queries.get_person(user_id, current_actor(), locked=True)
            people.join_branch(user, queries.get_branch_by_id(form.branch.data), current_actor())
    except AlreadyMember as fault:
        form.branch.errors = [str(fault)]
        return _person_page(queries.get_person(user_id, current_actor()), membership=form), fault.status
    return _back(user_id, _("Entered into the branch."))


@bp.post("/people/<int:user_id>/memberships/<int:membership_id>/strike")
@login_required
def leave_branch(user_id: int, membership_id: int) -> ResponseReturnValue:
    """Strike a person off a branch."""
    _require_staff()
    with transaction():
        people.leave_branch(queries.get_person(user_id, current_actor(), locked=True), membership_id, current_actor())
    flash(_("Struck off the branch."), "success")
    return redirect("/admin/people", 303)
