"""What a member has begun to write, and what it is for."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import select

from core.db import db
from core.errors import NotFound
from core.pages import Page, page_of
from core.permissions import Actor, readable
from forum.drafting import DraftPlace
from forum.models import Board, Post, SavedDraft, Thread
from forum.queries.shown import LISTED_THREAD

DRAFTS_A_PAGE = 20


class Destination(NamedTuple):
    """What a draft is for, as far as its author may see it now."""

    title: str
    name: str
    """How its address names it: the board's slug, the id of a thread or post."""
    number: int = 0
    """Of the post that is answered or changed."""


def find_draft(actor: Actor, place: DraftPlace) -> SavedDraft | None:
    """Return what this member keeps for a place."""
    if actor.id is None:
        return None
    return db.session.scalars(
        select(SavedDraft).where(SavedDraft.user_id == actor.id, SavedDraft.place == str(place))
    ).one_or_none()


def get_draft(draft_id: int, actor: Actor, *, lock: bool = False) -> SavedDraft:
    """Return one draft of this member; ``lock`` holds it until commit.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    statement = select(SavedDraft).where(SavedDraft.id == draft_id, SavedDraft.user_id == actor.id)
    found = db.session.scalars(statement.with_for_update() if lock else statement).one_or_none()
    if found is None:
        raise NotFound
    return found


def list_drafts(actor: Actor, *, cursor: str | None) -> Page[SavedDraft]:
    """Return one page of what this member has begun, the latest first.

    Raises:
        NotFound: the cursor is none of ours.
    """
    statement = select(SavedDraft).where(SavedDraft.user_id == actor.id)
    return page_of(statement, order=[SavedDraft.updated_at, SavedDraft.id], cursor=cursor, limit=DRAFTS_A_PAGE)


def destinations_of(places: Iterable[DraftPlace | None], actor: Actor) -> dict[DraftPlace, Destination]:
    """Return what these places are, without those that are gone or closed to the reader; three reads at most."""
    wanted = [place for place in places if place is not None]
    found: dict[DraftPlace, Destination] = {}
    for kinds, read in ((("board",), _boards), (("thread",), _threads), (("post", "edit"), _posts)):
        ids = {place.id for place in wanted if place.kind in kinds}
        known = read(ids, actor) if ids else {}
        found.update({place: known[place.id] for place in wanted if place.kind in kinds and place.id in known})
    return found


def _boards(ids: set[int], actor: Actor) -> dict[int, Destination]:
    statement = select(Board.id, Board.title, Board.slug).where(Board.id.in_(ids), readable(Board.audience, actor))
    return {row.id: Destination(str(row.title), row.slug) for row in db.session.execute(statement)}


def _thread_title(row: Any) -> str:
    return row.title if row.hidden_at is None else ""


def _threads(ids: set[int], actor: Actor) -> dict[int, Destination]:
    statement = select(Thread.id, Thread.title, Thread.hidden_at).where(
        Thread.id.in_(ids), LISTED_THREAD, readable(Thread.audience, actor)
    )
    return {row.id: Destination(_thread_title(row), str(row.id)) for row in db.session.execute(statement)}


def _posts(ids: set[int], actor: Actor) -> dict[int, Destination]:
    statement = (
        select(Post.id, Post.number, Post.thread_id, Thread.title, Thread.hidden_at)
        .join(Thread, Thread.id == Post.thread_id)
        .where(Post.id.in_(ids), LISTED_THREAD, readable(Thread.audience, actor))
    )
    return {row.id: Destination(_thread_title(row), str(row.id), row.number) for row in db.session.execute(statement)}
