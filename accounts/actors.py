"""Who is behind a request: one query for session and person, one for branches and grants, one for enrolments."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, literal, null, select, union_all, update

from accounts.models import Branch, Grant, Membership, Session, User, UserState
from accounts.names import key_of
from core.buffer import WriteBuffer
from core.clock import utcnow
from core.db import db, read_rows, transaction
from core.faces import Faces
from core.permissions import (
    MEMBERS,
    PUBLIC,
    Actor,
    HeldRole,
    Role,
    branch_audience,
    feature_tokens,
    staff_audience,
    user_audience,
)

SEEN_AFTER = timedelta(minutes=5)
"""The list of one's devices says when each was last seen, to within some minutes."""


def _write_seen(moments: dict[int, datetime]) -> None:
    table: Any = Session.__table__
    # A plain statement: a session that has ended meanwhile is simply not found.
    statement = update(table).where(table.c.id == bindparam("key")).values(seen_at=bindparam("moment"))
    with transaction():
        rows = [{"key": session_id, "moment": moment} for session_id, moment in moments.items()]
        db.session.connection().execute(statement, rows)


_seen = WriteBuffer("seen sessions", _write_seen)


class _Standing(NamedTuple):
    role: Role | None
    branch_id: int
    path: str
    name: Faces


def token_hash(token: str) -> str:
    """Return what the table holds of a session's token."""
    return hashlib.sha256(token.encode()).hexdigest()


# Every signed-in request asks these two questions; building a statement costs more than running it.
@cache
def _standings_statement() -> Any:
    member = (
        select(null().label("role"), Branch.id, Branch.path, Branch.name, literal(0).label("sort"), Membership.id)
        .join(Membership, Membership.branch_id == Branch.id)
        .where(Membership.user_id == bindparam("user_id"))
    )
    office = (
        select(Grant.role, Branch.id, Branch.path, Branch.name, literal(1).label("sort"), Grant.id)
        .join(Grant, Grant.branch_id == Branch.id)
        .where(Grant.user_id == bindparam("user_id"))
    )
    both = union_all(member, office).subquery()
    return select(both).order_by(both.c.sort, both.c[5])


@cache
def _session_statement() -> Any:
    return (
        select(*_PERSON, Session.id.label("session_id"), Session.seen_at)
        .join(Session, and_(Session.user_id == User.id))
        .where(
            Session.token_hash == bindparam("token_hash"),
            Session.expires_at > bindparam("now"),
            User.state == UserState.ACTIVE,
        )
    )


def _standings(user_id: int) -> Sequence[_Standing]:
    """Read memberships (role None) and grants of a person in one query."""
    rows = read_rows(_standings_statement(), {"user_id": user_id})
    return [_Standing(Role(row[0]) if row[0] else None, row[1], row[2], row[3]) for row in rows]


def _below(paths: Sequence[str]) -> list[int]:
    """Return the ids of branches at and below these paths."""
    if not paths:
        return []
    conditions = [Branch.path.startswith(path, autoescape=True) for path in paths]
    first, *others = conditions
    for other in others:
        first = first | other
    return list(db.session.scalars(select(Branch.id).where(first)))


def _tokens(user_id: int, standings: Sequence[_Standing], roles: tuple[HeldRole, ...]) -> frozenset[str]:
    tokens = {PUBLIC, MEMBERS, user_audience(user_id)}
    for standing in standings:
        # What is published to a branch is for everybody below it, so a person belongs to all ancestors.
        tokens.update(branch_audience(int(part)) for part in standing.path.strip("/").split("/"))
    held = sorted({role.path for role in roles})
    widest = [path for path in held if not any(path != other and path.startswith(other) for other in held)]
    for branch_id in _below(widest):
        tokens.add(branch_audience(branch_id))
        tokens.add(staff_audience(branch_id))
    return frozenset(tokens | feature_tokens(user_id, roles))


def _make(user: Any, session_id: int | None) -> Actor:
    standings = _standings(user.id)
    roles = tuple(
        HeldRole(role=standing.role, branch_id=standing.branch_id, path=standing.path, branch_name=standing.name)
        for standing in standings
        if standing.role is not None and standing.role is not Role.MEMBER
    )
    own = [standing for standing in standings if standing.role is None]
    return Actor(
        id=user.id,
        username=user.username,
        display_name=user.display_name,
        tokens=_tokens(user.id, standings, roles),
        roles=roles,
        branch_ids=tuple(standing.branch_id for standing in own),
        unread_count=user.unread_count,
        locale=user.locale,
        time_zone=user.time_zone,
        session_id=session_id,
        branch_name=own[0].name if own else None,
    )


_PERSON = (User.id, User.username, User.display_name, User.unread_count, User.locale, User.time_zone)


def find_by_session(token: str) -> Actor | None:
    """Return the person of a session's token while the session lasts and the person may be signed in."""
    now = utcnow()
    row = read_rows(_session_statement(), {"token_hash": token_hash(token), "now": now}).one_or_none()
    if row is None:
        return None
    if now - row.seen_at > SEEN_AFTER:
        _seen.put(row.session_id, now)
    return _make(row, row.session_id)


def actor_for(user_id: int) -> Actor | None:
    """Return a person as an actor without a session: for commands and handlers."""
    row = db.session.execute(select(*_PERSON).where(User.id == user_id, User.state == UserState.ACTIVE)).one_or_none()
    return None if row is None else _make(row, None)


def actor_named(username: str) -> Actor | None:
    """Return the person of a user name as an actor: for commands."""
    user_id = db.session.scalar(select(User.id).where(User.username_key == key_of(username)))
    return None if user_id is None else actor_for(user_id)
