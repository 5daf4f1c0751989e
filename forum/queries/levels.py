"""How loud a thread is for one member: its own level, else its tags', else that of its board or course.

What is nearer wins. Of several that are equally near, the loudest wins: two tags, or board and course.
"""

from collections.abc import Collection, Mapping
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, case, exists, func, literal, null, or_, select

from accounts.models import User, UserState
from core.db import db
from core.permissions import Actor
from forum.enums import FollowedKind, SubscriptionLevel
from forum.models import Follow, Subscription, Thread, ThreadTag

LOUDNESS: Final = {SubscriptionLevel.MUTED: 1, SubscriptionLevel.FOLLOWING: 2, SubscriptionLevel.WATCHING: 3}
NORMAL: Final = 0
"""Nothing was chosen: listed as new, told when answered or mentioned."""
_LEVELS: Final = {number: level for level, number in LOUDNESS.items()}

NAMED_MAX: Final = 1_000
"""People that are named one by one in a question; more, and all are asked about."""
_NEARNESS: Final = case((Follow.kind == FollowedKind.TAG, 1), else_=2)


def level_of(loudness: int) -> SubscriptionLevel | None:
    """Return the level of a loudness, None for what was never chosen."""
    return _LEVELS.get(loudness)


def _loudness(column: Any) -> ColumnElement[Any]:
    return case(*((column == level, number) for level, number in LOUDNESS.items()), else_=null())


def loudness(actor: Actor) -> ColumnElement[int]:
    """Return how loud a thread is for this reader, 0 to 3, in a statement over threads."""
    mine = actor.id or 0
    own = (
        select(_loudness(Subscription.level))
        .where(Subscription.thread_id == Thread.id, Subscription.user_id == mine)
        .correlate(Thread)
        .scalar_subquery()
    )
    loudest = select(func.max(_loudness(Follow.level))).where(Follow.user_id == mine)
    by_tags = (
        loudest.join(ThreadTag, ThreadTag.tag_id == Follow.target_id)
        .where(Follow.kind == FollowedKind.TAG, ThreadTag.thread_id == Thread.id)
        .correlate(Thread)
        .scalar_subquery()
    )
    by_place = (
        loudest.where(
            or_(
                and_(Follow.kind == FollowedKind.BOARD, Follow.target_id == Thread.board_id),
                and_(Follow.kind == FollowedKind.COURSE, Follow.target_id == Thread.course_id),
            )
        )
        .correlate(Thread)
        .scalar_subquery()
    )
    # Asked once for the whole statement: most people follow no board, and then no thread is looked at for it.
    follows = exists().where(Follow.user_id == mine)
    found: ColumnElement[int] = func.coalesce(own, case((follows, func.coalesce(by_tags, by_place)), else_=null()), 0)
    return found


def is_heard(actor: Actor) -> ColumnElement[bool]:
    """Return the condition that a reader has not muted a thread."""
    return loudness(actor) != LOUDNESS[SubscriptionLevel.MUTED]


def levels_for(
    thread_id: int, *, board_id: int, course_id: int | None, among: Collection[int] = ()
) -> Mapping[int, int]:
    """Return person → loudness of everybody active who chose one for a thread or what it belongs to.

    One question, however many people that are. ``among`` may spare it those who are not asked about.
    """
    places = [and_(Follow.kind == FollowedKind.BOARD, Follow.target_id == board_id)]
    if course_id is not None:
        places.append(and_(Follow.kind == FollowedKind.COURSE, Follow.target_id == course_id))
    tags = select(ThreadTag.tag_id).where(ThreadTag.thread_id == thread_id)
    tagged = and_(Follow.kind == FollowedKind.TAG, Follow.target_id.in_(tags))
    own = select(Subscription.user_id, literal(0).label("rank"), _loudness(Subscription.level).label("loudness")).where(
        Subscription.thread_id == thread_id
    )
    others = select(Follow.user_id, _NEARNESS.label("rank"), _loudness(Follow.level).label("loudness")).where(
        or_(tagged, *places)
    )
    chosen = own.union_all(others).subquery()
    statement = (
        select(chosen.c.user_id, chosen.c.rank, chosen.c.loudness)
        .join(User, User.id == chosen.c.user_id)
        .where(User.state == UserState.ACTIVE)
        # The nearest comes last and, among equals, the loudest: it is what the dictionary keeps.
        .order_by(chosen.c.rank.desc(), chosen.c.loudness)
    )
    if 0 < len(among) <= NAMED_MAX:
        statement = statement.where(chosen.c.user_id.in_(sorted(among)))
    return {row.user_id: row.loudness for row in db.session.execute(statement)}


def list_watchers(thread_id: int) -> list[int]:
    """Return the ids of those who want to hear of every post of a thread."""
    return list(
        db.session.scalars(
            select(Subscription.user_id).where(
                Subscription.thread_id == thread_id, Subscription.level == SubscriptionLevel.WATCHING
            )
        )
    )
