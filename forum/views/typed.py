"""What was typed is kept: the draft of a form that was opened, and of one that could not be taken."""

import logging

from flask import request

from accounts.web import current_actor
from core.db import db, transaction
from core.errors import DomainError
from forum import queries, services
from forum.drafting import DraftPlace, has_text, typed_fields
from forum.models import SavedDraft

log = logging.getLogger(__name__)


def typed_place() -> DraftPlace | None:
    """Return what the form that was sent is for, as it says itself."""
    return DraftPlace.parse(request.form.get("place"))


def found_draft(place: DraftPlace) -> SavedDraft | None:
    """Return what this member began for a place, to go on with."""
    return queries.find_draft(current_actor(), place)


def drop_typed() -> None:
    """Let go of the draft of the form that was sent: to be called in the transaction that publishes it."""
    services.drop_draft(current_actor(), typed_place())


def keep_typed(**changes: str) -> bool:
    """Keep the form that was sent as a draft, because it could not be taken; tell whether that is done.

    ``changes`` are fields that the server has changed meanwhile. Never fails: the text stands in the answer as well.
    """
    place, actor = typed_place(), current_actor()
    if place is None or actor.id is None:
        return False
    db.session.rollback()
    try:
        fields = {**typed_fields(request.form.items(multi=True)), **changes}
        if not has_text(fields):
            return False
        with transaction():
            services.save_draft(actor, place, fields)
    except DomainError:
        return False
    except Exception:
        log.exception("A form could not be kept as a draft")
        return False
    return True
