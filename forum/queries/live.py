"""Short answers for scripts: whom an @ may mean, and whether a thread has grown."""

from collections.abc import Callable
from typing import NamedTuple

from sqlalchemy import JSON, bindparam, case, func, or_, select, type_coerce

from accounts.models import Branch, User, UserState
from accounts.names import key_of
from core.db import db
from core.errors import NotFound
from core.permissions import PUBLIC, Actor
from core.text import normalise
from forum.models import Board, Post, Thread
from forum.permissions import ForumPermission
from forum.queries.shown import SHOWN_POST
from forum.queries.threads import sees_gone

OFFERED = 8
BRANCHES_OFFERED = 3
PART_MAX = 40


class Offer(NamedTuple):
    """What an @ may mean: what is typed after it, and the name people know."""

    key: str
    name: str


def list_mentionable(part: str, actor: Actor) -> list[Offer]:
    """Return members, and branches this writer may speak to, whose names hold a part; eight at most."""
    part = normalise(part[:PART_MAX]).strip()
    if not part:
        return []
    branches = _branches(part, actor)
    return _members(part, OFFERED - len(branches)) + branches


def _members(part: str, limit: int) -> list[Offer]:
    key, small = key_of(part), part.lower()
    shown = func.lower(User.display_name)
    begins = or_(User.username_key.startswith(key, autoescape=True), shown.startswith(small, autoescape=True))
    rows = db.session.execute(
        select(User.username, User.display_name)
        .where(
            User.state == UserState.ACTIVE,
            or_(User.username_key.contains(key, autoescape=True), shown.contains(small, autoescape=True)),
        )
        .order_by(case((begins, 0), else_=1), User.username)
        .limit(limit)
    )
    return [Offer(row.username, row.display_name) for row in rows]


def _branches(part: str, actor: Actor) -> list[Offer]:
    scopes = actor.scopes(ForumPermission.MENTION_BRANCH)
    if not scopes:
        return []
    small = part.lower()
    faces = [func.lower(type_coerce(Branch.name, JSON)[face].as_string()) for face in ("zh", "en")]
    rows = db.session.execute(
        select(Branch.slug, Branch.name)
        .where(
            or_(*(Branch.path.startswith(path, autoescape=True) for path in scopes)),
            or_(*(text.contains(small, autoescape=True) for text in (Branch.slug, *faces))),
        )
        .order_by(Branch.path)
        .limit(BRANCHES_OFFERED)
    )
    return [Offer(row.slug, str(row.name)) for row in rows]


class News(NamedTuple):
    """How many shown posts follow a number, the thread's last number, and the id of the first of them."""

    posts: int
    last: int
    first_id: int | None = None


_HEAD = (
    select(Thread.audience, Thread.author_id, Thread.deleted_at, Thread.last_number, Branch.path.label("scope"))
    .join(Board, Board.id == Thread.board_id)
    .join(Branch, Branch.id == Board.branch_id)
    .where(Thread.id == bindparam("thread_id"))
)


def get_news(thread_id: int, after: int | None, reader: Callable[[], Actor]) -> News:
    """Return what a thread has gained after a post's number; None stands for its last one.

    ``reader`` is asked for only where it matters who reads: a public thread costs no look at sessions and offices.

    Raises:
        NotFound: there is no such thread, or it is not for this reader.
    """
    head = db.session.execute(_HEAD, {"thread_id": thread_id}).one_or_none()
    if head is None:
        raise NotFound
    if head.audience != PUBLIC or head.deleted_at is not None:
        actor = reader()
        gone = head.deleted_at is not None and not sees_gone(actor, head.author_id, head.scope)
        if gone or not actor.can_read(head.audience):
            raise NotFound
    if after is None or head.last_number <= after:
        return News(0, head.last_number)
    new = select(func.count(), func.min(Post.id)).where(Post.thread_id == thread_id, Post.number > after, SHOWN_POST)
    count, first_id = db.session.execute(new).one()
    return News(count, head.last_number, first_id)
