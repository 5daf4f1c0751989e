"""One post: its place, answers to it, changes, history."""

from dataclasses import replace

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required
from werkzeug.datastructures import MultiDict

from accounts.web import current_actor
from core.db import transaction
from core.differences import compare, shortened
from core.errors import Conflict, NotFound
from core.i18n import _
from core.permissions import PUBLIC, Actor
from forum import queries, services, urls
from forum.composing import Draft, compose
from forum.drafting import DraftPlace
from forum.enums import PostView
from forum.errors import EditedMeanwhile
from forum.forms import EditForm, EditOpeningForm, ReplyForm
from forum.models import Post, SavedDraft
from forum.permissions import ForumPermission
from forum.quoting import quoted
from forum.services.posts import require_edit, require_reply
from forum.versions import list_versions
from forum.views import bp
from forum.views.composer import Composer, begun, draft_of, show_composer
from forum.views.threads import wanted_view
from forum.views.typed import drop_typed


@bp.get("/posts/<int:post_id>")
def find_post(post_id: int) -> ResponseReturnValue:
    """The place of a post, for good."""
    view = wanted_view()
    place = queries.locate(post_id, current_actor(), view)
    span = place.span
    shown = view.value if view is not PostView.TREE or "view" in request.args else ""
    base = urls.for_page(place.thread_id, span.page or 1, shown)
    if span.start is not None:
        base = urls.for_start(place.thread_id, span.start, view.value)
    return redirect(f"{base}#p{place.number}")


@bp.get("/posts/<int:post_id>/reply")
@login_required
def answer_post(post_id: int) -> ResponseReturnValue:
    """A form for an answer to one post, with its text quoted if asked for."""
    actor = current_actor()
    post = queries.get_post(post_id, actor)
    require_reply(post.thread, actor)
    body = quoted(post.body, post.author.username) if "quote" in request.args and post.is_shown else ""
    place = DraftPlace("post", post.id)
    form, saved = begun(
        place,
        lambda sent: (ReplyForm(sent) if sent else ReplyForm(data={"parent": str(post.id)})).offer_offices(
            actor, post.thread.board.branch.path
        ),
    )
    form.parent.data = str(post.id)
    # Set afterwards: the field trims what it is given, but the answer must begin on a line of its own.
    form.body.data = "\n\n".join(part for part in (form.body.data, body) if part)
    return show_composer(
        Composer(
            form=form,
            act=f"{urls.for_thread(post.thread_id)}/replies",
            thread=post.thread,
            parent=post,
            place=place,
            saved=saved,
        )
    )


def _edit_form(post: Post, sent: MultiDict[str, str] | None) -> EditForm:
    kind = EditOpeningForm if post.number == 1 else EditForm
    if sent:
        return kind(sent)
    return kind(data={"body": post.body, "revision": post.revision, "title": post.thread.title})


@bp.get("/posts/<int:post_id>/edit")
@login_required
def edit_post(post_id: int) -> ResponseReturnValue:
    """A form with the text of an own post."""
    actor = current_actor()
    post = queries.get_post(post_id, actor)
    require_edit(post, actor)
    form, saved = begun(DraftPlace("edit", post.id), lambda sent: _edit_form(post, sent))
    return show_composer(_edit_composer(post, form, saved=saved))


def _edit_composer(post: Post, form: EditForm, draft: Draft | None = None, saved: SavedDraft | None = None) -> Composer:
    return Composer(
        form=form,
        act=f"{urls.for_post(post.id)}/edit",
        thread=post.thread,
        editing=post,
        draft=draft,
        place=DraftPlace("edit", post.id),
        saved=saved,
    )


