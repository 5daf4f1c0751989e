"""Reacting to posts."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import delete, func, or_, select, update

from core.clock import utcnow
from core.db import db
from core.permissions import Actor, require
from core.upserts import upsert
from forum.errors import BoardArchived, OwnPost, PostGone
from forum.models import Post, Reaction
from forum.permissions import ForumPermission
from forum.reacting import ReactionKind

POSTS_A_STATEMENT = 1_000


def react(post: Post, actor: Actor, kind: ReactionKind | None) -> None:
    """Give a post this person's one reaction, or None to take it back. The caller holds the post's row lock.

    Sending the same again changes nothing.

    Raises:
        OwnPost: nobody reacts to what they wrote themselves.
        PostGone, BoardArchived: it takes no reactions any more.
        Denied: the right is missing.
    """
    require(actor, ForumPermission.REPLY, post.thread.board.branch.path)
    if post.author_id == actor.id:
        raise OwnPost
    if not post.is_shown:
        raise PostGone
    if post.thread.board.archived:
        raise BoardArchived
    if kind is None:
        db.session.execute(delete(Reaction).where(Reaction.post_id == post.id, Reaction.user_id == actor.id))
    else:
        values = {"post_id": post.id, "user_id": actor.id, "kind": kind.value, "created_at": utcnow()}
        db.session.execute(upsert(Reaction, values, conflict=["post_id", "user_id"], update=["kind", "created_at"]))
    # Counted anew under the lock: adding one would go wrong when the same form arrives twice.
    recount_reactions([post.id])


def recount_reactions(post_ids: Sequence[int]) -> None:
    """Set what posts show of their reactions from the reactions themselves."""
    found: dict[int, dict[str, int]] = defaultdict(dict)
    counts = (
        select(Reaction.post_id, Reaction.kind, func.count())
        .where(Reaction.post_id.in_(post_ids))
        .group_by(Reaction.post_id, Reaction.kind)
        .order_by(Reaction.kind)
    )
    for post_id, kind, number in db.session.execute(counts):
        found[post_id][kind] = number
    for post_id in sorted(post_ids):
        kinds = found.get(post_id, {})
        db.session.execute(
            update(Post)
            .where(Post.id == post_id)
            .values(reactions=kinds, support_count=sum(kinds.values()))
            .execution_options(synchronize_session=False)
        )


def recount_reactions_of(thread_ids: Sequence[int]) -> None:
    """Count the reactions of whole threads anew."""
    reacted = select(Reaction.post_id).where(Reaction.post_id == Post.id).exists()
    affected = select(Post.id).where(Post.thread_id.in_(thread_ids), or_(Post.support_count != 0, reacted))
    ids = list(db.session.scalars(affected))
    for start in range(0, len(ids), POSTS_A_STATEMENT):
        recount_reactions(ids[start : start + POSTS_A_STATEMENT])
