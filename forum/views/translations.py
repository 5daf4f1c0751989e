"""Translations of posts: proposed, looked at, approved, withdrawn."""

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from accounts.web import current_actor
from core.db import transaction
from core.errors import Conflict
from core.i18n import _
from forum import queries, services, urls
from forum.composing import Draft
from forum.errors import TranslationChanged
from forum.forms import TranslationForm
from forum.models import Post
from forum.queries.translations import find_translation, get_beside, list_waiting_translations
from forum.services.translations import (
    Proposal,
    may_approve,
    may_withdraw,
    require_translate,
    target_language,
    text_mark,
)
from forum.views import bp
from forum.views.composer import draft_of


@bp.get("/posts/<int:post_id>/translate")
@login_required
def translate_post(post_id: int) -> ResponseReturnValue:
    """A form for a translation beside the original; an own earlier proposal is in it."""
    actor = current_actor()
    post = queries.get_post(post_id, actor)
    require_translate(post, actor)
    row = find_translation(post_id)
    mine = row is not None and row.author_id == actor.id
    form = TranslationForm(
        data={
            "body": row.body if row and mine else "",
            "title": row.title if row and mine else "",
            "revision": post.revision,
        }
    )
    return _form_page(post, form)


@bp.post("/posts/<int:post_id>/translate")
@login_required
def propose_translation(post_id: int) -> ResponseReturnValue:
    """Keep a proposal, or show the form again with its preview or what is wrong."""
    actor, form, conflict = current_actor(), TranslationForm(), ""
    post = queries.get_post(post_id, actor)
    require_translate(post, actor)
    draft = draft_of(form)
    if draft is not None and "preview" not in request.form:
        proposal = Proposal(draft=draft, of_revision=form.revision.data or 0, title=form.title.data or "")
        try:
            with transaction():
                post = queries.get_post(post_id, actor, lock=True)
                row = services.propose_translation(post, actor, proposal)
            shown = row.approved_at is not None
            flash(_("The translation is shown.") if shown else _("Your translation waits to be approved."), "success")
            return redirect(urls.for_translation(post_id), 303)
        except Conflict as error:
            conflict = str(error)
            post = queries.get_post(post_id, actor)
    return _form_page(post, form, draft, conflict)


def _form_page(
    post: Post, form: TranslationForm, draft: Draft | None = None, conflict: str = ""
) -> ResponseReturnValue:
    page = render_template(
        "forum/translate.html",
        post=post,
        thread=post.thread,
        form=form,
        draft=draft,
        conflict=conflict,
        language=target_language(post.language),
        urls=urls,
    )
    return page, 409 if conflict else 422 if form.errors and request.method == "POST" else 200


@bp.get("/posts/<int:post_id>/translation")
def show_translation(post_id: int) -> ResponseReturnValue:
    """A post and its translation, one beside the other."""
    return _beside_page(post_id)


def _beside_page(post_id: int, conflict: str = "") -> str:
    actor = current_actor()
    beside = get_beside(post_id, actor)
    post, row = beside.post, beside.row
    return render_template(
        "forum/translation.html",
        shown=beside,
        post=post,
        row=row,
        thread=post.thread,
        conflict=conflict,
        mark=text_mark(row),
        may_approve=row.approved_at is None and may_approve(post.author_id, post.thread.board.branch.path, actor),
        may_withdraw=may_withdraw(post, row, actor),
        urls=urls,
    )


@bp.post("/posts/<int:post_id>/translation/approve")
@login_required
def approve_translation(post_id: int) -> ResponseReturnValue:
    """Let everybody who reads the post read its translation; show it again if it is not what the person read."""
    actor = current_actor()
    try:
        with transaction():
            beside = get_beside(post_id, actor, lock=True)
            services.approve_translation(beside.post, beside.row, actor, request.form.get("seen", ""))
    except TranslationChanged as error:
        return _beside_page(post_id, str(error)), 409
    flash(_("The translation is shown."), "success")
    return redirect(urls.for_translation(post_id), 303)


@bp.post("/posts/<int:post_id>/translation/withdraw")
@login_required
def withdraw_translation(post_id: int) -> ResponseReturnValue:
    """Take a translation away."""
    actor = current_actor()
    with transaction():
        beside = get_beside(post_id, actor, lock=True)
        services.withdraw_translation(beside.post, beside.row, actor)
    flash(_("The translation is withdrawn."), "success")
    return redirect(urls.for_post(post_id), 303)


@bp.get("/translations")
@login_required
def list_translations() -> ResponseReturnValue:
    """The translations that wait for this person's approval."""
    page = list_waiting_translations(current_actor(), cursor=request.args.get("cursor"))
    return render_template("forum/translations.html", page=page, urls=urls)
