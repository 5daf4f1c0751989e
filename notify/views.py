"""The inbox and its settings."""

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from accounts.web import current_actor
from core.db import transaction
from core.i18n import _
from core.redirects import safe_next
from notify import queries, services, urls
from notify.enums import MailCopies
from notify.forms import SettingsForm

bp = Blueprint("notify", __name__, url_prefix="/inbox")


@bp.get("")
@login_required
def show_inbox() -> ResponseReturnValue:
    """List what this person was told, newest first."""
    unread_only = request.args.get("show") == "unread"
    page = queries.list_inbox(_me(), request.args.get("cursor"), unread_only=unread_only)
    return render_template(
        "notify/inbox.html", page=page, unread_only=unread_only, mail=queries.mail_copies(_me()).label
    )


@bp.post("/read")
@login_required
def mark_read() -> ResponseReturnValue:
    """Mark the chosen notices as read; ``all`` means everything."""
    with transaction():
        if "all" in request.form:
            services.mark_all_read(_me())
        else:
            services.mark_read(_me(), request.form.getlist("id", type=int))
    return redirect(safe_next(request.form.get("next", "")) if request.form.get("next") else urls.INBOX, 303)


@bp.post("/<int:notification_id>/open")
@login_required
def open_notice(notification_id: int) -> ResponseReturnValue:
    """Mark a notice as read and go where it leads."""
    with transaction():
        notice = queries.get_notification(notification_id, _me())
        services.mark_read(_me(), [notice.id])
        url = notice.url
    return redirect(url, 303)


@bp.get("/settings")
@login_required
def show_settings() -> ResponseReturnValue:
    """Show how this person wants to be told."""
    return render_template("notify/settings.html", form=SettingsForm(mail=queries.mail_copies(_me()).value))


@bp.post("/settings")
@login_required
def save_settings() -> ResponseReturnValue:
    """Keep how this person wants to be told."""
    form = SettingsForm()
    if not form.validate_on_submit():
        return render_template("notify/settings.html", form=form), 422
    with transaction():
        services.set_mail_copies(_me(), MailCopies(form.mail.data))
    flash(_("Saved."), "success")
    return redirect(urls.SETTINGS, 303)


def _me() -> int:
    actor = current_actor()
    if actor.id is None:
        raise LookupError("Only signed-in people have an inbox.")
    return actor.id
