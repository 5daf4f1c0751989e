"""Boards as administrators see them."""

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_login import login_required
from wtforms.fields.choices import SelectChoice

from accounts.web import current_actor
from core.db import transaction
from core.errors import Denied
from core.i18n import _
from core.permissions import MEMBERS, PUBLIC, Actor, branch_audience
from forum import queries, services, urls
from forum.errors import SlugTaken
from forum.forms import BoardForm
from forum.models import Board
from forum.permissions import ForumPermission
from forum.views import bp


def _require_manager() -> Actor:
    actor = current_actor()
    if not actor.may_anywhere(ForumPermission.MANAGE):
        raise Denied
    return actor


def _with_choices(form: BoardForm, actor: Actor, audience: str = "") -> BoardForm:
    branches = queries.list_branches()
    mine = [branch for branch in branches if actor.may(ForumPermission.MANAGE, branch.path)]
    form.branch_id.choices = [SelectChoice(branch.id, str(branch.name)) for branch in mine]
    shown = [(PUBLIC, _("Everybody")), (MEMBERS, _("All members"))]
    shown += [(branch_audience(branch.id), str(branch.name)) for branch in branches if branch.parent_id]
    if audience and audience not in dict(shown):
        shown.append((audience, _("As it is now")))
    form.audience.choices = [SelectChoice(value, words) for value, words in shown]
    return form


@bp.get("/manage")
@login_required
def manage_boards() -> ResponseReturnValue:
    """All boards, to be changed."""
    actor = _require_manager()
    return render_template("forum/manage.html", boards=queries.list_boards(actor), urls=urls)


@bp.get("/manage/new")
@login_required
def new_board() -> ResponseReturnValue:
    """An empty form for a board."""
    return _board_page(_with_choices(BoardForm(), _require_manager()), None)


@bp.post("/manage/new")
@login_required
def create_board() -> ResponseReturnValue:
    """Make a board, or show what is wrong."""
    actor = _require_manager()
    form = _with_choices(BoardForm(), actor)
    if form.validate_on_submit():
        try:
            with transaction():
                board = services.create_board(actor, form.plan())
            flash(_("The board is made."), "success")
            return redirect(urls.for_board(board.slug), 303)
        except SlugTaken as error:
            form.add_error("slug", error)
    return _board_page(form, None), 422


def _board_page(form: BoardForm, board: Board | None) -> str:
    return render_template("forum/board_form.html", form=form, board=board, urls=urls)


@bp.get("/manage/<slug>")
@login_required
def show_board_form(slug: str) -> ResponseReturnValue:
    """A form with what a board is now."""
    actor = _require_manager()
    board = queries.get_board(slug, actor)
    data = {
        f"{name}_{face}": getattr(getattr(board, name), face) for name in ("title", "about") for face in ("zh", "en")
    }
    return _board_page(_with_choices(BoardForm(obj=board, data=data), actor, board.audience), board)


@bp.post("/manage/<slug>")
@login_required
def edit_board(slug: str) -> ResponseReturnValue:
    """Change a board, or show what is wrong."""
    actor = _require_manager()
    board = queries.get_board(slug, actor)
    form = _with_choices(BoardForm(), actor, board.audience)
    if form.validate_on_submit():
        try:
            with transaction():
                board = queries.get_board(slug, actor, lock=True)
                services.edit_board(board, actor, form.plan())
            flash(_("The board is changed."), "success")
            return redirect(urls.for_board(board.slug), 303)
        except SlugTaken as error:
            form.add_error("slug", error)
    return _board_page(form, board), 422
