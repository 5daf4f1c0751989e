"""Who may decide at a place."""

from sqlalchemy import select

from accounts.models import Grant, User, UserState
from core.db import db
from core.permissions import Role, role_holds
from moderation.permissions import ModerationPermission


def list_moderators(scope: str) -> list[int]:
    """Return the ids of those who may decide in the branch at ``scope``: their office is held there or above."""
    branches = [int(part) for part in scope.strip("/").split("/")]
    roles = [role for role in Role if role_holds(role, ModerationPermission.DECIDE)]
    statement = (
        select(Grant.user_id)
        .join(User, User.id == Grant.user_id)
        .where(Grant.role.in_(roles), Grant.branch_id.in_(branches), User.state == UserState.ACTIVE)
        .distinct()
        .order_by(Grant.user_id)
    )
    return list(db.session.scalars(statement))
