"""The whole context of one reply: what it answers, back to the opening, and what answers it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, literal, or_, select
from sqlalchemy.orm import aliased

from accounts.models import User
from core.db import db
from forum.models import Post

CHAIN_MAX = 20
"""Posts before the one in question, beside the opening one."""
ANSWERS_MAX = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """One post between what it answers and what answers it."""

    chain: list[Any]
    """The opening post, then what leads to the post, the post itself last."""
    has_gap: bool
    """Whether posts between the opening and the others are left out."""
    answers: list[Any]
    has_more: bool


def get_context(post: Post) -> Context:
    """Return the context of a post that the reader may see; one question, however long the chain."""
    first, above = aliased(Post), aliased(Post)
    chain = (
        select(first.id, first.parent_id, literal(0).label("step"))
        .where(first.id == post.id)
        .cte("chain", recursive=True)
    )
    chain = chain.union_all(
        select(above.id, above.parent_id, chain.c.step + 1)
        .join(chain, above.id == chain.c.parent_id)
        # One more than is shown tells of the gap.
        .where(chain.c.step <= CHAIN_MAX, above.thread_id == post.thread_id)
    )
    # Who answers the thread itself names no post: the opening is meant.
    answered: ColumnElement[bool] = Post.parent_id == post.id
    if post.number == 1:
        answered = or_(answered, Post.parent_id.is_(None))
    answers = (
        select(Post.id)
        .where(Post.thread_id == post.thread_id, answered, Post.number > 1)
        .order_by(Post.number)
        .limit(ANSWERS_MAX + 1)
    )
    statement = (
        select(*_COLUMNS, chain.c.step)
        .join(User, User.id == Post.author_id)
        .outerjoin(chain, chain.c.id == Post.id)
        .where(Post.thread_id == post.thread_id)
        .where(or_(chain.c.id.is_not(None), Post.number == 1, Post.id.in_(select(answers.subquery().c.id))))
        .order_by(Post.number)
    )
    rows: list[Any] = list(db.session.execute(statement))
    led = sorted((row for row in rows if row.step is not None), key=lambda row: -row.step)
    below = [row for row in rows if row.step is None and row.number > post.number]
    has_gap = len(led) > CHAIN_MAX + 1
    led = led[-CHAIN_MAX - 1 :]
    opening = [row for row in rows if row.number == 1 and row not in led]
    return Context(
        chain=[*opening, *led], has_gap=has_gap, answers=below[:ANSWERS_MAX], has_more=len(below) > ANSWERS_MAX
    )


_COLUMNS = (
    Post.id,
    Post.number,
    Post.html,
    Post.language,
    Post.created_at,
    Post.hidden_at,
    Post.hidden_reason,
    Post.deleted_at,
    Post.deleted_by_id,
    Post.deleted_reason,
    Post.author_id,
    Post.office,
    User.username,
    User.display_name.label("author_name"),
    User.state,
)
