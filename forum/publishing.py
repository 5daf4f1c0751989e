"""Publishing drafts of threads: by the clock, or at once when their author says so."""

import logging
from typing import Any

from sqlalchemy import select

from accounts.actors import actor_for
from accounts.models import Branch
from core.db import db, transaction
from core.errors import Denied, DomainError, Invalid
from core.i18n import in_language, language_of
from core.permissions import Actor
from forum.composing import compose
from forum.drafting import DraftPlace, as_form
from forum.enums import ThreadKind
from forum.forms import ThreadForm, with_sorting
from forum.models import Board, Post, SavedDraft
from forum.services import scheduled
from forum.services.threads import Opening

log = logging.getLogger(__name__)


def publish(saved: SavedDraft, actor: Actor) -> Post | None:
    """Publish a draft of a thread as its author; None when it is gone or changed meanwhile. Opens the transaction.

    Raises:
        DomainError: it may not be published, or something is missing from it; the draft stays.
    """
    place = DraftPlace.parse(saved.place)
    if place is None or place.kind != "board":
        raise Invalid
    ident, version = saved.id, saved.updated_at
    sent = as_form(saved.content)
    for when in ("publish_day", "publish_time"):
        sent.poplist(when)
    board = db.session.execute(
        select(Board.audience, Board.fields, Branch.path)
        .join(Branch, Branch.id == Board.branch_id)
        .where(Board.id == place.id)
    ).one_or_none()
    if board is None:
        raise Invalid
    form = with_sorting(ThreadForm, board.fields)(sent, meta={"csrf": False}).offer(actor, board.path, board.audience)
    if not form.validate():
        raise Invalid(next(str(errors[0]) for errors in form.errors.values()))
    draft = compose(form.body.data or "", actor)  # Slow: before the transaction.
    with transaction():
        return scheduled.publish_thread(ident, version, actor, place.id, opening_of(form), draft)


def opening_of(form: Any) -> Opening:
    """Return what a form for a thread on a board says beside the text. Meaningful only after validation."""
    return Opening(
        title=form.title.data or "",
        kind=ThreadKind(form.kind.data),
        office=form.office.data,
        poll=form.plan(),
        tags=form.tag_names,
        choices=form.choices,
    )


def publish_if_due(draft_id: int) -> bool:
    """Publish one draft by the clock, or leave it to its author with the reason why not; tell whether it is out."""
    saved = db.session.get(SavedDraft, draft_id, populate_existing=True)
    if saved is None or saved.publish_at is None:
        return False
    version, actor = saved.updated_at, actor_for(saved.user_id)
    language = language_of(actor.locale) if actor else ""
    try:
        if actor is None:
            raise Denied  # Suspended or gone.
        return publish(saved, actor) is not None
    except DomainError as error:
        with in_language(language):
            words = str(error)
        with transaction():
            scheduled.refuse(draft_id, version, words)
        return False


def publish_due() -> int:
    """Publish every thread whose moment has come; return how many. What is wrong with one holds up no other."""
    done = last = 0
    while due := scheduled.list_due(last):
        for draft_id in due:
            last = draft_id
            try:
                done += publish_if_due(draft_id)
            except Exception:
                log.exception("Draft %d could not be published", draft_id)
                db.session.rollback()
    db.session.rollback()
    return done
