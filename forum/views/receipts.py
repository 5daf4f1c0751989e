"""Announcements: confirming, reminding, and who has confirmed."""

from collections.abc import Sequence

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from accounts.web import current_actor
from core.db import transaction
from core.errors import Denied, NotFound
from core.i18n import _, current_zone
from core.permissions import Actor
from forum import queries, services, urls
from forum.downloads import csv_answer
from forum.enums import ThreadKind
from forum.models import Thread
from forum.permissions import ForumPermission
from forum.views import bp


@bp.post("/threads/<int:thread_id>/confirm")
@login_required
def confirm_announcement(thread_id: int) -> ResponseReturnValue:
    """Note that the reader has read an announcement."""
    actor = current_actor()
    with transaction():
        services.confirm_announcement(queries.get_thread(thread_id, actor), actor)
    return redirect(urls.for_thread(thread_id), 303)


@bp.post("/threads/<int:thread_id>/remind")
@login_required
def remind_readers(thread_id: int) -> ResponseReturnValue:
    """Remind those who have not confirmed."""
    actor = current_actor()
    with transaction():
        services.remind_readers(queries.get_thread(thread_id, actor, lock=True), actor)
    flash(_("Those who have not confirmed will be reminded."), "success")
    return redirect(urls.for_thread(thread_id), 303)


def _scopes(thread_id: int, actor: Actor) -> tuple[Thread, tuple[str, ...]]:
    """Return an announcement and the branches from which downwards this officer may see who confirmed."""
    thread = queries.get_thread(thread_id, actor)
    if thread.kind is not ThreadKind.ANNOUNCEMENT:
        raise NotFound
    scopes = actor.scopes(ForumPermission.SEE_RECEIPTS)
    if not scopes:
        raise Denied
    return thread, scopes


@bp.get("/threads/<int:thread_id>/receipts")
@login_required
def show_receipts(thread_id: int) -> ResponseReturnValue:
    """Who has confirmed an announcement and who has not, of the officer's own branches."""
    thread, scopes = _scopes(thread_id, current_actor())
    branches = queries.list_branch_receipts(thread, scopes)
    chosen = _chosen(branches)
    confirmed = request.args.get("state") == "confirmed"
    page = queries.list_receipts(
        thread, [chosen.path] if chosen else scopes, confirmed=confirmed, cursor=request.args.get("cursor")
    )
    return render_template(
        "forum/receipts.html", thread=thread, branches=branches, chosen=chosen, confirmed=confirmed, page=page
    )


def _chosen(branches: Sequence[queries.BranchReceipts]) -> queries.BranchReceipts | None:
    """Return the branch that was asked for, None where all were.

    Raises:
        NotFound: it is none of these.
    """
    wanted = request.args.get("branch", "")
    found = next((branch for branch in branches if str(branch.id) == wanted), None)
    if wanted and found is None:
        raise NotFound
    return found


@bp.get("/threads/<int:thread_id>/receipts.csv")
@login_required
def export_receipts(thread_id: int) -> ResponseReturnValue:
    """The same as a table to keep."""
    thread, scopes = _scopes(thread_id, current_actor())
    chosen = _chosen(queries.list_branch_receipts(thread, scopes))
    zone = current_zone()
    rows = [
        (
            row.display_name,
            row.username,
            f"{row.confirmed_at.astimezone(zone):%Y-%m-%d %H:%M}" if row.confirmed_at else "",
        )
        for row in queries.list_all_receipts(thread, [chosen.path] if chosen else scopes)
    ]
    return csv_answer(f"receipts-{thread_id}", [(_("Name"), _("User name"), _("Confirmed")), *rows])
