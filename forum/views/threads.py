"""One thread: reading, answering, following; locking for moderators."""

from collections.abc import Callable
from typing import Any

from flask import make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from accounts.web import current_actor
from core.buffer import WriteBuffer
from core.db import transaction
from core.errors import Conflict
from core.permissions import Actor
from forum import queries, runs, services, sorting, urls
from forum.drafting import DraftPlace, new_key
from forum.enums import PostView, ThreadState
from forum.errors import Elsewhere, PostMoved
from forum.forms import LockForm, ReplyForm
from forum.models import Thread
from forum.offices import offices_of
from forum.permissions import ForumPermission
from forum.queries.spans import Span
from forum.reacting import words_of_kinds
from forum.removal import may_bring_back
from forum.services.answers import may_accept
from forum.services.polls import may_close_poll
from forum.services.receipts import may_remind
from forum.subjects import standing_of
from forum.views import bp
from forum.views.about import about_thread
from forum.views.composer import Composer, draft_of, show_composer
from forum.views.typed import drop_typed

VIEW_COOKIE = "posts"
PLACES = frozenset({"page", "from", "before", "under"})
"""What in an address names a place in the thread."""


def _flush_positions(values: dict[tuple[int, int], list[runs.Run]]) -> None:
    with transaction():
        services.mark_seen(values)


read_positions = WriteBuffer("forum.read_positions", _flush_positions)


def wanted_view() -> PostView:
    """Return how this reader wants posts laid out: by the address, else as chosen last, else as a tree."""
    for wanted in (request.args.get("view"), request.cookies.get(VIEW_COOKIE)):
        if wanted in set(PostView):
            return PostView(wanted)
    return PostView.TREE


def _number(name: str) -> int | None:
    """Return a number of the address; what is none leads to a page that does not exist."""
    given = request.args.get(name)
    if given is None:
        return None
    return int(given) if given.isdecimal() and len(given) < 9 else -1


def wanted_span(view: PostView) -> tuple[PostView, Span]:
    """Return which page of which view the address asks for. Pages with a number are those by time."""
    page, start, end, under = _number("page"), _number("from"), _number("before"), _number("under")
    if under is not None:
        return PostView.TREE, Span(start=start, end=None if start is not None else end, under=under)
    if page is not None or view is PostView.FLAT:
        return PostView.FLAT, Span(page=1 if page is None else page)
    return view, Span(start=start, end=None if start is not None else end)


@bp.get("/threads/<int:thread_id>")
def show_thread(thread_id: int) -> ResponseReturnValue:
    """One page of a thread."""
    actor = current_actor()
    view, span = wanted_span(wanted_view())
    try:
        page = queries.get_thread_page(thread_id, actor, view=view, span=span)
    except Elsewhere as joined:
        return redirect(_place_of_joined(joined.post_id, span, actor))
    if actor.id is not None and (seen := page.seen):
        read_positions.put((actor.id, thread_id), seen, merge=lambda old, new: runs.united([*old, *new]))
    answer = make_response(_thread_page(page, actor))
    if request.args.get("view") == view.value and not request.args.keys() & PLACES:  # Chosen, not led to.
        answer.set_cookie(VIEW_COOKIE, view.value, max_age=31_536_000, httponly=True, samesite="Lax")
    return answer


def _place_of_joined(opening_id: int, span: Span, actor: Actor) -> str:
    """Return where a page of a thread is found now that its posts stand in another one."""
    if (span.page or 1) < 2:
        return urls.for_post(opening_id)
    opening = queries.get_post(opening_id, actor)
    number = opening.number + ((span.page or 1) - 1) * urls.PAGE_SIZE
    return urls.for_number(opening.thread_id, min(number, opening.thread.last_number))


@bp.get("/threads/<int:thread_id>/unread")
def first_unread(thread_id: int) -> ResponseReturnValue:
    """The first post of a thread that this reader has not seen."""
    try:
        number = queries.first_unread(thread_id, current_actor())
    except Elsewhere as joined:
        return redirect(urls.for_post(joined.post_id))
    return redirect(urls.for_number(thread_id, number))


