"""Tags over all boards: their threads, and their names for those who look after them."""

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from accounts.web import current_actor
from core.db import transaction
from core.errors import Denied, Invalid
from core.i18n import _
from core.permissions import Actor, require
from forum import queries, services, urls
from forum.enums import FollowedKind
from forum.forms import MergeForm, TagForm
from forum.models import Tag
from forum.permissions import ForumPermission
from forum.views import bp


@bp.get("/tags")
def show_tags() -> ResponseReturnValue:
    """All tags, and a form for a new one for those who hold an office."""
    return _tags_page(TagForm(formdata=None))


def _tags_page(form: TagForm) -> str:
    actor = current_actor()
    return render_template(
        "forum/tags.html",
        tags=queries.list_tags(),
        form=form,
        may_make=actor.may_anywhere(ForumPermission.TAG),
        manages=actor.may(ForumPermission.MODERATE),
    )


@bp.post("/tags")
@login_required
def create_tag() -> ResponseReturnValue:
    """Make a tag, or show what is wrong."""
    actor, form = current_actor(), TagForm()
    scopes = actor.scopes(ForumPermission.TAG)
    if not scopes:
        raise Denied(ForumPermission.TAG)
    if form.validate_on_submit():
        try:
            with transaction():
                services.create_tag(actor, form.name, scopes[0])
            flash(_("The tag is made."), "success")
            return redirect(urls.TAGS, 303)
        except Invalid as error:
            form.add_error("name_zh", error)
    return _tags_page(form), 422


@bp.get("/tags/<slug>")
def show_tag(slug: str) -> ResponseReturnValue:
    """The threads of all boards that carry a tag; the address of one that was merged leads to the other."""
    tag = queries.get_tag(slug)
    if tag.merged_into_id is not None:
        return redirect(urls.for_tag(queries.get_tag_by_id(tag.merged_into_id).slug), 301)
    actor = current_actor()
    page = queries.list_tagged(tag.id, actor, request.args.get("cursor"))
    return render_template(
        "forum/tag.html",
        tag_row=tag,
        page=page,
        level=queries.follow_level(FollowedKind.TAG, tag.id, actor) if actor.id is not None else None,
        manages=actor.may(ForumPermission.MODERATE),
    )


def _form_page(tag: Tag, form: TagForm, merge: MergeForm) -> str:
    return render_template("forum/tag_form.html", tag_row=tag, form=form, merge=merge, known=queries.list_tags())


def _tag_to_manage(slug: str, actor: Actor) -> Tag:
    tag = queries.get_tag(slug)
    require(actor, ForumPermission.MODERATE)
    return tag


@bp.get("/tags/<slug>/edit")
@login_required
def show_tag_form(slug: str) -> ResponseReturnValue:
    """A form with what a tag is called now, and one to merge it."""
    tag = _tag_to_manage(slug, current_actor())
    form = TagForm(formdata=None, data={"name_zh": tag.name.zh, "name_en": tag.name.en})
    return _form_page(tag, form, MergeForm(formdata=None))


@bp.post("/tags/<slug>/edit")
@login_required
def edit_tag(slug: str) -> ResponseReturnValue:
    """Call a tag otherwise, or show what is wrong."""
    actor, form = current_actor(), TagForm()
    tag = _tag_to_manage(slug, actor)
    if form.validate_on_submit():
        try:
            with transaction():
                services.edit_tag(queries.get_tag(slug, lock=True), actor, form.name)
            flash(_("The tag is renamed. Lists follow within moments."), "success")
            return redirect(urls.for_tag(slug), 303)
        except Invalid as error:
            form.add_error("name_zh", error)
    return _form_page(tag, form, MergeForm(formdata=None)), 422


@bp.post("/tags/<slug>/merge")
@login_required
def merge_tag(slug: str) -> ResponseReturnValue:
    """Let another tag take the threads over, or show what is wrong."""
    actor, form = current_actor(), MergeForm()
    tag = _tag_to_manage(slug, actor)
    if form.validate_on_submit():
        try:
            with transaction():
                target = queries.get_tag_named(form.into.data or "")
                services.merge_tag(queries.get_tag(slug, lock=True), actor, target)
            flash(_("The tags are merged. Lists follow within moments."), "success")
            return redirect(urls.for_tag(target.slug), 303)
        except Invalid as error:
            form.add_error("into", error)
    names = TagForm(formdata=None, data={"name_zh": tag.name.zh, "name_en": tag.name.en})
    return _form_page(tag, names, form), 422


@bp.get("/digest")
def show_digest() -> ResponseReturnValue:
    """The best threads of all boards, those taken in last first."""
    page = queries.list_digest(current_actor(), request.args.get("cursor"))
    return render_template("forum/digest.html", page=page)
