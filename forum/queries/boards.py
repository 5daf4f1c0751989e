"""Boards as readers see them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, func, not_, select
from sqlalchemy.orm import aliased, joinedload

from accounts.models import Branch
from core.db import AnySelect, db
from core.errors import NotFound
from core.faces import Faces
from core.permissions import Actor, readable
from core.subjects import narrower_kinds
from forum.enums import FollowedKind, PostPolicy, SubscriptionLevel, ThreadKind
from forum.models import Board, Follow, Thread
from forum.queries.shown import LISTED_THREAD, SHOWN_THREAD


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardRow:
    """A board in a list, with the thread that was active last."""

    id: int
    slug: str
    title: Faces
    about: Faces
    audience: str
    post_policy: PostPolicy
    archived: bool
    thread_count: int
    post_count: int
    branch_id: int
    branch_name: Faces
    branch_path: str
    fields: list[Any]
    level: SubscriptionLevel | None = None
    """What the reader has chosen to hear of it; only on its own page."""
    latest_id: int | None = None
    latest_title: str = ""
    latest_at: datetime | None = None


_COLUMNS = (
    Board.id,
    Board.slug,
    Board.title,
    Board.about,
    Board.audience,
    Board.post_policy,
    Board.archived,
    Board.branch_id,
    Branch.name.label("branch_name"),
    Branch.path.label("branch_path"),
    Board.fields,
)


def _counted(statement: AnySelect, actor: Actor, *, slug: str = "") -> AnySelect:
    """Add how many threads and posts this reader sees on a board; ``slug`` names the only one that is asked for.

    The counters of the board hold all of them. Left out are those about things that not everybody on it may know:
    they are found by their kind, so that boards without any cost nothing.
    """
    own_posts = Thread.reply_count + case((Thread.hidden_at.is_(None), 1), else_=0)
    unseen_threads = (
        select(Thread.board_id, func.count().label("threads"), func.sum(own_posts).label("posts"))
        .where(Thread.subject_kind.in_(narrower_kinds()), LISTED_THREAD, not_(readable(Thread.audience, actor)))
        .group_by(Thread.board_id)
    )
    if slug:
        unseen_threads = unseen_threads.where(
            Thread.board_id == select(Board.id).where(Board.slug == slug).scalar_subquery()
        )
    unseen = unseen_threads.subquery()
    return statement.add_columns(
        (Board.thread_count - func.coalesce(unseen.c.threads, 0)).label("thread_count"),
        (Board.post_count - func.coalesce(unseen.c.posts, 0)).label("post_count"),
    ).outerjoin(unseen, unseen.c.board_id == Board.id)


def list_boards(actor: Actor) -> list[BoardRow]:
    """Return the boards this reader may see, those of the whole site first."""
    latest = aliased(Thread)
    newest = (
        select(Thread.id)
        .where(Thread.board_id == Board.id, SHOWN_THREAD, readable(Thread.audience, actor))
        .order_by(Thread.last_posted_at.desc(), Thread.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    statement = (
        select(
            *_COLUMNS,
            latest.id.label("latest_id"),
            latest.title.label("latest_title"),
            latest.last_posted_at.label("latest_at"),
        )
        .join(Branch, Branch.id == Board.branch_id)
        .outerjoin(latest, latest.id == newest)
        .where(readable(Board.audience, actor))
        .order_by(Branch.path, Board.position, Board.id)
    )
    return [BoardRow(**row._mapping) for row in db.session.execute(_counted(statement, actor))]


def get_board_page(slug: str, actor: Actor) -> BoardRow:
    """Return one board to show.

    Raises:
        NotFound: there is none, or this reader may not see it.
    """
    statement = (
        select(*_COLUMNS, Follow.level)
        .join(Branch, Branch.id == Board.branch_id)
        .outerjoin(
            Follow,
            and_(Follow.user_id == (actor.id or 0), Follow.kind == FollowedKind.BOARD, Follow.target_id == Board.id),
        )
        .where(Board.slug == slug, readable(Board.audience, actor))
    )
    row = db.session.execute(_counted(statement, actor, slug=slug)).one_or_none()
    if row is None:
        raise NotFound
    return BoardRow(**row._mapping)


def get_board(slug: str, actor: Actor, *, lock: bool = False) -> Board:
    """Return one board to work with, its branch loaded; ``lock`` holds it until commit.

    Raises:
        NotFound: there is none, or this reader may not see it.
    """
    statement: Any = (
        select(Board)
        .where(Board.slug == slug, readable(Board.audience, actor))
        .options(joinedload(Board.branch, innerjoin=True))
    )
    found: Board | None = db.session.scalars(statement.with_for_update(of=Board) if lock else statement).one_or_none()
    if found is None:
        raise NotFound
    return found


def get_board_by_id(board_id: int, actor: Actor, *, lock: bool = False) -> Board:
    """Return one board to work with, its branch loaded; ``lock`` holds it until commit.

    Raises:
        NotFound: there is none, or this reader may not see it.
    """
    statement: Any = (
        select(Board)
        .where(Board.id == board_id, readable(Board.audience, actor))
        .options(joinedload(Board.branch, innerjoin=True))
    )
    found: Board | None = db.session.scalars(statement.with_for_update(of=Board) if lock else statement).one_or_none()
    if found is None:
        raise NotFound
    return found


def find_board(slug: str) -> Board | None:
    """Return a board whoever asks, for commands."""
    return db.session.scalars(
        select(Board).where(Board.slug == slug).options(joinedload(Board.branch, innerjoin=True))
    ).one_or_none()


def list_readable_board_ids(actor: Actor) -> list[int]:
    """Return the ids of all boards this reader may see."""
    return list(db.session.scalars(select(Board.id).where(readable(Board.audience, actor)).order_by(Board.id)))


def list_branches() -> list[Branch]:
    """Return all branches, the root first, for the choice of a board's branch."""
    return list(db.session.scalars(select(Branch).order_by(Branch.path)))


def list_unanswered(actor: Actor, limit: int = 5) -> list[Any]:
    """Return the newest questions nobody has answered: id, title, created_at, board."""
    statement = (
        select(Thread.id, Thread.title, Thread.created_at, Board.title.label("board"))
        .join(Board, Board.id == Thread.board_id)
        .where(
            and_(Thread.kind == ThreadKind.QUESTION, Thread.reply_count == 0),
            SHOWN_THREAD,
            readable(Thread.audience, actor),
        )
        .order_by(Thread.created_at.desc(), Thread.id.desc())
        .limit(limit)
    )
    return list(db.session.execute(statement))
