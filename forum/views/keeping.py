"""What members do with posts beside answering: react, keep, look at the context; and what is theirs."""

from datetime import datetime, time

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from accounts.web import current_actor
from core.clock import utcnow
from core.db import transaction
from core.errors import Invalid, NotFound
from core.i18n import _, _l, current_zone
from forum import queries, reacting, services, urls
from forum.forms.keeping import BookmarkForm, Remind
from forum.models import Post
from forum.queries.context import get_context
from forum.queries.kept import (
    REACTIONS_MAX,
    find_bookmark,
    list_bookmarks,
    list_own_posts,
    list_own_threads,
    list_reactions,
)
from forum.queries.removal import list_own_removed
from forum.removal import is_in_time
from forum.views import bp

NINE = time(9)
"""When reminders come, by the member's own clock."""


class ReactionUnknown(Invalid):
    """The form names a reaction that is not offered."""

    message = _l("Choose one of the reactions offered.")


@bp.post("/react")
@login_required
def react() -> ResponseReturnValue:
    """React to a post, or take it back: ``<post id>:<kind>``."""
    number, _sign, kind = request.form.get("react", "").partition(":")
    if not (number.isascii() and number.isdecimal() and len(number) < 10):
        raise ReactionUnknown
    if kind != reacting.NONE and kind not in set(reacting.ReactionKind):
        raise ReactionUnknown
    actor = current_actor()
    with transaction():
        post = queries.get_post(int(number), actor, lock=True)
        services.react(post, actor, None if kind == reacting.NONE else reacting.ReactionKind(kind))
    return redirect(urls.for_post(post.id), 303)


@bp.get("/posts/<int:post_id>/reactions")
def show_reactions(post_id: int) -> ResponseReturnValue:
    """Who reacted to a post."""
    post = _shown(post_id)
    rows = list_reactions(post.id)
    groups = [(words, [row for row in rows if row.kind == kind]) for kind, words in reacting.words_of_kinds().items()]
    return render_template("forum/reactions.html", post=post, groups=groups, most=REACTIONS_MAX, total=len(rows))


def _shown(post_id: int) -> Post:
    post = queries.get_post(post_id, current_actor())
    if not post.is_shown:
        raise NotFound
    return post


@bp.get("/posts/<int:post_id>/context")
def show_context(post_id: int) -> ResponseReturnValue:
    """A post between what it answers and what answers it."""
    post = queries.get_post(post_id, current_actor())
    return render_template("forum/context.html", post=post, thread=post.thread, context=get_context(post), urls=urls)


@bp.get("/posts/<int:post_id>/bookmark")
@login_required
def ask_bookmark(post_id: int) -> ResponseReturnValue:
    """A form to keep a post, or with what was noted when it was kept."""
    post = _shown(post_id)
    kept = find_bookmark(post_id, current_actor())
    form = BookmarkForm(data={"note": kept.note if kept else "", "remind": _choice(kept)})
    if kept and kept.remind_at:
        form.day.data = kept.remind_at.astimezone(current_zone()).date()
    return render_template("forum/bookmark.html", post=post, form=form, kept=kept)


def _choice(kept: object) -> str:
    return Remind.DAY.value if getattr(kept, "remind_at", None) else Remind.NEVER.value


@bp.post("/posts/<int:post_id>/bookmark")
@login_required
def keep_post(post_id: int) -> ResponseReturnValue:
    """Keep a post, or no longer."""
    actor, form = current_actor(), BookmarkForm()
    if "remove" in request.form:
        with transaction():
            services.let_go(post_id, actor)
        flash(_("The post is no longer kept."), "success")
        return redirect(urls.BOOKMARKS, 303)
    post = _shown(post_id)
    now = utcnow().astimezone(current_zone())
    if not form.validate_on_submit() or not form.is_to_come(now.date()):
        return render_template("forum/bookmark.html", post=post, form=form, kept=None), 422
    with transaction():
        services.keep_post(_shown(post_id), actor, note=form.note.data or "", remind_at=_moment(form, now))
    flash(_("The post is kept."), "success")
    return redirect(urls.for_post(post_id), 303)


def _moment(form: BookmarkForm, now: datetime) -> datetime | None:
    day = form.chosen_day(now.date())
    return datetime.combine(day, NINE, tzinfo=now.tzinfo) if day else None


@bp.get("/bookmarks")
@login_required
def show_bookmarks() -> ResponseReturnValue:
    """The posts this member keeps."""
    page = list_bookmarks(current_actor(), request.args.get("cursor"))
    return render_template("forum/bookmarks.html", page=page)


@bp.get("/mine")
@login_required
def show_mine() -> ResponseReturnValue:
    """What this member wrote: posts, the threads among them, or what is deleted."""
    shown = request.args.get("show", "")
    listing = {"threads": list_own_threads, "deleted": list_own_removed}.get(shown, list_own_posts)
    page = listing(current_actor(), request.args.get("cursor"))
    threads, deleted = shown == "threads", shown == "deleted"
    return render_template("forum/mine.html", page=page, threads=threads, deleted=deleted, is_in_time=is_in_time)
