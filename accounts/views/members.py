"""Pages about people and branches, and what officers do there."""

from typing import Any

from flask import abort, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from accounts import queries, urls
from accounts.enums import UserState
from accounts.errors import AlreadyMember, TooManyMails
from accounts.forms import InviteForm, ReasonForm
from accounts.models import Branch
from accounts.permissions import AccountPermission
from accounts.services import credentials, invitations, joining
from accounts.views import bp
from accounts.views.sign_in import client_ip
from accounts.web import current_actor
from core.db import transaction
from core.i18n import _
from core.permissions import require


@bp.get("/members/<username>")
def show_member(username: str) -> ResponseReturnValue:
    """Show a person; branches and offices are for members to see."""
    user = queries.get_member(username)
    seen = current_actor().may(AccountPermission.SEE_MEMBERS)
    return render_template(
        "accounts/member.html",
        user=user,
        suspended=user.state is UserState.SUSPENDED,
        memberships=queries.list_memberships(user.id) if seen else [],
        grants=queries.list_grants(user.id) if seen else [],
        own=user.id == current_actor().id,
    )


@bp.get("/branches/")
def list_branches() -> ResponseReturnValue:
    """Show the tree of branches."""
    return render_template("accounts/branches.html", branches=queries.list_branches())


@bp.get("/branches/<slug>")
def show_branch(slug: str) -> ResponseReturnValue:
    """Show a branch, its place in the tree and, to members, who belongs to it."""
    branch, actor = queries.get_branch(slug), current_actor()
    seen = actor.may(AccountPermission.SEE_MEMBERS)
    return render_template(
        "accounts/branch.html",
        branch=branch,
        line=queries.list_line(branch),
        children=queries.list_children(branch),
        count=queries.count_members(branch),
        officers=queries.list_officers(branch) if seen else [],
        members=queries.list_members(branch, request.args.get("cursor")) if seen else None,
        invites=actor.may(AccountPermission.INVITE, branch.path),
        admits=actor.may(AccountPermission.ADMIT, branch.path),
    )


@bp.route("/branches/<slug>/invitations", methods=["GET", "POST"])
@login_required
def invite(slug: str) -> ResponseReturnValue:
    """Invite an address to a branch, and list the open invitations."""
    form, branch = InviteForm(), queries.get_branch(slug)
    require(current_actor(), AccountPermission.INVITE, branch.path)
    if request.method == "GET" or not form.validate():
        return _invitations_page(form, branch), 200 if request.method == "GET" else 422
    if not credentials.count_mail(form.email.data, client_ip()):
        raise TooManyMails
    try:
        with transaction():
            invitations.invite(queries.get_branch(slug), form.email.data, current_actor(), form.locale.data)
    except AlreadyMember as fault:
        form.add_error("email", fault)
        return _invitations_page(form, branch), fault.status
    flash(_("The invitation is on its way."), "success")
    return redirect(f"{urls.for_branch(branch.slug)}/invitations", 303)


def _invitations_page(form: InviteForm, branch: Branch) -> str:
    rows = queries.list_invitations(branch)
    return render_template("accounts/invitations.html", form=form, branch=branch, invitations=rows)


@bp.post("/branches/<slug>/invitations/<int:invitation_id>/withdraw")
@login_required
def withdraw_invitation(slug: str, invitation_id: int) -> ResponseReturnValue:
    """Take an invitation back."""
    with transaction():
        invitations.withdraw_invitation(queries.get_branch(slug), invitation_id, current_actor())
    flash(_("The invitation is withdrawn; its link works no longer."), "success")
    return redirect(f"{urls.for_branch(slug)}/invitations", 303)


@bp.get("/account/applications")
@login_required
def list_applications() -> ResponseReturnValue:
    """List who waits to be admitted to the branches one looks after."""
    return _applications_page()


def _applications_page(**faulty: Any) -> str:
    actor = current_actor()
    if not actor.may_anywhere(AccountPermission.ADMIT):
        abort(403)
    return render_template(
        "accounts/applications.html",
        applications=queries.list_applications(actor),
        form=faulty.get("form") or ReasonForm(formdata=None),
        faulty_id=faulty.get("application_id"),
    )


@bp.post("/account/applications/<int:application_id>/approve")
@login_required
def approve(application_id: int) -> ResponseReturnValue:
    """Admit an applicant."""
    with transaction():
        application = queries.get_application(application_id, current_actor())
        joining.approve(application, current_actor())
    flash(_("%(name)s is a member now and is told by mail.", name=application.display_name), "success")
    return redirect("/account/applications", 303)


@bp.post("/account/applications/<int:application_id>/decline")
@login_required
def decline(application_id: int) -> ResponseReturnValue:
    """Turn an applicant down with a reason."""
    form = ReasonForm()
    if not form.validate():
        return _applications_page(form=form, application_id=application_id), 422
    with transaction():
        application = queries.get_application(application_id, current_actor())
        joining.decline(application, current_actor(), form.reason.data)
    flash(_("%(name)s is told the reason by mail.", name=application.display_name), "success")
    return redirect("/account/applications", 303)
