"""Putting one thread in its place: tags and choices, pin, digest, closing day."""

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from accounts.web import current_actor
from core.days import end_of, last_day
from core.db import transaction
from core.errors import Conflict, Denied, Invalid
from core.i18n import _
from core.permissions import Actor
from forum import queries, services, sorting, urls
from forum.forms import Form, PinForm, TimerForm, with_sorting
from forum.models import Thread
from forum.permissions import ForumPermission
from forum.services.pins import Pin, may_time
from forum.views import bp


@dataclass
class Desk:
    """The forms of the page; the one that was sent holds what was typed."""

    thread: Thread
    sort: Any = None
    pin: PinForm | None = None
    timer: TimerForm | None = None


def _show(desk: Desk, actor: Actor, problem: str = "") -> str:
    thread = desk.thread
    moderates = actor.may(ForumPermission.MODERATE, thread.board.branch.path)
    if not moderates and actor.id != thread.author_id:
        raise Denied(ForumPermission.MODERATE)
    where = "everywhere" if thread.pinned_everywhere else "board"
    day = last_day(thread.closes_at)
    return render_template(
        "forum/sort.html",
        thread=thread,
        base=urls.for_thread(thread.id),
        problem=problem,
        moderates=moderates,
        everywhere=actor.may(ForumPermission.MODERATE),
        may_time=may_time(thread, actor),
        known=queries.list_tags(),
        may_make=actor.may(ForumPermission.TAG, thread.board.branch.path),
        sort_form=desk.sort or _filled(thread),
        pin_form=desk.pin or PinForm(formdata=None, data={"where": where, "until": last_day(thread.pinned_until)}),
        timer_form=desk.timer or TimerForm(formdata=None, data={"closes": day}),
    )


def _filled(thread: Thread) -> Any:
    return with_sorting(Form, thread.board.fields)(
        formdata=None,
        data={
            "tags": sorting.join_names(thread.tags),
            **{f"field_{field.key}": at for field, at in _chosen(thread)},
        },
    )


def _chosen(thread: Thread) -> list[tuple[sorting.BoardField, int]]:
    return sorting.chosen(sorting.fields_of(thread.board.fields), thread.fields)


@bp.get("/threads/<int:thread_id>/sort")
@login_required
def show_sorting(thread_id: int) -> ResponseReturnValue:
    """What a thread carries, to be changed by its author and its moderators."""
    actor = current_actor()
    return _show(Desk(queries.get_thread(thread_id, actor)), actor)


@bp.post("/threads/<int:thread_id>/sort")
@login_required
def sort_thread(thread_id: int) -> ResponseReturnValue:
    """Put tags and choices on a thread, or show what is wrong."""
    actor = current_actor()
    thread = queries.get_thread(thread_id, actor)
    services.require_sort(thread, actor)
    form = with_sorting(Form, thread.board.fields)()
    if not form.validate_on_submit():
        return _show(Desk(thread, sort=form), actor), 422
    try:
        with transaction():
            thread = queries.get_thread(thread_id, actor, lock=True)
            services.sort_thread(thread, actor, form.tag_names, form.choices)
    except Invalid as error:
        form.add_error("tags", error)
        return _show(Desk(queries.get_thread(thread_id, actor), sort=form), actor), 422
    flash(_("Saved."), "success")
    return redirect(urls.for_thread(thread_id), 303)


@bp.post("/threads/<int:thread_id>/pin")
@login_required
def pin_thread(thread_id: int) -> ResponseReturnValue:
    """Put a thread at the head of its board or of all boards, or back in its place."""
    actor, form = current_actor(), PinForm()
    thread = queries.get_thread(thread_id, actor)
    services.require_moderator(thread, actor)
    off = request.form.get("pin") == "no"
    if not off and not form.validate_on_submit():
        return _show(Desk(thread, pin=form), actor), 422
    pin = None if off else Pin(everywhere=form.where.data == "everywhere", until=end_of(form.until.data))
    with transaction():
        services.pin_thread(queries.get_thread(thread_id, actor, lock=True), actor, pin)
    return redirect(urls.for_thread(thread_id), 303)


@bp.post("/threads/<int:thread_id>/digest")
@login_required
def mark_digest(thread_id: int) -> ResponseReturnValue:
    """Take a thread into the digest, or out of it."""
    actor = current_actor()
    with transaction():
        thread = queries.get_thread(thread_id, actor, lock=True)
        services.mark_digest(thread, actor, digest=request.form.get("digest") != "no")
    return redirect(urls.for_thread(thread_id), 303)


@bp.post("/threads/<int:thread_id>/timer")
@login_required
def set_timer(thread_id: int) -> ResponseReturnValue:
    """Say when a thread closes, or take that back."""
    actor, form = current_actor(), TimerForm()
    thread = queries.get_thread(thread_id, actor)
    off = request.form.get("timer") == "no"
    if not off and not form.validate_on_submit():
        return _show(Desk(thread, timer=form), actor), 422
    try:
        with transaction():
            thread = queries.get_thread(thread_id, actor, lock=True)
            services.set_timer(thread, actor, None if off else end_of(form.closes.data))
    except Conflict as error:
        return _show(Desk(queries.get_thread(thread_id, actor), timer=form), actor, str(error)), 409
    return redirect(urls.for_thread(thread_id), 303)
