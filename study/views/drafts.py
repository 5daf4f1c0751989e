"""Autosaving of what authors type."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_login import login_required
from werkzeug.datastructures import MultiDict

from accounts.web import current_actor
from core.db import transaction
from core.i18n import _
from core.redirects import safe_next
from study.forms.saving import SavedForm, fingerprint
from study.models import AuthorDraft
from study.queries.drafts import check_place, find_draft
from study.services import drafts as services
from study.views import bp

F = TypeVar("F", bound=SavedForm)


@bp.post("/drafts")
@login_required
def save_draft() -> ResponseReturnValue:
    """Keep what was typed into a form so far."""
    place = request.form.get("place", "")
    with transaction():
        check_place(place, current_actor())
        saved = services.save_draft(current_actor(), place, request.form.to_dict(), request.form.get("goes_on", ""))
    return {"saved": saved.isoformat()}


@bp.post("/drafts/drop")
@login_required
def drop_draft() -> ResponseReturnValue:
    """Let go of what was kept."""
    with transaction():
        services.drop_draft(current_actor(), request.form.get("place", ""))
    flash(_("The draft is discarded."), "success")
    return redirect(safe_next(request.form.get("next", ""), "/study/manage/"), 303)


def draft_for(place: str, stored: SavedForm, read: Callable[[Any], F]) -> tuple[AuthorDraft | None, F | None]:
    """Return what an author left in a form and is to be offered, or the form filled with it.

    ``read`` makes the form of what it is given. The form is filled where the author asked to go on, and where what was
    left says the same as what is saved.
    """
    draft = find_draft(current_actor(), place)
    if draft is None:
        return None, None
    filled = read(MultiDict(draft.content))
    filled.goes_on.data = services.mark(draft)
    if fingerprint(filled) == fingerprint(stored):
        return None, filled
    return (None, filled) if request.args.get("draft") == "1" else (draft, None)
