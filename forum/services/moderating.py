"""What moderators do to threads and posts. Reasons and notices are the concern of ``moderation``."""

from core.clock import utcnow
from core.db import db
from core.events import ModeratorActed
from core.outbox import announce
from core.permissions import Actor, require
from forum import queries
from forum.enums import ThreadState
from forum.models import Post, Thread
from forum.permissions import ForumPermission
from forum.services.counters import count_on_board, count_reply, note_official_replies
from forum.services.posts import announce_post, announce_replies


def hide_post(post: Post, actor: Actor, reason: str) -> None:
    """Hide a post; an opening post takes the thread's title along, the replies stay. Hiding twice changes nothing."""
    if post.hidden_at is not None:
        return
    was_shown, thread = post.is_shown, post.thread
    post.hidden_at, post.hidden_by_id, post.hidden_reason = utcnow(), actor.id, reason
    if post.number == 1:
        if was_shown and thread.is_listed:
            count_on_board(thread.board_id, posts=-1)
        thread.hidden_at = post.hidden_at
        announce_replies(thread)
    elif was_shown:
        count_reply(thread, -1)
        note_official_replies(thread, post)
    db.session.flush()
    announce_post(post)


def restore_post(post: Post, actor: Actor) -> None:
    """Show a hidden post again, and the title of the thread it opens. Restoring twice changes nothing."""
    if post.hidden_at is None:
        return
    thread = post.thread
    post.hidden_at, post.hidden_by_id, post.hidden_reason = None, None, ""
    if post.number == 1:
        thread.hidden_at = None
        if post.is_shown and thread.is_listed:
            count_on_board(thread.board_id, posts=1)
        announce_replies(thread)
    elif post.is_shown:
        count_reply(thread, 1)
        note_official_replies(thread, post)
    db.session.flush()
    announce_post(post)


def require_moderator(thread: Thread, actor: Actor) -> None:
    """Do nothing if the person moderates the thread's board.

    Raises:
        Denied: not so.
    """
    require(actor, ForumPermission.MODERATE, thread.board.branch.path)


def lock_thread(thread: Thread, actor: Actor, reason: str) -> None:
    """Close a thread for replies, with the reason that readers see.

    Raises:
        Denied: the person does not moderate here.
    """
    require_moderator(thread, actor)
    if thread.state is ThreadState.LOCKED and thread.lock_reason == reason:
        return
    thread.state, thread.lock_reason = ThreadState.LOCKED, reason
    thread.closes_at = thread.closes_by_id = None  # The clock has nothing left to do.
    db.session.flush()
    tell_log(thread, actor, "lock", reason)


def unlock_thread(thread: Thread, actor: Actor) -> None:
    """Open a thread for replies again. Its author may, too, where the clock closed it on the author's own word.

    Raises:
        Denied: the person does not moderate here.
    """
    own = actor.id == thread.author_id == thread.closes_by_id
    if not own:
        require_moderator(thread, actor)
    if thread.state is ThreadState.OPEN:
        return
    reason, thread.state, thread.lock_reason = thread.lock_reason, ThreadState.OPEN, ""
    thread.closes_at = thread.closes_by_id = None
    db.session.flush()
    if not own:
        tell_log(thread, actor, "unlock", reason)


def tell_log(thread: Thread, actor: Actor, action: str, reason: str) -> None:
    """Have the act taken down in the public log, under the thread's opening post."""
    assert actor.id is not None  # noqa: S101 -- a right was required
    announce(
        ModeratorActed(
            subject=queries.opening_ref(thread.id),
            action=action,
            actor_id=actor.id,
            reason=reason,
            key=f"forum.{action}:{thread.id}:{utcnow().isoformat()}",
        )
    )
