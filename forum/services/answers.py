"""The accepted answer of a question."""

from core.db import db
from core.events import ContentEvent
from core.notifications import tell
from core.outbox import announce
from core.permissions import Actor
from forum import notices, urls
from forum.enums import ThreadKind
from forum.errors import BoardArchived, NotAnAnswer, NotYourQuestion, PostGone
from forum.models import Post, Thread
from forum.permissions import ForumPermission


def may_accept(kind: ThreadKind, author_id: int, scope: str, actor: Actor) -> bool:
    """Tell whether a person may mark the answer of a thread: the asker may, and moderators."""
    if kind is not ThreadKind.QUESTION or actor.id is None:
        return False
    return author_id == actor.id or actor.may(ForumPermission.MODERATE, scope)


def _require_accept(thread: Thread, actor: Actor) -> None:
    if thread.kind is not ThreadKind.QUESTION:
        raise NotAnAnswer
    if not may_accept(thread.kind, thread.author_id, thread.board.branch.path, actor):
        raise NotYourQuestion
    if not thread.is_shown:
        raise PostGone
    if thread.board.archived:
        raise BoardArchived


def accept_answer(post: Post, actor: Actor) -> None:
    """Mark a reply as the answer, in place of any other. The caller holds the rows of the post and its thread.

    A locked thread can still be marked: nothing is added to it.

    Raises:
        BoardArchived: nothing is changed there any more.
        NotAnAnswer: the thread asks nothing, or the post is the question itself.
        NotYourQuestion: the person neither asked nor moderates.
        PostGone: the question or the reply was hidden or deleted meanwhile.
    """
    thread = post.thread
    _require_accept(thread, actor)
    if post.number == 1:
        raise NotAnAnswer
    if not post.is_shown:
        raise PostGone
    if thread.accepted_post_id == post.id:
        return
    thread.accepted_post_id = post.id
    db.session.flush()
    announce(ContentEvent(subject=thread.ref))
    tell(
        [post.author_id],
        notices.ACCEPTED.code,
        subject=post.ref,
        url=urls.for_post(post.id),
        actor_id=actor.id,
        key=f"forum.accepted:{post.id}",
        title=thread.title,
    )


def withdraw_answer(post: Post, actor: Actor) -> None:
    """Take the mark off a reply; one that does not bear it is left as it is. The caller holds the same rows.

    Raises:
        BoardArchived, NotAnAnswer, NotYourQuestion, PostGone: as ``accept_answer``.
    """
    thread = post.thread
    _require_accept(thread, actor)
    if thread.accepted_post_id != post.id:
        return
    thread.accepted_post_id = None
    db.session.flush()
    announce(ContentEvent(subject=thread.ref))
