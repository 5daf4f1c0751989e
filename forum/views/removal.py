"""The bin: moderators remove posts and threads, and whoever may brings them back."""

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from accounts.web import current_actor
from core.db import transaction
from core.errors import NotFound
from core.house_rules import Rule
from core.i18n import _
from core.permissions import require
from forum import queries, services, urls
from forum.forms.removal import RemoveForm
from forum.models import Post
from forum.permissions import ForumPermission
from forum.queries.removal import list_moderated_boards, list_removed_posts, list_removed_threads
from forum.removal import is_own, may_bring_back
from forum.views import bp


@bp.get("/bin")
@login_required
def show_bin() -> ResponseReturnValue:
    """List what was removed where this person moderates: posts, or whole threads."""
    actor, threads = current_actor(), request.args.get("show") == "threads"
    if not actor.may_anywhere(ForumPermission.MODERATE):
        require(actor, ForumPermission.MODERATE)
    boards, board = list_moderated_boards(actor), request.args.get("board", "")
    if board and board not in dict(boards):
        raise NotFound
    page = (list_removed_threads if threads else list_removed_posts)(
        actor, board=board, cursor=request.args.get("cursor")
    )
    return render_template(
        "forum/bin.html",
        page=page,
        threads=threads,
        boards=boards,
        board=board,
        base=urls.for_bin(board=board, threads=threads),
        urls=urls,
        is_own=is_own,
        may_bring_back=may_bring_back,
    )


@bp.get("/posts/<int:post_id>/remove")
@login_required
def ask_remove(post_id: int) -> ResponseReturnValue:
    """Ask why a post, or the whole thread it opens, shall go."""
    actor = current_actor()
    post = queries.get_post(post_id, actor)
    services.require_remove(post, actor)
    return _remove_page(post, RemoveForm(formdata=None))


@bp.post("/posts/<int:post_id>/remove")
@login_required
def remove_post(post_id: int) -> ResponseReturnValue:
    """Take a post, or the whole thread it opens, into the bin."""
    actor, form = current_actor(), RemoveForm()
    with transaction():
        post = queries.get_post(post_id, actor, lock=True)
        services.require_moderator(post.thread, actor)
        sent = form.validate_on_submit()
        if sent:
            services.remove(post, actor, form.reason.data or "", Rule(form.rule.data))
        gone, board = not post.thread.is_listed, post.thread.board.slug
    if not sent:
        return _remove_page(queries.get_post(post_id, actor), form), 422
    flash(_("It is in the bin. Its author is told why, and the moderation log shows it."), "success")
    return redirect(urls.for_board(board) if gone else urls.for_post(post_id), 303)


def _remove_page(post: Post, form: RemoveForm) -> str:
    return render_template("forum/remove.html", post=post, thread=post.thread, form=form, urls=urls)


@bp.post("/posts/<int:post_id>/bring-back")
@login_required
def bring_back(post_id: int) -> ResponseReturnValue:
    """Take a post, or the thread it opens, out of the bin."""
    actor = current_actor()
    with transaction():
        services.bring_back(queries.get_post(post_id, actor, lock=True), actor)
    flash(_("It stands in its place again."), "success")
    return redirect(urls.for_post(post_id), 303)
