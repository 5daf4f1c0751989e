"""Being signed in: a row a browser, ended by sign-out, a new password, suspension and age."""

import secrets
from datetime import timedelta

from sqlalchemy import delete

from accounts.actors import token_hash
from accounts.models import AGENT_MAX, Session
from core.clock import utcnow
from core.db import db
from core.errors import NotFound
from core.permissions import Actor


def start_session(user_id: int, *, lifetime: timedelta, user_agent: str, ip: str, replaces: str = "") -> str:
    """Return the token for a browser that has just proved who uses it.

    Args:
        user_id: who signed in.
        lifetime: how long the session lasts, whatever happens.
        user_agent: shown to the person in the list of their sessions.
        ip: shown there too.
        replaces: the token the browser sent before; it works no longer, whoever's it was.
    """
    db.session.execute(delete(Session).where(Session.user_id == user_id, Session.expires_at <= utcnow()))
    if replaces:
        end_session(replaces)
    token = secrets.token_urlsafe(32)
    agent = "".join(sign for sign in user_agent if sign.isprintable())[:AGENT_MAX]
    db.session.add(
        Session(
            token_hash=token_hash(token),
            user_id=user_id,
            expires_at=utcnow() + lifetime,
            user_agent=agent,
            ip=ip[:45],
        )
    )
    db.session.flush()
    return token


def end_session(token: str) -> None:
    """End the session of a token; nothing happens where there is none."""
    db.session.execute(delete(Session).where(Session.token_hash == token_hash(token)))


def end_own_session(actor: Actor, session_id: int) -> None:
    """End one of a person's own sessions.

    Raises:
        NotFound: it is not theirs, or has ended.
    """
    ended = db.session.execute(
        delete(Session).where(Session.id == session_id, Session.user_id == actor.id).returning(Session.id)
    ).all()
    if not ended:
        raise NotFound


def end_sessions(user_id: int, *, besides: int | None = None) -> None:
    """End a person's sessions, all or all but one."""
    statement = delete(Session).where(Session.user_id == user_id)
    if besides is not None:
        statement = statement.where(Session.id != besides)
    db.session.execute(statement)
