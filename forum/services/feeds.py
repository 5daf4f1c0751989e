"""The secret address of a member's private feeds."""

import secrets
from collections.abc import Collection

from sqlalchemy import delete

from accounts.actors import token_hash
from core.clock import utcnow
from core.db import db
from core.errors import Denied
from core.permissions import Actor
from core.upserts import upsert
from forum.models import FeedToken


def renew_feed_token(actor: Actor) -> str:
    """Give a member a new token and return it; the one before opens nothing any more. Only a hash is kept.

    Raises:
        Denied: nobody is signed in.
    """
    if actor.id is None:
        raise Denied
    token = secrets.token_urlsafe(32)
    values = {"user_id": actor.id, "token_hash": token_hash(token), "created_at": utcnow()}
    db.session.execute(upsert(FeedToken, values, ["user_id"], ["token_hash", "created_at"]))
    return token


def revoke_feed_tokens(user_ids: Collection[int]) -> None:
    """End the private feeds of these people."""
    db.session.execute(delete(FeedToken).where(FeedToken.user_id.in_(list(user_ids))))
