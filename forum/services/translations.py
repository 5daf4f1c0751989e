"""Translations of posts: proposed by members, shown once somebody who may has approved them."""

from base64 import urlsafe_b64encode
from dataclasses import dataclass
from hashlib import blake2b

from sqlalchemy import select

from core.clock import utcnow
from core.db import db, lock
from core.events import ContentEvent
from core.notifications import NoticeKind, tell
from core.outbox import announce
from core.permissions import Actor, require
from core.refs import Ref
from forum import notices, urls
from forum.composing import Draft
from forum.errors import (
    BoardArchived,
    NotYourTranslation,
    PostGone,
    TranslationChanged,
    TranslationStands,
    TranslationWaits,
)
from forum.models import Post, Translation
from forum.permissions import ForumPermission


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """What somebody proposes as the translation of a post."""

    draft: Draft
    of_revision: int
    """Which text of the post was translated; a later one makes the translation stale from the start."""
    title: str = ""


def target_language(language: str) -> str:
    """Return the language into which a post of this one is translated: the other of the site's two."""
    return "zh-Hans" if language == "en" else "en"


def text_mark(row: Translation) -> str:
    """Return what marks the text of a translation: who approves it says by this which one was read.

    It has twenty characters: of anything longer in a form, the pages for faults take it that somebody typed it.
    """
    return urlsafe_b64encode(blake2b(repr((row.title, row.body)).encode(), digest_size=15).digest()).decode()


def may_approve(author_id: int, scope: str, actor: Actor) -> bool:
    """Tell whether a person may approve translations of a post: its author may, and officers and moderators."""
    return actor.id is not None and (actor.id == author_id or actor.may(ForumPermission.APPROVE_TRANSLATION, scope))


def may_withdraw(post: Post, row: Translation, actor: Actor) -> bool:
    """Tell whether a person may take a translation away: who may approve it may, and who proposed it."""
    return actor.id is not None and (
        row.author_id == actor.id or may_approve(post.author_id, post.thread.board.branch.path, actor)
    )


def require_translate(post: Post, actor: Actor) -> None:
    """Do nothing if the person may propose a translation of the post. A locked thread's posts can still be translated.

    Raises:
        Denied: the right to write is missing.
        PostGone, BoardArchived: the post is not open to changes any more.
    """
    require(actor, ForumPermission.REPLY, post.thread.board.branch.path)
    if not post.is_shown:
        raise PostGone
    if post.thread.board.archived:
        raise BoardArchived


def propose_translation(post: Post, actor: Actor, proposal: Proposal) -> Translation:
    """Keep a translation until somebody approves it; one by a person who may approve is approved with it.

    The caller holds the post's row lock. A proposal takes the place of an own one that waits, and of an approved one
    that is stale; what a person who may approve sends, of any that waits. An approved one of the present text stands
    against everybody, for nobody who reads it should lose it to a text that waits.

    Raises:
        PostGone, BoardArchived, Denied: as ``require_translate``.
        TranslationStands: there is an approved one of the present text.
        TranslationWaits: somebody else's waits to be approved.
    """
    require_translate(post, actor)
    assert actor.id is not None  # noqa: S101 -- a right was required
    language, approves = target_language(post.language), may_approve(post.author_id, _scope(post), actor)
    row = _find(post, language)
    if row is None:
        row = Translation(post_id=post.id, language=language)
        db.session.add(row)
    else:
        _require_replaceable(post, row, mine=approves or row.author_id == actor.id)
    row.of_revision = min(proposal.of_revision, post.revision)
    row.author_id, row.created_at = actor.id, utcnow()
    row.title = proposal.title if post.number == 1 else ""
    row.body, row.html = proposal.draft.body, proposal.draft.html
    row.approved_at, row.approved_by_id = (utcnow(), actor.id) if approves else (None, None)
    _settle(post)
    if not approves:
        _tell(notices.TRANSLATION_PROPOSED, [post.author_id], post, row, actor)
    return row


def approve_translation(post: Post, row: Translation, actor: Actor, seen: str) -> None:
    """Let everybody who reads the post read its translation. Approving twice changes nothing.

    The caller holds the post's row lock. ``seen`` is the ``text_mark`` of what the person read.

    Raises:
        NotYourTranslation: the person may not approve it.
        PostGone: the post was hidden or deleted meanwhile.
        TranslationChanged: it is another text than the person read.
    """
    if not may_approve(post.author_id, _scope(post), actor):
        raise NotYourTranslation
    if not post.is_shown:
        raise PostGone
    if seen != text_mark(row):
        raise TranslationChanged
    if row.approved_at is not None:
        return
    row.approved_at, row.approved_by_id = utcnow(), actor.id
    _settle(post)
    _tell(notices.TRANSLATION_APPROVED, [row.author_id, post.author_id], post, row, actor)


def withdraw_translation(post: Post, row: Translation, actor: Actor) -> None:
    """Take a translation away, approved or not.

    Raises:
        NotYourTranslation: the person neither proposed nor may approve it.
    """
    if not may_withdraw(post, row, actor):
        raise NotYourTranslation
    _tell(notices.TRANSLATION_WITHDRAWN, [row.author_id], post, row, actor)
    db.session.delete(row)
    _settle(post)


def _scope(post: Post) -> str:
    return post.thread.board.branch.path


def _find(post: Post, language: str) -> Translation | None:
    return db.session.scalars(
        lock(select(Translation).where(Translation.post_id == post.id, Translation.language == language))
    ).one_or_none()


def _require_replaceable(post: Post, row: Translation, *, mine: bool) -> None:
    if row.approved_at is None and not mine:
        raise TranslationWaits
    if row.approved_at is not None and row.of_revision == post.revision:
        raise TranslationStands


def _settle(post: Post) -> None:
    """Note on the post whether a translation stands beside it, and have it indexed."""
    db.session.flush()
    approved = select(Translation.id).where(Translation.post_id == post.id, Translation.approved_at.is_not(None))
    post.is_translated = db.session.scalar(approved.limit(1)) is not None
    db.session.flush()
    announce(ContentEvent(subject=post.thread.ref if post.number == 1 else post.ref))


def _tell(kind: NoticeKind, people: list[int], post: Post, row: Translation, actor: Actor) -> None:
    tell(
        people,
        kind.code,
        subject=Ref("post", post.id),
        url=urls.for_translation(post.id),
        actor_id=actor.id,
        # The same translation can be proposed, approved and withdrawn more than once.
        key=f"{kind.code}:{row.id}:{row.created_at.isoformat()}",
        title=post.thread.title,
    )
