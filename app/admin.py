"""The administrator's first page: how the site is, and where its parts are managed."""

from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue
from flask_login import login_required

from accounts.web import current_actor
from core import settings
from core.errors import NotFound
from core.outbox import waiting
from core.permissions import Permission

bp = Blueprint("admin", __name__, url_prefix="/admin")


class SitePermission(Permission):
    """Rights over the site as a whole; no role but the administrator's holds them."""

    ADMINISTER = "site.administer"


@bp.get("/")
@login_required
def show() -> ResponseReturnValue:
    """Show the state of the site. Who does not run it learns nothing of this page."""
    if not current_actor().may(SitePermission.ADMINISTER):
        raise NotFound
    waits, failed = waiting()
    return render_template(
        "admin/site.html",
        waits=waits,
        failed=failed,
        config=current_app.config,
        demo=bool(settings.get("demo")),
    )
