"""What a board asks of new threads and how they may begin: pages for those who manage it."""

from typing import Any

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from accounts.web import current_actor
from core.db import transaction
from core.errors import Invalid, NotFound
from core.forms import faces_of
from core.i18n import _
from core.permissions import Actor, require
from forum import queries, services, sorting, urls
from forum.forms import FieldForm, TemplateForm
from forum.models import Board, BoardTemplate
from forum.permissions import ForumPermission
from forum.services.plans import TemplatePlan
from forum.sorting import BoardField
from forum.views import bp

NEW = "new"


def _managed(slug: str, actor: Actor, *, lock: bool = False) -> Board:
    board = queries.get_board(slug, actor, lock=lock)
    require(actor, ForumPermission.MANAGE, board.branch.path)
    return board


@bp.get("/manage/<slug>/sorting")
@login_required
def show_plans(slug: str) -> ResponseReturnValue:
    """The fields and templates of a board."""
    board = _managed(slug, current_actor())
    return render_template(
        "forum/plans.html",
        board=board,
        base=urls.for_plans(slug),
        fields=sorting.fields_of(board.fields),
        templates=queries.list_templates(board.id),
    )


def _find_field(board: Board, key: str) -> BoardField | None:
    """Return a field; None stands for a new one.

    Raises:
        NotFound: the board has none with this key.
    """
    if key == NEW:
        return None
    for field in sorting.fields_of(board.fields):
        if field.key == key:
            return field
    raise NotFound


def _field_page(board: Board, field: BoardField | None, form: FieldForm) -> str:
    return render_template(
        "forum/field_form.html", board=board, base=urls.for_plans(board.slug), known=field, form=form
    )


@bp.get("/manage/<slug>/fields/<key>")
@login_required
def show_field(slug: str, key: str) -> ResponseReturnValue:
    """A form with what a field is now; empty for a new one."""
    board = _managed(slug, current_actor())
    field = _find_field(board, key)
    if field is None:
        return _field_page(board, None, FieldForm(formdata=None))
    data = {
        "label_zh": field.label.zh,
        "label_en": field.label.en,
        "choices": sorting.write_choices(field.choices),
        "required": field.required,
        "retired": field.retired,
    }
    return _field_page(board, field, FieldForm(formdata=None, data=data))


@bp.post("/manage/<slug>/fields/<key>")
@login_required
def save_field(slug: str, key: str) -> ResponseReturnValue:
    """Store a field, or show what is wrong."""
    actor, form = current_actor(), FieldForm()
    board = _managed(slug, actor)
    field = _find_field(board, key)
    if form.validate_on_submit():
        try:
            with transaction():
                services.save_field(
                    _managed(slug, actor, lock=True), actor, _field_of(form, field.key if field else "")
                )
            flash(_("The field is saved."), "success")
            return redirect(f"{urls.for_plans(slug)}/sorting", 303)
        except Invalid as error:
            form.add_error("choices", error)
    return _field_page(_managed(slug, actor), field, form), 422


def _field_of(form: FieldForm, key: str) -> BoardField:
    return BoardField(
        key=key,
        label=faces_of(form, "label"),
        choices=tuple(sorting.read_choices(form.choices.data or "")),
        required=bool(form.required.data),
        retired=bool(form.retired.data),
    )


def _template_page(board: Board, template: BoardTemplate | None, form: TemplateForm) -> str:
    return render_template(
        "forum/template_form.html", board=board, base=urls.for_plans(board.slug), template=template, form=form
    )


def _plan_of(form: TemplateForm) -> TemplatePlan:
    return TemplatePlan(
        title=faces_of(form, "title"), thread_title=form.thread_title.data or "", body=form.body.data or ""
    )


@bp.get("/manage/<slug>/templates/new")
@login_required
def new_template(slug: str) -> ResponseReturnValue:
    """An empty form for a template."""
    return _template_page(_managed(slug, current_actor()), None, TemplateForm(formdata=None))


@bp.post("/manage/<slug>/templates/new")
@login_required
def create_template(slug: str) -> ResponseReturnValue:
    """Make a template, or show what is wrong."""
    actor, form = current_actor(), TemplateForm()
    board = _managed(slug, actor)
    if form.validate_on_submit():
        try:
            with transaction():
                services.create_template(_managed(slug, actor, lock=True), actor, _plan_of(form))
            flash(_("The template is saved."), "success")
            return redirect(f"{urls.for_plans(slug)}/sorting", 303)
        except Invalid as error:
            form.add_error("title_zh", error)
            board = _managed(slug, actor)
    return _template_page(board, None, form), 422


@bp.get("/manage/<slug>/templates/<int:template_id>")
@login_required
def show_template(slug: str, template_id: int) -> ResponseReturnValue:
    """A form with what a template holds now."""
    board = _managed(slug, current_actor())
    template = queries.get_template(board.id, template_id)
    data: dict[str, Any] = {"title_zh": template.title.zh, "title_en": template.title.en}
    data |= {"thread_title": template.thread_title, "body": template.body}
    return _template_page(board, template, TemplateForm(formdata=None, data=data))


@bp.post("/manage/<slug>/templates/<int:template_id>")
@login_required
def edit_template(slug: str, template_id: int) -> ResponseReturnValue:
    """Change a template or take it away, or show what is wrong."""
    actor, form = current_actor(), TemplateForm()
    board = _managed(slug, actor)
    template = queries.get_template(board.id, template_id)
    away = "delete" in request.form
    if not away and not form.validate_on_submit():
        return _template_page(board, template, form), 422
    with transaction():
        board = _managed(slug, actor, lock=True)
        template = queries.get_template(board.id, template_id)
        if away:
            services.delete_template(template, board, actor)
        else:
            services.edit_template(template, board, actor, _plan_of(form))
    flash(_("The template is taken away.") if away else _("The template is saved."), "success")
    return redirect(f"{urls.for_plans(slug)}/sorting", 303)
