"""Staff pages about the tree of branches."""

from typing import Any

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required
from wtforms.fields.choices import SelectChoice

from accounts import queries
from accounts.admin import bp, branches_within
from accounts.enums import BranchKind
from accounts.errors import (
    BranchInsideItself,
    BranchSlugInvalid,
    BranchSlugTaken,
)
from accounts.forms import BranchForm, MoveForm, NewBranchForm
from accounts.models import Branch
from accounts.permissions import AccountPermission
from accounts.services import branches
from accounts.web import current_actor
from core.db import transaction
from core.errors import Denied
from core.forms import faces_of
from core.i18n import _


@bp.get("/branches")
@login_required
def list_branches() -> ResponseReturnValue:
    """Show the tree, with what can be done to it."""
    _require_tree()
    return render_template("accounts/admin/branches.html", branches=queries.list_branches())


def _require_tree() -> None:
    if not current_actor().may_anywhere(AccountPermission.MANAGE_BRANCHES):
        raise Denied


@bp.route("/branches/new", methods=["GET", "POST"])
@login_required
def add_branch() -> ResponseReturnValue:
    """Add a branch."""
    _require_tree()
    form = NewBranchForm()
    form.parent.offer(branches_within(AccountPermission.MANAGE_BRANCHES))
    if request.method == "GET" or not form.validate():
        page = render_template("accounts/admin/branch.html", form=form, move=None, branch=None)
        return page, 200 if request.method == "GET" else 422
    try:
        with transaction():
            parent = queries.get_branch_by_id(form.parent.data)
            branches.add_branch(parent, **_values(form), actor=current_actor())
    except (BranchSlugInvalid, BranchSlugTaken) as fault:
        form.add_error("slug", fault)
        return render_template("accounts/admin/branch.html", form=form, move=None, branch=None), 422
    flash(_("The branch is added."), "success")
    return redirect("/admin/branches", 303)


def _values(form: BranchForm) -> dict[str, Any]:
    return {
        "name": faces_of(form, "name"),
        "slug": form.slug.data,
        "kind": BranchKind(form.kind.data),
        "position": form.position.data or 0,
    }


@bp.route("/branches/<int:branch_id>", methods=["GET", "POST"])
@login_required
def change_branch(branch_id: int) -> ResponseReturnValue:
    """Change what a branch is called."""
    _require_tree()
    branch = queries.get_branch_by_id(branch_id)
    form = BranchForm(
        name_zh=branch.name.zh, name_en=branch.name.en, slug=branch.slug, kind=branch.kind, position=branch.position
    )
    if branch.parent_id is None:
        form.kind.choices, form.kind.data = (
            [SelectChoice(BranchKind.SITE.value, _("Head office"))],
            BranchKind.SITE.value,
        )
    if request.method == "GET" or not form.validate():
        return _branch_page(branch, form), 200 if request.method == "GET" else 422
    try:
        with transaction():
            found = queries.get_branch_by_id(branch_id)
            branches.change_branch(found, **_values(form), actor=current_actor())
    except (BranchSlugInvalid, BranchSlugTaken) as fault:
        form.add_error("slug", fault)
        return _branch_page(queries.get_branch_by_id(branch_id), form), 422
    flash(_("The branch is changed."), "success")
    return redirect("/admin/branches", 303)


def _branch_page(branch: Branch, form: BranchForm, move: MoveForm | None = None) -> str:
    if move is None and branch.parent_id is not None:
        move = MoveForm(formdata=None, parent=branch.parent_id)
    if move is not None:
        move.parent.offer(branches_within(AccountPermission.MANAGE_BRANCHES))
    return render_template("accounts/admin/branch.html", form=form, move=move, branch=branch)


@bp.post("/branches/<int:branch_id>/move")
@login_required
def move_branch(branch_id: int) -> ResponseReturnValue:
    """Hang a branch elsewhere in the tree."""
    _require_tree()
    move = MoveForm()
    move.parent.offer(branches_within(AccountPermission.MANAGE_BRANCHES))
    fault: object = None
    if move.validate():
        try:
            with transaction():
                target = queries.get_branch_by_id(move.parent.data)
                branches.move_branch(queries.get_branch_by_id(branch_id), target, current_actor())
        except BranchInsideItself as refusal:
            fault = refusal
        else:
            flash(_("The branch is moved."), "success")
            return redirect("/admin/branches", 303)
    return _move_refused(branch_id, move, fault), 422


def _move_refused(branch_id: int, move: MoveForm, fault: object) -> str:
    if fault is not None:
        move.add_error("parent", fault)
    branch = queries.get_branch_by_id(branch_id)
    form = BranchForm(
        formdata=None,
        name_zh=branch.name.zh,
        name_en=branch.name.en,
        slug=branch.slug,
        kind=branch.kind,
        position=branch.position,
    )
    return _branch_page(branch, form, move)
