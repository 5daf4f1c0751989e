"""Pages about one's own account, about people and about branches."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from accounts.errors import LinkUnusable
from core.db import db

bp = Blueprint("accounts", __name__)


@bp.errorhandler(LinkUnusable)
def show_ended_link(error: LinkUnusable) -> ResponseReturnValue:
    """Say that a mailed link works no longer, and how to get another."""
    db.session.rollback()
    return render_template("accounts/link_ended.html", words=str(error)), error.status


from accounts.views import members, own, password, sign_in, sign_up  # noqa: E402,F401 -- they hang their pages on bp
