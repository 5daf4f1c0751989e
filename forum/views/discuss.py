"""Threads about something: a lesson, a paragraph of it, whatever a room offers."""

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from accounts.web import current_actor
from core.db import transaction
from core.errors import NotFound
from core.i18n import _
from core.permissions import Actor
from core.subjects import Subject, subject_for
from core.text import normalise
from forum import queries, services, urls
from forum.drafting import DraftPlace
from forum.enums import ThreadKind
from forum.forms import AboutForm
from forum.models import QUOTE_MAX, TITLE_MAX
from forum.services.threads import Opening
from forum.subjects import quoted
from forum.views import bp
from forum.views.composer import Composer, begun, draft_of, show_composer
from forum.views.typed import drop_typed

MARK_MAX = 60
NAMED_MAX = 10
"""Threads on the same passage that a writer is shown."""


def _find(kind: str, subject_id: int, actor: Actor) -> Subject:
    known = subject_for(kind)
    found = known.find(subject_id, actor) if known else None
    if found is None or not actor.can_read(found.board_audience or found.audience):
        raise NotFound
    return found


@bp.get("/discuss/<kind>/<int:subject_id>")
@login_required
def new_discussion(kind: str, subject_id: int) -> ResponseReturnValue:
    """An empty form for a thread about a thing."""
    subject = _find(kind, subject_id, current_actor())
    if subject.keys:  # Its own page says what opens it.
        return redirect(subject.url)
    data = {"kind": ThreadKind.QUESTION.value, "title": request.args.get("title", "")[:TITLE_MAX]}
    place = _place(subject)
    # Without anything sent before, the form must not think that an empty one was.
    form, saved = begun(
        place,
        lambda sent: (AboutForm(sent) if sent else AboutForm(data=data)).offer(current_actor(), None, subject.audience),
    )
    if request.args.keys() & {"anchor", "quote"}:  # What the address names wins over what a draft was about.
        form.anchor.data, form.quote.data = request.args.get("anchor"), request.args.get("quote")
    _quote(form, subject)
    return show_composer(
        Composer(
            form=form,
            act=urls.for_discussion(subject.ref),
            subject=subject,
            place=place,
            saved=saved,
            similar=_threads_at(subject, form.anchor.data or ""),
        )
    )


def _quote(form: AboutForm, subject: Subject) -> str:
    """Let the form quote what the thing says now; return what has to be said to a writer who saw something else."""
    if subject.keys:
        form.anchor.data = form.quote.data = ""
        ways = _("; ").join(key.words for key in subject.keys)
        return _("You cannot write about this: it is not open to you yet. %(ways)s.", ways=ways)
    found = quoted(subject, (form.anchor.data or "")[:MARK_MAX], normalise(form.quote.data or "")[:QUOTE_MAX])
    form.anchor.data, form.quote.data = found.mark, found.quote
    if not found.has_changed:
        return ""
    if found.quote:
        return _("The text you write about has changed meanwhile. Look at what it says now, then publish again.")
    return _("The text you write about is no longer there. Publish again to write about the whole.")


def _threads_at(subject: Subject, mark: str) -> list[dict[str, object]]:
    """Return the threads that hang on the same passage already, for the writer to look at first."""
    rows = queries.list_threads_at(subject.ref, mark, current_actor(), NAMED_MAX) if mark else []
    return [{"title": row.title, "url": urls.for_thread(row.id), "replies": row.reply_count} for row in rows]


def _place(subject: Subject) -> DraftPlace:
    return DraftPlace("about", subject.ref.id, about=subject.ref.kind)


@bp.post("/discuss/<kind>/<int:subject_id>")
@login_required
def start_discussion(kind: str, subject_id: int) -> ResponseReturnValue:
    """Open a thread about a thing on the board that takes these, made if it is the first."""
    actor, form = current_actor(), AboutForm()
    subject = _find(kind, subject_id, actor)
    form.offer(actor, None, subject.audience)
    draft = draft_of(form)
    changed = _quote(form, subject)
    if draft is None or changed or "preview" in request.form:
        act, place = urls.for_discussion(subject.ref), _place(subject)
        return show_composer(Composer(form=form, act=act, subject=subject, draft=draft, place=place), changed)
    opening = Opening(
        title=form.title.data or "",
        kind=ThreadKind(form.kind.data),
        subject=subject,
        anchor=form.anchor.data or "",
        quote=form.quote.data or "",
        office=form.office.data,
        poll=form.plan(),
    )
    with transaction():
        board = services.ensure_subject_board(subject)
        post = services.start_thread(board, actor, opening, draft, key=form.key.data)
        if known := subject_for(kind):
            known.note_thread(subject_id)
        drop_typed()
    flash(_("Your thread is published."), "success")
    return redirect(urls.for_thread(post.thread_id), 303)