def _thread_page(page: queries.ThreadPage, actor: Actor) -> str:
    thread = page.thread
    moderates = actor.may(ForumPermission.MODERATE, thread.scope)
    may_reply = (
        actor.id is not None
        and thread.state is ThreadState.OPEN
        and not thread.archived
        and thread.hidden_at is None
        and thread.deleted_at is None
    )
    return render_template(
        "forum/thread.html",
        page=page,
        about=about_thread(page, actor),
        thread=thread,
        base=urls.for_thread(thread.id),
        board_url=urls.for_board(thread.board_slug),
        about_thing=standing_of(thread, actor, page.extras.about),
        moderates=moderates,
        chosen=sorting.chosen_words(thread.board_fields, thread.fields),
        may_reply=may_reply,
        may_bring_back=_bringer_back(thread, actor, moderates=moderates),
        answer=queries.find_answer(thread),
        poll=queries.find_poll(thread, actor, archived=thread.archived),
        receipt=queries.find_receipt(thread, actor.id),
        may_close=may_close_poll(thread.author_id, thread.scope, actor),
        may_remind=may_remind(thread.author_id, thread.scope, actor),
        sees_receipts=actor.may_anywhere(ForumPermission.SEE_RECEIPTS),
        may_accept=may_accept(thread.kind, thread.author_id, thread.scope, actor)
        and not thread.archived
        and thread.hidden_at is None
        and thread.deleted_at is None,
        offices=offices_of(actor, thread.scope) if may_reply else (),
        key=new_key() if actor.id is not None else "",
        lock_form=LockForm() if moderates else None,
        urls=urls,
        reactions=words_of_kinds(),
    )


def _bringer_back(thread: Any, actor: Actor, *, moderates: bool) -> Callable[[Any], bool]:
    """Return what tells whether a deleted post of the thread, or the thread, is this reader's to bring back."""
    is_open = thread.state is ThreadState.OPEN and not thread.archived and thread.hidden_at is None

    def may(row: Any) -> bool:
        return may_bring_back(row, actor.id, moderates=moderates) and (is_open or row.author_id != actor.id)

    return may


@bp.post("/threads/<int:thread_id>/replies")
@login_required
def reply(thread_id: int) -> ResponseReturnValue:
    """Publish a reply, or show the form again with its preview or what is wrong."""
    actor = current_actor()
    form = ReplyForm().offer_offices(actor)
    draft = draft_of(form)
    conflict = ""
    if draft is not None and "preview" not in request.form:
        try:
            with transaction():
                thread = queries.get_thread_to_answer(thread_id, actor)
                parent = queries.get_parent(thread, form.parent_id, actor)
                post = services.reply(thread, actor, draft, parent=parent, key=form.key.data, office=form.office.data)
                drop_typed()
            return redirect(urls.for_post(post.id), 303)
        except Conflict as error:
            conflict = str(error)
    thread = queries.get_thread_or_removed(thread_id, actor)  # What was typed is shown again in any case.
    form.offer_offices(actor, thread.board.branch.path)
    return show_composer(_reply_composer(thread, form, draft, actor), conflict)


def _reply_composer(thread: Thread, form: ReplyForm, draft: object, actor: Actor) -> Composer:
    try:
        parent = None if form.parent.errors else queries.get_parent(thread, form.parent_id, actor)
    except PostMoved:
        parent = None
    return Composer(
        form=form,
        act=f"{urls.for_thread(thread.id)}/replies",
        thread=thread,
        parent=parent,
        draft=draft,  # type: ignore[arg-type]
        place=DraftPlace("post", parent.id) if parent else DraftPlace("thread", thread.id),
    )


@bp.post("/threads/<int:thread_id>/lock")
@login_required
def lock_thread(thread_id: int) -> ResponseReturnValue:
    """Close a thread for replies, with a reason."""
    actor, form = current_actor(), LockForm()
    with transaction():
        thread = queries.get_thread(thread_id, actor, lock=True)
        services.require_moderator(thread, actor)
        if form.validate_on_submit():
            services.lock_thread(thread, actor, form.reason.data or "")
            return redirect(urls.for_thread(thread_id), 303)
    return render_template("forum/lock.html", thread=thread, form=form), 422


@bp.post("/threads/<int:thread_id>/unlock")
@login_required
def unlock_thread(thread_id: int) -> ResponseReturnValue:
    """Open a thread for replies again."""
    actor = current_actor()
    with transaction():
        services.unlock_thread(queries.get_thread(thread_id, actor, lock=True), actor)
    return redirect(urls.for_thread(thread_id), 303)