@bp.post("/posts/<int:post_id>/edit")
@login_required
def change_post(post_id: int) -> ResponseReturnValue:
    """Save another text, or show the form again with its preview or what is wrong."""
    actor = current_actor()
    post = queries.get_post(post_id, actor)
    form = EditOpeningForm() if post.number == 1 else EditForm()
    draft, conflict = draft_of(form), ""
    if draft is not None and "preview" not in request.form:
        title = form.title.data if isinstance(form, EditOpeningForm) else ""
        try:
            with transaction():
                post = queries.get_post(post_id, actor, lock=True)
                services.edit_post(post, actor, draft, seen_revision=form.revision.data or 0, title=title or "")
                drop_typed()
            flash(_("Your change is saved."), "success")
            return redirect(urls.for_post(post_id), 303)
        except EditedMeanwhile as error:
            return _show_both(queries.get_post(post_id, actor), form, str(error))
        except Conflict as error:
            conflict = str(error)
            post = queries.get_post(post_id, actor)
    return show_composer(_edit_composer(post, form, draft), conflict)


def _show_both(post: Post, form: EditForm, conflict: str) -> ResponseReturnValue:
    """Show what was saved meanwhile against what was typed; who saves again now does so knowingly."""
    theirs, mine = post.body, form.body.data or ""
    if isinstance(form, EditOpeningForm):
        theirs, mine = f"{post.thread.title}\n\n{theirs}", f"{form.title.data}\n\n{mine}"
    form.revision.data = post.revision
    composer = replace(_edit_composer(post, form), meanwhile=shortened(compare(theirs, mine)))
    return show_composer(composer, conflict)


@bp.post("/posts/<int:post_id>/restore")
@login_required
def restore_version(post_id: int) -> ResponseReturnValue:
    """Give a post the text of an earlier version again."""
    actor = current_actor()
    wanted = request.form.get("revision", "")
    number = int(wanted) if wanted.isascii() and wanted.isdecimal() and len(wanted) < 9 else -1
    post = queries.get_post(post_id, actor)
    services.require_restore_version(post, actor)
    version = queries.get_version(post_id, number)
    draft = _draft_of(post, version.body, actor)
    with transaction():
        post = queries.get_post(post_id, actor, lock=True)
        services.restore_version(post, actor, version, draft)
    flash(_("The earlier text stands again; the one before is in the history."), "success")
    return redirect(urls.for_post(post_id), 303)


def _draft_of(post: Post, body: str, actor: Actor) -> Draft:
    """Render an earlier text: a moderator's act shows the author's files, and speaks to nobody."""
    if post.author_id == actor.id:
        return compose(body, actor)
    draft = compose(body, uploader_id=post.author_id, audiences={PUBLIC, post.thread.audience})
    return replace(draft, mentioned_ids=(), branch_ids=())


@bp.get("/posts/<int:post_id>/delete")
@login_required
def ask_delete(post_id: int) -> ResponseReturnValue:
    """Ask whether an own post shall go."""
    actor = current_actor()
    post = queries.get_post(post_id, actor)
    require_edit(post, actor)
    return render_template("forum/delete.html", post=post, thread=post.thread, urls=urls)


@bp.post("/posts/<int:post_id>/delete")
@login_required
def delete_post(post_id: int) -> ResponseReturnValue:
    """Take an own post back."""
    actor = current_actor()
    with transaction():
        post = queries.get_post(post_id, actor, lock=True)
        services.delete_post(post, actor)
    flash(_("Your post is deleted."), "success")
    gone = post.thread.deleted_at is not None
    return redirect(urls.for_board(post.thread.board.slug) if gone else urls.for_post(post_id), 303)


@bp.get("/posts/<int:post_id>/history")
def show_history(post_id: int) -> ResponseReturnValue:
    """What a post said before its edits."""
    actor = current_actor()
    post = queries.get_post(post_id, actor)
    if not post.is_shown:
        raise NotFound
    before = request.args.get("before", "")
    first = int(before) if before.isascii() and before.isdecimal() and len(before) < 9 else post.revision
    versions = list_versions(post, first)
    return render_template(
        "forum/history.html",
        post=post,
        thread=post.thread,
        versions=versions,
        may_restore=post.author_id == actor.id or actor.may(ForumPermission.MODERATE, post.thread.board.branch.path),
        urls=urls,
    )
