"""What members want to hear of.

Watching a thread: told of every post. Watching a board, a tag or a course: told of every new thread. Following: listed
as new, told when answered or mentioned. Muted: nothing, and not among the unread. Who starts a thread watches it; who
answers follows it, and so is told of what concerns the answer, not of everything that is said afterwards.
"""

from collections.abc import Iterable

from sqlalchemy import delete, select

from core.db import db
from core.permissions import Actor
from core.upserts import upsert
from forum.enums import FollowedKind, SubscriptionLevel
from forum.models import Follow, Subscription


def set_level(thread_id: int, actor: Actor, level: SubscriptionLevel | None) -> None:
    """Set how loud a thread is for this person; None: as its tags, board or course are."""
    if level is None:
        db.session.execute(
            delete(Subscription).where(Subscription.user_id == actor.id, Subscription.thread_id == thread_id)
        )
        return
    _subscribe(thread_id, actor, level, ("level",))


def _subscribe(thread_id: int, actor: Actor, level: SubscriptionLevel, update: tuple[str, ...]) -> None:
    values = {"user_id": actor.id, "thread_id": thread_id, "level": level}
    db.session.execute(upsert(Subscription, values, conflict=["user_id", "thread_id"], update=update))


def watch(thread_id: int, actor: Actor) -> None:
    """Tell this person of every new post of a thread."""
    set_level(thread_id, actor, SubscriptionLevel.WATCHING)


def follow_unless_chosen(thread_id: int, actor: Actor) -> None:
    """Follow a thread one takes part in, unless one has chosen something before."""
    _subscribe(thread_id, actor, SubscriptionLevel.FOLLOWING, ())


def set_follow(kind: FollowedKind, target_id: int, actor: Actor, level: SubscriptionLevel | None) -> None:
    """Set how loud the threads of a board, tag or course are for this person; None: as usual."""
    if level is None:
        db.session.execute(
            delete(Follow).where(Follow.user_id == actor.id, Follow.kind == kind, Follow.target_id == target_id)
        )
        return
    values = {"user_id": actor.id, "kind": kind, "target_id": target_id, "level": level}
    db.session.execute(upsert(Follow, values, conflict=["user_id", "kind", "target_id"], update=["level"]))


def change_chosen(actor: Actor, wanted: Iterable[tuple[str, int, SubscriptionLevel | None]]) -> None:
    """Change levels this person has chosen before: (kind, id, level) each. What was never chosen is left alone."""
    threads = set(db.session.scalars(select(Subscription.thread_id).where(Subscription.user_id == actor.id)))
    follows = db.session.execute(select(Follow.kind, Follow.target_id).where(Follow.user_id == actor.id))
    chosen = {(row.kind.value, row.target_id) for row in follows}
    for kind, number, level in wanted:
        if kind == "thread" and number in threads:
            set_level(number, actor, level)
        elif (kind, number) in chosen:
            set_follow(FollowedKind(kind), number, actor, level)
