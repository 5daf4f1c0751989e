"""Keeping order: one page for moderators to move, merge and split a thread, or copy a post out of it."""

import re
from dataclasses import dataclass, field
from typing import Any

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required
from wtforms.fields.choices import SelectChoice

from accounts.web import current_actor
from core.db import transaction
from core.errors import Conflict, Invalid, NotFound
from core.i18n import _
from core.permissions import PUBLIC, Actor
from forum import queries, services, urls
from forum.composing import compose
from forum.forms.arranging import CopyForm, MergeForm, MoveForm, SplitForm
from forum.models import Thread
from forum.permissions import ForumPermission
from forum.views import bp

ADDRESS = re.compile(r"(?:.*/threads/)?#?(\d{1,9})(?:[/?#].*)?\Z", re.DOTALL)
"""A thread by its number or the address of any page of it."""
SHOWN = 10
"""Posts that are named before they leave."""
ACTS = {"move": MoveForm, "merge": MergeForm, "split": SplitForm, "copy": CopyForm}


@dataclass(kw_only=True)
class Plan:
    """What is about to be done, for the page that asks whether it shall."""

    board: str = ""
    other: Any = None
    posts: list[Any] = field(default_factory=list)
    count: int = 0
    readers: str = "same"
    """Who may read it afterwards: the same, others, or still those of the thing it hangs on ("kept")."""


def _forms(actor: Actor) -> dict[str, Any]:
    """Return the four forms; what was sent belongs to one of them, the others are empty."""
    act = request.view_args.get("act") if request.view_args else None
    forms = {
        name: kind(prefix=f"{name}-") if name == act else kind(formdata=None, prefix=f"{name}-")
        for name, kind in ACTS.items()
    }
    boards = [
        SelectChoice(row.id, str(row.title))
        for row in queries.list_boards(actor)
        if not row.archived and actor.may(ForumPermission.MODERATE, row.branch_path)
    ]
    for name in ("move", "copy"):
        forms[name].board_id.choices = boards
    return forms


def _get(thread_id: int, actor: Actor) -> Thread:
    thread = queries.get_thread(thread_id, actor)
    services.require_moderator(thread, actor)
    services.require_arranger(thread, actor)
    return thread


@bp.get("/threads/<int:thread_id>/arrange")
@login_required
def arrange_thread(thread_id: int) -> ResponseReturnValue:
    """All ways to bring a thread into order."""
    actor = current_actor()
    thread = _get(thread_id, actor)
    return _arrange_page(thread, _forms(actor))


def _arrange_page(thread: Thread, forms: dict[str, Any], status: int = 200) -> ResponseReturnValue:
    start = request.args.get("from", "2")
    posts = queries.list_choosable(thread.id, int(start) if start.isdecimal() and len(start) < 9 else 2)
    chosen = set(forms["split"].chosen)
    page = render_template(
        "forum/arrange.html", thread=thread, posts=posts, forms=forms, chosen=chosen, base=urls.for_thread(thread.id)
    )
    return page, status


@bp.post("/threads/<int:thread_id>/arrange/<any(move, merge, split, copy):act>")
@login_required
def arrange(thread_id: int, act: str) -> ResponseReturnValue:
    """Show what would happen, or do it once it is confirmed."""
    actor = current_actor()
    thread = _get(thread_id, actor)
    forms = _forms(actor)
    form = forms[act]
    if not form.validate_on_submit():
        return _arrange_page(thread, forms, 422)
    try:
        plan = _PLANS[act](thread, form, actor)
        if "confirm" not in request.form:
            return _confirm_page(thread, act, form, plan)
        done = _DOERS[act](thread_id, form, actor)
    except NotFound:
        form.add_error(form.place, _("There is no such thread or post."))
        return _arrange_page(thread, forms, 422)
    except Invalid as error:
        form.add_error(form.place, error)
        return _arrange_page(thread, forms, 422)
    except Conflict as error:
        form.add_error(form.place, error)
        return _arrange_page(thread, forms, 409)
    flash(_("Done. Old links lead to the new place."), "success")
    return redirect(done, 303)


