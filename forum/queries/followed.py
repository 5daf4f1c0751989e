"""What one member follows, and things that can be followed."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select

from core.db import db
from core.errors import NotFound
from core.faces import Faces
from core.pages import Page, page_of
from core.permissions import Actor, readable
from core.subjects import subject_for
from forum import urls
from forum.enums import FollowedKind, SubscriptionLevel
from forum.models import Board, Follow, Subscription, Tag, Thread
from forum.queries.shown import SHOWN_THREAD

THREADS_A_PAGE = 30
COURSE = FollowedKind.COURSE.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """A board, a tag or a course with what a member has chosen for it."""

    kind: FollowedKind
    id: int
    title: Faces | str
    url: str
    level: SubscriptionLevel | None

    @property
    def key(self) -> str:
        """What a form calls it."""
        return f"{self.kind.value}:{self.id}"


def _found(kind: FollowedKind, ids: list[int], actor: Actor) -> dict[int, tuple[Faces | str, str]]:
    """Return id → title and address of those that are there for this reader; one question, however many."""
    if not ids:
        return {}
    if kind is FollowedKind.BOARD:
        boards = select(Board.id, Board.title, Board.slug).where(Board.id.in_(ids), readable(Board.audience, actor))
        return {row.id: (row.title, urls.for_board(row.slug)) for row in db.session.execute(boards)}
    if kind is FollowedKind.TAG:
        tags = select(Tag.id, Tag.name, Tag.slug).where(Tag.id.in_(ids))
        return {row.id: (row.name, urls.for_tag(row.slug)) for row in db.session.execute(tags)}
    courses = subject_for(COURSE)
    found = courses.named(ids, actor) if courses else {}
    return {subject.ref.id: (subject.title, subject.url) for subject in found.values()}


def get_followed(kind: FollowedKind, target_id: int, actor: Actor) -> Followed:
    """Return a board, a tag or a course with what this member has chosen for it.

    Raises:
        NotFound: there is none, or it is not for this reader.
    """
    found = _found(kind, [target_id], actor).get(target_id)
    if found is None:
        raise NotFound
    return Followed(kind=kind, id=target_id, title=found[0], url=found[1], level=follow_level(kind, target_id, actor))


def follow_level(kind: FollowedKind, target_id: int, actor: Actor) -> SubscriptionLevel | None:
    """Return what this member has chosen for a board, a tag or a course."""
    return db.session.scalar(
        select(Follow.level).where(
            Follow.user_id == (actor.id or 0), Follow.kind == kind, Follow.target_id == target_id
        )
    )


def list_follows(actor: Actor) -> list[Followed]:
    """Return the boards, tags and courses for which this member has chosen something and that are still there."""
    chosen = db.session.execute(select(Follow.kind, Follow.target_id, Follow.level).where(Follow.user_id == actor.id))
    levels = {(row.kind, row.target_id): row.level for row in chosen}
    rows = []
    for kind in FollowedKind:
        for target_id, (title, url) in _found(kind, [ident for of, ident in levels if of is kind], actor).items():
            rows.append(Followed(kind=kind, id=target_id, title=title, url=url, level=levels[kind, target_id]))
    return sorted(rows, key=lambda row: (list(FollowedKind).index(row.kind), row.id))


def list_followed_threads(actor: Actor, cursor: str | None) -> Page[Row[Any]]:
    """Return one page of the threads for which this member has chosen something: id, title, level, board.

    Raises:
        NotFound: the cursor is none of ours.
    """
    statement = (
        select(Thread.id, Thread.title, Subscription.level, Board.title.label("board_title"))
        .join(Subscription, Subscription.thread_id == Thread.id)
        .join(Board, Board.id == Thread.board_id)
        .where(Subscription.user_id == actor.id, SHOWN_THREAD, readable(Thread.audience, actor))
    )
    return page_of(statement, order=[Thread.id], cursor=cursor, limit=THREADS_A_PAGE)
