"""The secret address of a member's calendar."""

import secrets

from sqlalchemy import delete

from accounts.actors import token_hash
from core.clock import utcnow
from core.db import db
from core.errors import Denied
from core.permissions import Actor
from core.upserts import upsert
from study.models import CalendarToken


def renew_calendar(actor: Actor) -> str:
    """Give a member a new secret and return it; the one before opens nothing any more. Only a hash is kept.

    Raises:
        Denied: nobody is signed in.
    """
    if actor.id is None:
        raise Denied
    token = secrets.token_urlsafe(32)
    values = {"user_id": actor.id, "token_hash": token_hash(token), "created_at": utcnow()}
    db.session.execute(upsert(CalendarToken, values, ["user_id"], ["token_hash", "created_at"]))
    return token


def end_calendar(actor: Actor) -> None:
    """Let the address of a member's calendar open nothing any more."""
    db.session.execute(
        delete(CalendarToken).where(CalendarToken.user_id == actor.id).execution_options(synchronize_session=False)
    )
