"""Files that hang on posts: taken in, given to a post, removed."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta

from sqlalchemy import delete, select, update

from core.attachments import Prepared
from core.clock import utcnow
from core.db import db
from core.errors import TooMany
from core.files import File
from core.i18n import _l
from core.permissions import Actor, require
from forum.attaching import named_in
from forum.models import Attachment, Post
from forum.permissions import ForumPermission
from forum.queries.attachments import list_draft_texts, list_unclaimed, sum_uploads
from forum.urls import for_file

FILES_A_DAY = 60
BYTES_A_DAY = 200 * 1024 * 1024
UNCLAIMED_FOR = timedelta(hours=24)
SWEPT_AT_ONCE = 200
_NUMBERED = re.compile(r"/forum/files/(\d{1,9})(?!\d)")


class TooManyFiles(TooMany):
    """This member has sent enough for one day."""

    message = _l("You have sent as many files as one day allows. Please go on tomorrow.")


def attach(actor: Actor, prepared: Prepared, alt: str) -> Attachment:
    """Keep an upload for its sender until a post names it.

    Raises:
        Denied: the right to write is missing.
        TooManyFiles: it is too much for one day.
    """
    require(actor, ForumPermission.REPLY)
    assert actor.id is not None  # noqa: S101 -- a right was required
    count, size = sum_uploads(actor.id, utcnow() - timedelta(days=1))
    if count >= FILES_A_DAY or size + prepared.file.size > BYTES_A_DAY:
        raise TooManyFiles
    db.session.add_all([one for one in (prepared.file, prepared.thumbnail) if one])
    db.session.flush()
    row = Attachment(
        uploader_id=actor.id,
        file_id=prepared.file.id,
        thumbnail_id=prepared.thumbnail.id if prepared.thumbnail else None,
        name=prepared.name,
        alt=alt,
        width=prepared.width,
        height=prepared.height,
        created_at=utcnow(),
    )
    db.session.add(row)
    db.session.flush()
    return row


def claim(post: Post) -> None:
    """Give the post those attachments that its text names, as far as they are its author's and in no post yet.

    One that a later text no longer names stays: what the post said before an edit can still be read.
    """
    if ids := named_in(post.body):
        db.session.execute(
            update(Attachment)
            .where(Attachment.id.in_(ids), Attachment.uploader_id == post.author_id, Attachment.post_id.is_(None))
            .values(post_id=post.id)
            .execution_options(synchronize_session=False)
        )


def copy_onto(copy: Post, post: Post) -> None:
    """Give a copy of a post files of its own, so that whoever may read the copy may open them, and nobody else.

    The copy's text is the post's; the files that it names are named anew in it.
    """
    rows = db.session.scalars(
        select(Attachment).where(Attachment.post_id == post.id, Attachment.id.in_(named_in(copy.body)))
    ).all()
    fresh = {row.id: _copied(row, copy.id) for row in rows}
    db.session.flush()

    def renamed(found: re.Match[str]) -> str:
        there = fresh.get(int(found[1]))
        return for_file(there.id) if there else found[0]

    copy.body, copy.html = _NUMBERED.sub(renamed, copy.body), _NUMBERED.sub(renamed, copy.html)


def _copied(row: Attachment, post_id: int) -> Attachment:
    """Return another attachment of the same content: its files are rows of their own, the content is kept once."""
    copied = Attachment(
        post_id=post_id,
        file_id=_copied_file(row.file_id),
        thumbnail_id=_copied_file(row.thumbnail_id) if row.thumbnail_id is not None else None,
        **{name: getattr(row, name) for name in ("uploader_id", "name", "alt", "width", "height", "created_at")},
    )
    db.session.add(copied)
    return copied


def _copied_file(file_id: int) -> int:
    file = db.session.get_one(File, file_id)
    names = ("sha256", "size", "media_type", "original_name", "created_at")
    copied = File(**{name: getattr(file, name) for name in names})
    db.session.add(copied)
    db.session.flush()
    return copied.id


def sweep_unclaimed() -> int:
    """Remove what was sent a day ago and is named in no post and no saved draft; return how many."""
    old = list_unclaimed(utcnow() - UNCLAIMED_FOR, SWEPT_AT_ONCE)
    drafts: dict[int, set[int]] = defaultdict(set)
    for user_id, content in list_draft_texts({row.uploader_id for row in old}) if old else ():
        drafts[user_id].update(named_in(str(content)))
    return _remove([row for row in old if row.id not in drafts[row.uploader_id]])


def remove_of(user_ids: Collection[int]) -> list[int]:
    """Remove every file that these people have sent; return the ids of the posts that showed one.

    The posts are marked as old too, so that the clock renders those that the caller does not come to.
    """
    rows = db.session.scalars(select(Attachment).where(Attachment.uploader_id.in_(sorted(user_ids)))).all()
    post_ids = sorted({row.post_id for row in rows if row.post_id is not None})
    _remove(rows)
    db.session.execute(
        update(Post).where(Post.id.in_(post_ids)).values(render_version=0).execution_options(synchronize_session=False)
    )
    return post_ids


def _remove(rows: Sequence[Attachment]) -> int:
    """Delete the rows; the content goes from the disk once no row names it (``core.files.sweep``)."""
    ids, file_ids = [row.id for row in rows], _files_of(rows)
    if ids:
        db.session.execute(delete(Attachment).where(Attachment.id.in_(ids)))
        db.session.execute(delete(File).where(File.id.in_(file_ids)))
        db.session.flush()
    return len(ids)


def _files_of(rows: Iterable[Attachment]) -> list[int]:
    return sorted({ident for row in rows for ident in (row.file_id, row.thumbnail_id) if ident is not None})
