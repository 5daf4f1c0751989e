"""Where the posts of another forum's thread go: into the thread it became, or the one that was joined to by now."""

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from core.db import db
from forum.models import Post, Thread


class Home(NamedTuple):
    """A thread that is there."""

    thread_id: int
    last_number: int
    opening: str | None
    """The other forum's name of the post that stands for the thread where it was joined to another one."""
    joined: bool
    """Whether it is not the thread that was made of the source's, but the one that took its posts."""


def find_homes(names: Collection[str]) -> dict[str, Home]:
    """Return the threads that are there, by the other forum's names, held until commit and locked by id."""
    ours = Thread.external_id.in_(names)
    rows = db.session.execute(select(Thread.id, Thread.merged_into_id).where(ours)).all()
    ids = {one for row in rows for one in row if one is not None}
    if not ids:
        return {}
    db.session.execute(select(Thread.id).where(Thread.id.in_(ids)).order_by(Thread.id).with_for_update())
    target = aliased(Thread)
    found = db.session.execute(
        select(
            Thread.external_id,
            func.coalesce(target.id, Thread.id),
            func.coalesce(target.last_number, Thread.last_number),
            Post.external_id,
            Thread.merged_into_id.is_not(None),
        )
        .outerjoin(target, target.id == Thread.merged_into_id)
        .outerjoin(Post, Post.id == Thread.opening_id)
        .where(ours)
    )
    return {
        str(name): Home(thread_id, last_number, opening, joined)
        for name, thread_id, last_number, opening, joined in found
    }
