"""Translations of posts: the one beside a post, and those that wait to be approved."""

from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from accounts.models import Branch, User
from core.db import db
from core.errors import NotFound
from core.pages import Page, page_of
from core.permissions import Actor, readable
from forum.models import Board, Post, Thread, Translation
from forum.permissions import ForumPermission
from forum.queries.posts import get_post
from forum.queries.shown import SHOWN_POST, SHOWN_THREAD

WAITING_A_PAGE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """A post and its translation, with the names of who made and who approved it."""

    post: Post
    row: Translation
    author: str
    approver: str

    @property
    def is_stale(self) -> bool:
        """Tell whether the post was changed after it was translated."""
        return self.row.of_revision != self.post.revision


def find_translation(post_id: int) -> Translation | None:
    """Return the latest translation of a post, approved or not."""
    return db.session.scalars(
        select(Translation).where(Translation.post_id == post_id).order_by(Translation.id.desc()).limit(1)
    ).one_or_none()


def get_beside(post_id: int, actor: Actor, *, lock: bool = False) -> Beside:
    """Return a post with its translation; one that is not approved only for those whom it concerns.

    With ``lock`` the post is held until commit.

    Raises:
        NotFound: there is none, or it is not for this reader.
    """
    post = get_post(post_id, actor, lock=lock)
    row = find_translation(post_id)
    if row is None or not post.is_shown or not _may_see(post, row, actor):
        raise NotFound
    people = {row.author_id, row.approved_by_id}
    found = db.session.execute(select(User.id, User.display_name).where(User.id.in_(people - {None})))
    names = {row.id: row.display_name for row in found}
    return Beside(post=post, row=row, author=names[row.author_id], approver=names.get(row.approved_by_id or 0, ""))


def _may_see(post: Post, row: Translation, actor: Actor) -> bool:
    if row.approved_at is not None:
        return True
    concerned = actor.id is not None and actor.id in {row.author_id, post.author_id}
    return concerned or actor.may(ForumPermission.APPROVE_TRANSLATION, post.thread.board.branch.path)


def list_waiting_translations(actor: Actor, *, cursor: str | None) -> Page[object]:
    """Return one page of the translations that this person may approve, the latest proposal first.

    Raises:
        NotFound: the cursor is none of ours.
    """
    translator = aliased(User)
    mine = [Branch.path.startswith(path, autoescape=True) for path in actor.scopes(ForumPermission.APPROVE_TRANSLATION)]
    statement = (
        select(
            Translation.id,
            Translation.created_at,
            Translation.post_id,
            Translation.language,
            Thread.title,
            Board.title.label("board_title"),
            translator.display_name.label("author"),
        )
        .join(Post, Post.id == Translation.post_id)
        .join(Thread, Thread.id == Post.thread_id)
        .join(Board, Board.id == Thread.board_id)
        .join(Branch, Branch.id == Board.branch_id)
        .join(translator, translator.id == Translation.author_id)
        .where(
            Translation.approved_at.is_(None),
            SHOWN_POST,
            SHOWN_THREAD,
            readable(Thread.audience, actor),
            or_(Post.author_id == actor.id, *mine),
        )
    )
    return page_of(statement, order=[Translation.created_at, Translation.id], cursor=cursor, limit=WAITING_A_PAGE)
