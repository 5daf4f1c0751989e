"""Two sites that are measured against each other: a big one, and one of a thousand threads."""

import json
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select

from accounts.actors import token_hash
from accounts.models import Branch, BranchKind, Grant, Session, User
from bench.building import CHOICES, Builder, Ground, gather_statistics, hurrying
from core.clock import utcnow
from core.db import db, transaction
from core.faces import Faces
from core.permissions import Role
from forum.models import Board, Post, Reaction, ReadPosition, Subscription, Tag, Thread
from forum.services.counters import recount_boards
from forum.services.tags import recount_tags
from forum.sorting import BoardField, stored_face

SMALL = 19
"""Posts of an ordinary thread."""
TOWN, PLAIN = "town", "plain"
"""The board with threads of all sorts, and the one with as many on which no filter finds anything."""
TAGS = 12
READER, PROLIFIC, MODERATOR = (f"session-of-the-{who}-of-a-bench" for who in ("reader", "prolific", "moderator"))
UNREAD_SHARE = 0.01


@dataclass(frozen=True, kw_only=True)
class Site:
    """What was made, by id."""

    threads: int
    posts: int
    huge: int
    twenty: int
    reader: int
    moderator: int
    town: int

    @classmethod
    def read(cls, folder: Path) -> "Site | None":
        """Return what was built in a folder before, None if nothing was."""
        told = folder / "site.json"
        return cls(**json.loads(told.read_text())) if told.exists() else None


def _members(count: int, since: Any) -> list[int]:
    rows = [
        {
            "id": n,
            "username": f"member{n}",
            "username_key": f"member{n}",
            "display_name": f"成员 {n}",
            "created_at": since,
        }
        for n in range(1, count + 1)
    ]
    with transaction():
        db.session.add(
            Branch(id=1, path="/1/", slug="society", name=Faces("青禾社", "Qinghe Society"), kind=BranchKind.SITE)
        )
        db.session.flush()
        db.session.execute(insert(User), rows)
        for user_id, role in ((1, Role.MEMBER), (2, Role.MEMBER), (3, Role.ADMINISTRATOR)):
            db.session.add(Grant(user_id=user_id, role=role, branch_id=1))
        for user_id, token in enumerate((READER, PROLIFIC, MODERATOR), 1):
            expires = utcnow() + timedelta(days=300)
            db.session.add(Session(token_hash=token_hash(token), user_id=user_id, expires_at=expires))
    return [row["id"] for row in rows]


def _tags() -> list[tuple[int, dict[str, str]]]:
    rows = [Tag(slug=f"tag-{n}", name=Faces(f"标签{n}", f"Tag {n}")) for n in range(TAGS)]
    with transaction():
        db.session.add_all(rows)
    return [(row.id, {"slug": row.slug, **stored_face(row.name)}) for row in rows]


def _board(slug: str) -> int:
    fields = [
        BoardField(
            key=key,
            label=Faces(f"项 {key}", f"Field {key}"),
            choices=tuple(Faces(f"选 {n}", f"C {n}") for n in range(count)),
        )
        for key, count in CHOICES.items()
    ]
    board = Board(
        slug=slug, title=Faces(slug, slug), audience="public", branch_id=1, fields=[field.stored() for field in fields]
    )
    with transaction():
        db.session.add(board)
    return board.id


def ground_of(threads: int) -> Ground:
    """Make people, tags and time for a site."""
    now = utcnow().replace(microsecond=0)
    begun = now - timedelta(days=400)
    members = _members(max(20, threads * 2 // 5), begun)
    return Ground(members=members[3:], prolific=2, tags=_tags(), begun=begun, until=now, threads=threads * 2)


def ground_of_now(threads: int) -> Ground:
    """Return the same for a site that is there."""
    now = utcnow().replace(microsecond=0)
    members = list(db.session.scalars(select(User.id).where(User.id > 3).order_by(User.id)))
    tags = [(row.id, {"slug": row.slug, **stored_face(row.name)}) for row in db.session.scalars(select(Tag))]
    begun = now - timedelta(days=400)
    return Ground(members=members, prolific=2, tags=tags, begun=begun, until=now, threads=threads * 2)


def build(threads: int, huge: int) -> Site:
    """Fill the empty database of the present application as fast as it can be."""
    with hurrying():
        site = fill(threads, huge)
        gather_statistics()
    return site


def fill(threads: int, huge: int) -> Site:
    """Make a site: two boards of so many threads each, the longest thread of ``huge`` posts."""
    ground = ground_of(threads)
    town, plain = _board(TOWN), _board(PLAIN)
    builder = Builder(ground)
    builder.write(plain, [1] * threads, sorted_out=False)
    sizes = [SMALL] * (threads - 2)
    # In the midst of the others: no list begins with what is special.
    made = builder.write(town, [*sizes[: threads // 2], huge, 20, *sizes[threads // 2 :]])
    long, twenty = made[threads // 2 : threads // 2 + 2]
    _support([long, twenty], ground.members)
    _reader([long, twenty], made, ground)
    with transaction():
        recount_boards()
        recount_tags()
    posts = db.session.scalar(select(func.count()).select_from(Post)) or 0
    return Site(threads=threads, posts=posts, huge=long, twenty=twenty, reader=1, moderator=3, town=town)


def _support(thread_ids: list[int], members: list[int]) -> None:
    """Say who supports what: the posts tell already how many do."""
    posts = select(Post.id, Post.number, Post.support_count).where(
        Post.thread_id.in_(thread_ids), Post.support_count > 0
    )
    rows = [
        {
            "post_id": post.id,
            "user_id": members[(post.number + n) % len(members)],
            "kind": "agree",
            "created_at": utcnow(),
        }
        for post in db.session.execute(posts)
        for n in range(post.support_count)
    ]
    with transaction():
        db.session.connection().execute(insert(Reaction.__table__), rows)


def _reader(marked: list[int], made: list[int], ground: Ground) -> None:
    """Let the reader follow what is measured and have read some threads, and most of the rest before joining."""
    with transaction():
        joined = ground.until - (ground.until - ground.begun) * UNREAD_SHARE
        db.session.get_one(User, 1).created_at = joined
        db.session.add_all(Subscription(user_id=1, thread_id=thread_id) for thread_id in marked)
        some = select(Thread.id, Thread.last_number).where(Thread.id.in_(made[::97]))
        read = {row.id: row.last_number for row in db.session.execute(some)} | dict.fromkeys(marked, 5)
        db.session.add_all(
            ReadPosition(user_id=1, thread_id=thread_id, last_number=number, read_count=number)
            for thread_id, number in read.items()
        )


def note(site: Site, folder: Path) -> None:
    """Write down beside the data what was made."""
    (folder / "site.json").write_text(json.dumps(asdict(site)))