def _confirm_page(thread: Thread, act: str, form: Any, plan: Plan) -> ResponseReturnValue:
    base = urls.for_thread(thread.id)
    return render_template("forum/arrange_confirm.html", thread=thread, act=act, form=form, plan=plan, base=base)


def _other_id(form: MergeForm) -> int:
    found = ADDRESS.match((form.target.data or "").strip())
    if found is None:
        raise NotFound
    return int(found[1])


def _board_of(form: MoveForm | CopyForm, actor: Actor) -> Any:
    return queries.get_board_by_id(form.board_id.data, actor)


def _readers(before: str, after: str) -> str:
    return "same" if before == after else "other"


def _plan_move(thread: Thread, form: MoveForm, actor: Actor) -> Plan:
    board = _board_of(form, actor)
    readers = _readers(thread.audience, services.audience_on(thread, board))
    # Whoever expects the board to decide should hear that it does not.
    kept = thread.subject_kind is not None and thread.audience != board.audience
    return Plan(board=str(board.title), readers="kept" if kept else readers)


def _plan_merge(thread: Thread, form: MergeForm, actor: Actor) -> Plan:
    other = queries.get_thread(_other_id(form), actor)
    services.require_mergeable(thread, other, actor)
    return Plan(other=other, count=thread.last_number, readers=_readers(thread.audience, other.audience))


def _plan_split(thread: Thread, form: SplitForm, _actor: Actor) -> Plan:
    ids = services.would_leave(thread, queries.list_chosen(thread.id, form.chosen, form.range))
    return Plan(posts=queries.list_by_id(ids[:SHOWN], SHOWN), count=len(ids))


def _plan_copy(thread: Thread, form: CopyForm, actor: Actor) -> Plan:
    post, board = queries.get_post_by_number(thread, form.number.data or 0), _board_of(form, actor)
    readers = _readers(thread.audience, board.audience)
    return Plan(board=str(board.title), posts=[post], count=1, readers=readers)


def _move(thread_id: int, form: MoveForm, actor: Actor) -> str:
    with transaction():
        thread = queries.get_thread(thread_id, actor, lock=True)
        services.move_thread(thread, _board_of(form, actor), actor, form.reason.data or "")
    return urls.for_thread(thread_id)


def _merge(thread_id: int, form: MergeForm, actor: Actor) -> str:
    with transaction():
        source, target = queries.get_two_threads(thread_id, _other_id(form), actor)
        services.merge_threads(source, target, actor, form.reason.data or "")
    return urls.for_thread(thread_id)


def _split(thread_id: int, form: SplitForm, actor: Actor) -> str:
    with transaction():
        thread = queries.get_thread(thread_id, actor, lock=True)
        chosen = queries.list_chosen(thread.id, form.chosen, form.range)
        fresh = services.split_thread(thread, chosen, form.title.data or "", actor, form.reason.data or "")
    return urls.for_thread(fresh.id)


def _copy(thread_id: int, form: CopyForm, actor: Actor) -> str:
    post = queries.get_post_by_number(queries.get_thread(thread_id, actor), form.number.data or 0)
    body = f"{post.body}\n\n[#{post.number}]({urls.for_post(post.id)})"
    # The post's own files come along; those of others only as far as the readers of the copy see them.
    audiences = {PUBLIC, _board_of(form, actor).audience}
    draft = compose(body, uploader_id=post.author_id, audiences=audiences)
    with transaction():
        locked = queries.get_post(post.id, actor, lock=True)
        board = _board_of(form, actor)
        fresh = services.copy_post(locked, board, form.title.data or "", draft, actor, form.reason.data or "")
    return urls.for_thread(fresh.id)


_PLANS: dict[str, Any] = {"move": _plan_move, "merge": _plan_merge, "split": _plan_split, "copy": _plan_copy}
_DOERS: dict[str, Any] = {"move": _move, "merge": _merge, "split": _split, "copy": _copy}
