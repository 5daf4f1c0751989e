"""Making and changing boards."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2s

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.orm import joinedload

from accounts.models import Branch
from core.db import db
from core.events import ContentEvent
from core.faces import Faces
from core.outbox import announce_all
from core.permissions import Actor, require
from core.refs import Ref
from core.subjects import Subject
from core.text import slugify
from core.upserts import upsert
from forum.enums import PostPolicy
from forum.errors import SlugTaken
from forum.events import RepliesTouched
from forum.models import SLUG_MAX, Board, Thread
from forum.permissions import ForumPermission

SUBJECT_POSITION = 1000
"""Boards that were made for a course stand after those somebody planned."""


@dataclass(frozen=True, kw_only=True)
class BoardPlan:
    """What an administrator decides about a board."""

    slug: str
    title: Faces
    about: Faces
    audience: str
    post_policy: PostPolicy
    branch_id: int
    position: int = 0
    archived: bool = False


def _apply(board: Board, plan: BoardPlan) -> None:
    taken = db.session.scalar(select(Board.id).where(Board.slug == plan.slug, Board.id != (board.id or 0)))
    if taken is not None:
        raise SlugTaken
    for name in ("slug", "title", "about", "audience", "post_policy", "branch_id", "position", "archived"):
        setattr(board, name, getattr(plan, name))


def _scope(branch_id: int) -> str:
    return str(db.session.scalar(select(Branch.path).where(Branch.id == branch_id)) or "/")


def create_board(actor: Actor, plan: BoardPlan) -> Board:
    """Make a board.

    Raises:
        Denied: the person does not manage boards of that branch.
        SlugTaken: another board has the address.
    """
    require(actor, ForumPermission.MANAGE, _scope(plan.branch_id))
    board = Board()
    _apply(board, plan)
    db.session.add(board)
    db.session.flush()
    return board


def edit_board(board: Board, actor: Actor, plan: BoardPlan) -> None:
    """Change a board. Threads keep the audience they were started with, except those that had the board's.

    Raises:
        Denied: the person does not manage boards of that branch, the old one or the new.
        SlugTaken: another board has the address.
    """
    require(actor, ForumPermission.MANAGE, board.branch.path)
    require(actor, ForumPermission.MANAGE, _scope(plan.branch_id))
    before = board.audience
    _apply(board, plan)
    db.session.flush()
    if before != plan.audience:
        _move_audience(board, before)


def _move_audience(board: Board, before: str) -> None:
    """Take the board's threads along to its new audience and have them indexed again."""
    moved = and_(Thread.board_id == board.id, Thread.audience == before, Thread.subject_kind.is_(None))
    thread_ids = db.session.scalars(select(Thread.id).where(moved)).all()
    db.session.execute(
        update(Thread).where(moved).values(audience=board.audience).execution_options(synchronize_session=False)
    )
    announce_all(ContentEvent(subject=Ref("thread", row)) for row in thread_ids)
    announce_all(RepliesTouched(thread_id=row) for row in thread_ids)


def ensure_subject_board(subject: Subject) -> Board:
    """Return the board that takes the threads about a thing, held until commit and made when it is the first."""
    slug = _slug_for(subject)
    values = {
        "slug": slug,
        "title": subject.board_title,
        "about": Faces(),
        "audience": subject.board_audience or subject.audience,
        "post_policy": PostPolicy.EVERYONE,
        "branch_id": subject.branch_id,
        "position": SUBJECT_POSITION,
    }
    # Two first threads at the same moment find one board.
    db.session.execute(upsert(Board, values, conflict=["slug"]))
    statement = select(Board).where(Board.slug == slug).options(joinedload(Board.branch, innerjoin=True))
    return db.session.scalars(statement.with_for_update(of=Board)).one()


def follow_subjects(kind: str, audiences: Mapping[int, str], board_audiences: Mapping[int, str]) -> None:
    """Give threads about things, and the boards that take them, the audiences that these have now."""
    for subject_id, audience in audiences.items():
        about = and_(Thread.subject_kind == kind, Thread.subject_id == subject_id)
        boards = select(Thread.board_id).where(about)
        seen_by = board_audiences[subject_id]
        _let_see(Board, and_(Board.id.in_(boards), Board.position == SUBJECT_POSITION), seen_by)
        thread_ids = sorted(db.session.scalars(select(Thread.id).where(about, Thread.audience != audience)))
        _let_see(Thread, Thread.id.in_(thread_ids), audience)
        announce_all(ContentEvent(subject=Ref("thread", row)) for row in thread_ids)
        announce_all(RepliesTouched(thread_id=row) for row in thread_ids)


def _let_see(model: type[Board | Thread], condition: ColumnElement[bool], audience: str) -> None:
    db.session.execute(
        update(model)
        .where(condition, model.audience != audience)
        .values(audience=audience)
        .execution_options(synchronize_session=False)
    )


def _slug_for(subject: Subject) -> str:
    """Return the address of that board; one that is too long is cut, but stays different from others."""
    slug = slugify(subject.board_slug, 10 * SLUG_MAX) or f"{subject.ref.kind}-{subject.ref.id}"
    if len(slug) <= SLUG_MAX:
        return slug
    mark = blake2s(slug.encode(), digest_size=4).hexdigest()
    return f"{slug[: SLUG_MAX - len(mark) - 1].strip('-')}-{mark}"
