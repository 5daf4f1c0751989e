"""What members have begun: kept while they type, listed, gone on with, dropped."""

from flask import flash, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from accounts.web import current_actor
from core.db import transaction
from core.errors import Conflict, DomainError, Invalid
from core.i18n import _, clock_time
from core.permissions import Actor
from forum import queries, services, urls
from forum.drafting import DraftPlace, as_form, typed_fields
from forum.publishing import publish
from forum.queries import Destination
from forum.services import scheduled
from forum.views import bp
from forum.views.typed import typed_place


def _wants_json() -> bool:
    return request.accept_mimetypes.best == "application/json"


def composer_url(place: DraftPlace | None, to: Destination | None) -> str:
    """Return where a draft is gone on with; empty where its author may not come any more."""
    if place is None:
        return ""
    if place.kind == "about":
        return f"/forum/discuss/{place.about}/{place.id}"
    if to is None:
        return ""
    if place.kind == "board":
        return f"{urls.for_board(to.name)}/new" + (f"?draft={place.key}" if place.key else "")
    if place.kind == "thread":
        return f"{urls.for_thread(place.id)}#reply"
    return f"{urls.for_post(place.id)}/{'edit' if place.kind == 'edit' else 'reply'}"


def _url_of(place: DraftPlace, actor: Actor) -> str:
    return composer_url(place, queries.destinations_of([place], actor).get(place)) or urls.DRAFTS


@bp.post("/drafts")
@login_required
def save_draft() -> ResponseReturnValue:
    """Keep a text that is being written: said by the button of a form, or by a script while somebody types."""
    actor, place = current_actor(), typed_place()
    try:
        if place is None:
            raise Invalid(_("The form does not say where its text belongs."))
        fields = typed_fields(request.form.items(multi=True))
        with transaction():
            is_late = _wants_json() and services.is_published(actor, place, fields)
            saved = None if is_late else services.save_draft(actor, place, fields)
    except DomainError as error:
        if _wants_json():
            return jsonify(error=str(error)), error.status
        raise
    if _wants_json():
        return jsonify(saved=saved.isoformat() if saved else "")
    flash(_("Draft saved %(time)s", time=clock_time(saved)[:5]) if saved else _("There is nothing to keep."), "success")
    return redirect(_url_of(place, actor), 303)


@bp.post("/drafts/drop")
@login_required
def drop_draft() -> ResponseReturnValue:
    """Let go of a draft."""
    actor, place = current_actor(), typed_place()
    if place is None:
        raise Invalid(_("The form does not say where its text belongs."))
    with transaction():
        services.drop_draft(actor, place)
    flash(_("The draft is dropped."), "success")
    return redirect(urls.DRAFTS if request.form.get("to") == "list" else _url_of(place, actor), 303)


@bp.get("/drafts")
@login_required
def show_drafts() -> ResponseReturnValue:
    """All that this member has begun."""
    actor = current_actor()
    page = queries.list_drafts(actor, cursor=request.args.get("cursor"))
    places = {draft.id: DraftPlace.parse(draft.place) for draft in page.items}
    found = queries.destinations_of(places.values(), actor)
    return render_template(
        "forum/drafts.html", page=page, places=places, found=found, composer_url=composer_url, urls=urls
    )


@bp.get("/drafts/<int:draft_id>")
@login_required
def show_draft(draft_id: int) -> ResponseReturnValue:
    """One draft as it was typed, also where it can be published no more."""
    actor = current_actor()
    draft = queries.get_draft(draft_id, actor)
    place = DraftPlace.parse(draft.place)
    to = queries.destinations_of([place], actor).get(place) if place else None
    return render_template(
        "forum/draft.html",
        draft=draft,
        place=place,
        to=to,
        fields=as_form(draft.content),
        go_on=composer_url(place, to),
        urls=urls,
    )


@bp.post("/drafts/<int:draft_id>/publish")
@login_required
def publish_draft(draft_id: int) -> ResponseReturnValue:
    """Publish a draft of a thread at once."""
    actor = current_actor()
    post = publish(queries.get_draft(draft_id, actor), actor)
    if post is None:
        raise Conflict
    flash(_("Your thread is published."), "success")
    return redirect(urls.for_thread(post.thread_id), 303)


@bp.post("/drafts/<int:draft_id>/unschedule")
@login_required
def unschedule_draft(draft_id: int) -> ResponseReturnValue:
    """Take a draft off the clock, to change it or to keep it."""
    actor = current_actor()
    place = DraftPlace.parse(queries.get_draft(draft_id, actor).place)
    with transaction():
        scheduled.unschedule(draft_id, actor)
    if request.form.get("to") == "composer" and place is not None:
        flash(_("It is off the clock until you send it again."), "success")
        return redirect(_url_of(place, actor), 303)
    flash(_("It will not be published; the draft stays."), "success")
    return redirect(urls.DRAFTS, 303)
