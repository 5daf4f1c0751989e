"""One board: its threads, and new ones."""

from collections.abc import Sequence
from datetime import datetime
from secrets import token_hex
from typing import Any

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from accounts.web import current_actor
from core.clock import utcnow
from core.db import transaction
from core.errors import Invalid, NotFound
from core.i18n import _, moment_words
from forum import moments, queries, services, urls
from forum.drafting import DraftPlace, new_key, typed_fields
from forum.enums import ThreadKind
from forum.forms import ThreadForm, with_sorting
from forum.models import Board, BoardTemplate
from forum.permissions import ForumPermission
from forum.publishing import opening_of
from forum.services.threads import may_start, require_start
from forum.views import bp, sieving
from forum.views.composer import Composer, begun, draft_of, show_composer
from forum.views.similar import find_similar
from forum.views.typed import drop_typed, typed_place

KNOWN_TAGS = 40
"""Tags that the composer names, the most used ones."""


@bp.get("/boards/<slug>")
def show_board(slug: str) -> ResponseReturnValue:
    """The threads of a board."""
    actor, cursor, now = current_actor(), request.args.get("cursor"), utcnow()
    board = queries.get_board_page(slug, actor)
    asked = sieving.asked_of(board, request.args)
    page = queries.list_threads(board.id, actor, asked.sieve, cursor)
    pinned = queries.list_pinned_everywhere(actor) if asked.sieve.is_open and not cursor else []
    return render_template(
        "forum/board.html",
        until=moments.written(now),
        board=board,
        page=page,
        pinned=pinned,
        asked=asked,
        may_start=may_start(board.post_policy, board.branch_path, actor, archived=board.archived),
        may_manage=actor.may(ForumPermission.MANAGE, board.branch_path),
    )


@bp.post("/boards/<slug>/read")
@login_required
def mark_board_read(slug: str) -> ResponseReturnValue:
    """Count everything on a board as read that was there when the page was made."""
    actor, until = current_actor(), moments.parsed(request.form.get("until", ""))
    with transaction():
        services.mark_board_read(queries.get_board(slug, actor), actor, until)
    flash(_("Everything on this board is marked as read."), "success")
    return redirect(urls.for_board(slug), 303)


@bp.get("/boards/<slug>/new")
@login_required
def new_thread(slug: str) -> ResponseReturnValue:
    """A form for a thread: as it was left, filled from one of the board's templates, or empty."""
    actor = current_actor()
    board = queries.get_board(slug, actor)
    require_start(board, actor)
    key = request.args.get("draft", "")
    place = DraftPlace.parse(f"board:{board.id}:{key}" if key else f"board:{board.id}")
    if place is None:
        raise NotFound
    kind, templates = with_sorting(ThreadForm, board.fields), queries.list_templates(board.id)
    form, saved = begun(place, lambda sent: _form(kind, sent).offer(actor, board.branch.path, board.audience))
    if not _begin_with(request.args.get("template", ""), templates, form):
        return show_composer(_composer(board, form, templates, place=place, saved=saved))
    # What was begun before stays kept until this form is saved in its stead.
    return show_composer(_composer(board, form, templates, place=place))


def _begin_with(wanted: str, templates: Sequence[BoardTemplate], form: Any) -> bool:
    """Fill the form from the template with this number; tell whether there is one."""
    for template in templates:
        if str(template.id) == wanted:
            form.title.data, form.body.data = template.thread_title, template.body
            return True
    return False


def _composer(board: Board, form: Any, templates: Sequence[BoardTemplate], **more: Any) -> Composer:
    act, known = f"{urls.for_board(board.slug)}/new", queries.list_tags(KNOWN_TAGS)
    return Composer(form=form, act=act, board=board, templates=templates, known_tags=known, **more)


@bp.post("/boards/<slug>/new")
@login_required
def start_thread(slug: str) -> ResponseReturnValue:
    """Open a thread, or show the form again with its preview or what is wrong."""
    actor = current_actor()
    board = queries.get_board(slug, actor)
    require_start(board, actor)
    form = with_sorting(ThreadForm, board.fields)()
    form.offer(actor, board.branch.path, board.audience)
    draft = draft_of(form)
    if draft is None or "preview" in request.form:
        similar = find_similar(form.title.data or "", slug, actor) if draft else ()
        return _again(board, form, draft=draft, similar=similar)
    if moment := form.publish_at():
        return _schedule(board, form.key.data or "", moment)
    try:
        with transaction():
            locked = queries.get_board(slug, actor, lock=True)
            post = services.start_thread(locked, actor, opening_of(form), draft, key=form.key.data)
            drop_typed()
    except Invalid as error:  # Somebody has changed tags or fields meanwhile, or a tag does not exist.
        form.add_error("tags", error)
        return _again(queries.get_board(slug, actor), form)
    flash(_("Your thread is published."), "success")
    return redirect(urls.for_thread(post.thread_id), 303)


def _again(board: Board, form: Any, **more: Any) -> ResponseReturnValue:
    place = typed_place() or DraftPlace("board", board.id)
    return show_composer(_composer(board, form, queries.list_templates(board.id), place=place, **more))


def _schedule(board: Board, key: str, moment: datetime) -> ResponseReturnValue:
    """Put the form that was sent by, for the clock to publish."""
    actor, typed = current_actor(), typed_place()
    known = typed.key if typed is not None and (typed.kind, typed.id) == ("board", board.id) else ""
    place = DraftPlace("board", board.id, key=known or token_hex(6))
    fields = {**typed_fields(request.form.items(multi=True)), "key": key or new_key()}
    with transaction():
        services.save_draft(actor, place, fields, publish_at=moment)
        if typed != place:
            services.drop_draft(actor, typed)
    flash(_("Your thread will be published on %(moment)s.", moment=moment_words(moment)), "success")
    return redirect(urls.DRAFTS, 303)


def _form(form: type[Any], sent: Any) -> Any:
    """Return the form with what was begun before, else empty; of the kind that the address names, if it does."""
    wanted = request.args.get("kind", "")
    made = form(sent) if sent else form()
    if wanted in set(ThreadKind):
        made.kind.data = wanted
    return made
