"""Staff pages about people and branches, under ``/admin``. Officers see the people of their own branches."""

from flask import Blueprint

from accounts import queries
from accounts.models import Branch
from accounts.permissions import AccountPermission
from accounts.web import current_actor

bp = Blueprint("accounts_admin", __name__, url_prefix="/admin")


def branches_within(permission: AccountPermission) -> list[Branch]:
    """Return the branches at which one holds a right, in the order of the tree."""
    actor = current_actor()
    return [one for one in queries.list_branches() if actor.may(permission, one.path)]


from accounts.admin import branches, people  # noqa: E402,F401 -- they hang their pages on bp
