"""Files that hang on posts, and who may open them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import aliased

from accounts.models import Branch
from core.db import db
from core.errors import NotFound
from core.files import File
from core.permissions import Actor
from forum.models import Attachment, Board, Post, SavedDraft, Thread
from forum.permissions import ForumPermission
from forum.queries.shown import SHOWN_POST

_STORED = aliased(File)


def get_attached_file(attachment_id: int, actor: Actor, *, thumbnail: bool = False) -> tuple[File, str]:
    """Return the file of an attachment and its name.

    One that is in no post yet is its uploader's alone. One of a post is seen by those who may read the post's text;
    behind a hidden or deleted post by the moderators of its board.

    Raises:
        NotFound: there is none, or it is not for this reader.
    """
    wanted = Attachment.thumbnail_id if thumbnail else Attachment.file_id
    row = db.session.execute(
        select(
            _STORED,
            Attachment.name,
            Attachment.post_id,
            Attachment.uploader_id,
            Post.hidden_at,
            Post.deleted_at,
            Thread.audience,
            Thread.deleted_at.label("thread_deleted_at"),
            Branch.path,
        )
        .select_from(Attachment)
        .join(_STORED, _STORED.id == wanted)
        .outerjoin(Post, Post.id == Attachment.post_id)
        .outerjoin(Thread, Thread.id == Post.thread_id)
        .outerjoin(Board, Board.id == Thread.board_id)
        .outerjoin(Branch, Branch.id == Board.branch_id)
        .where(Attachment.id == attachment_id)
    ).one_or_none()
    if row is None or not _may_open(row, actor):
        raise NotFound
    return row[0], row.name


def _may_open(row: Any, actor: Actor) -> bool:
    if row.post_id is None:
        return actor.id is not None and actor.id == row.uploader_id
    if not actor.can_read(row.audience):
        return False
    shown = row.hidden_at is None and row.deleted_at is None and row.thread_deleted_at is None
    return shown or actor.may(ForumPermission.MODERATE, row.path)


def list_shown(ids: Sequence[int], uploader_id: int, audiences: Collection[str]) -> Sequence[Any]:
    """Return what a text may show of these attachments: the uploader's own, and those of posts for these audiences."""
    in_sight = and_(SHOWN_POST, Thread.deleted_at.is_(None), Thread.audience.in_(sorted(audiences)))
    return db.session.execute(
        select(
            Attachment.id,
            Attachment.name,
            Attachment.alt,
            Attachment.width,
            Attachment.height,
            Attachment.thumbnail_id,
            File.size,
            File.media_type,
        )
        .join(File, File.id == Attachment.file_id)
        .outerjoin(Post, Post.id == Attachment.post_id)
        .outerjoin(Thread, Thread.id == Post.thread_id)
        .where(Attachment.id.in_(ids), or_(Attachment.uploader_id == uploader_id, in_sight))
    ).all()


def sum_uploads(uploader_id: int, since: datetime) -> tuple[int, int]:
    """Return how many files, and how many bytes, a member has sent since a moment."""
    count, size = db.session.execute(
        select(func.count(), func.coalesce(func.sum(File.size), 0))
        .select_from(Attachment)
        .join(File, File.id == Attachment.file_id)
        .where(Attachment.uploader_id == uploader_id, Attachment.created_at > since)
    ).one()
    return int(count), int(size)


def list_unclaimed(before: datetime, limit: int) -> Sequence[Attachment]:
    """Return attachments of no post that are older than a moment, the oldest first."""
    return db.session.scalars(
        select(Attachment)
        .where(Attachment.post_id.is_(None), Attachment.created_at < before)
        .order_by(Attachment.created_at)
        .limit(limit)
    ).all()


def list_draft_texts(user_ids: Collection[int]) -> Sequence[Any]:
    """Return (user_id, content) of what these members have begun to write."""
    return db.session.execute(
        select(SavedDraft.user_id, SavedDraft.content).where(SavedDraft.user_id.in_(sorted(user_ids)))
    ).all()
