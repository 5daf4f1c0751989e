"""Removing posts and threads softly, and bringing them back: nothing is ever erased here."""

from collections.abc import Callable

from core.clock import utcnow
from core.db import db
from core.events import ModeratorActed
from core.house_rules import Rule
from core.outbox import announce
from core.permissions import Actor, require
from forum.composing import Draft
from forum.enums import ThreadState
from forum.errors import (
    AuthorDecides,
    BoardArchived,
    OwnRemoval,
    PostGone,
    ThreadHidden,
    ThreadLocked,
    TooLateToBringBack,
)
from forum.models import Post, PostRevision, Thread
from forum.permissions import ForumPermission
from forum.removal import is_in_time, is_own, removed_part
from forum.services.counters import count_on_board, count_reply, note_official_replies
from forum.services.moderating import require_moderator
from forum.services.posts import announce_post, announce_replies, replace_text, require_edit


def require_remove(post: Post, actor: Actor) -> None:
    """Do nothing if the person may take the post into the bin.

    Raises:
        Denied: the person does not moderate here.
        OwnRemoval: the person wrote it.
        PostGone: it is deleted already.
    """
    require_moderator(post.thread, actor)
    if post.author_id == actor.id:
        raise OwnRemoval
    if _part(post).deleted_at is not None or (post.number > 1 and not post.thread.is_listed):
        raise PostGone


def remove(post: Post, actor: Actor, reason: str, rule: Rule) -> None:
    """Take a post into the bin, with a reason and the rule it breaks; an opening post takes the whole thread along.

    The same moderator's second click changes nothing. The caller holds the thread's row lock.

    Raises:
        Denied, OwnRemoval, PostGone: as ``require_remove``.
    """
    part = _part(post)
    if part.deleted_at is not None and part.deleted_by_id == actor.id != post.author_id:
        return
    require_remove(post, actor)
    # The log comes first, so that reports on the post are answered by this act, not withdrawn as pointless.
    _tell_log(post, actor, "delete", reason, rule)

    def take_away() -> None:
        part.deleted_at, part.deleted_by_id, part.deleted_reason = utcnow(), actor.id, reason

    _change(post, take_away)


def bring_back(post: Post, actor: Actor) -> None:
    """Take a post, or the thread it opens, out of the bin, as it was. Bringing back twice changes nothing.

    What its author deleted is the author's own to bring back for some days; afterwards only a moderator can, and the
    log and a notice say so, because a text that was withdrawn must not come back behind its author's back.

    The caller holds the thread's row lock.

    Raises:
        Denied, OwnRemoval: another moderator has to decide.
        AuthorDecides, TooLateToBringBack: the author's days are not over, or are.
        BoardArchived, ThreadHidden, ThreadLocked: the author adds nothing there now.
    """
    removed = removed_part(post)
    own = is_own(removed.deleted_by_id, post.author_id)
    _require_bring_back(post, removed, actor, own=own)
    if removed.deleted_at is None:
        return
    mine = post.author_id == actor.id
    put_back(post)
    if not mine:
        _tell_log(post, actor, "undelete")


def put_back(post: Post) -> None:
    """Take out of the bin what is in it, without any rule: for ``bring_back``, and for verdicts of moderation."""
    removed = removed_part(post)
    if removed.deleted_at is None:
        return
    # The author's deletion of a thread nobody had answered is one act on both rows.
    both = isinstance(removed, Thread) and is_own(removed.deleted_by_id, post.author_id)

    def give_back() -> None:
        for gone in (removed, post) if both else (removed,):
            gone.deleted_at, gone.deleted_by_id, gone.deleted_reason = None, None, ""

    _change(post, give_back)


def _part(post: Post) -> Thread | Post:
    """Return what a moderator removes: the whole thread with its opening post, else the post."""
    return post.thread if post.number == 1 else post


def _require_bring_back(post: Post, removed: Thread | Post, actor: Actor, *, own: bool) -> None:
    mine = post.author_id == actor.id
    if mine and own:
        _require_own(post, removed)
        return
    require_moderator(post.thread, actor)
    if mine:
        raise OwnRemoval
    if removed.deleted_at is not None and own and is_in_time(removed.deleted_at):
        raise AuthorDecides


def _require_own(post: Post, removed: Thread | Post) -> None:
    thread = post.thread
    if removed.deleted_at is None:
        return
    if not is_in_time(removed.deleted_at):
        raise TooLateToBringBack
    if thread.hidden_at is not None or (removed is post and not thread.is_listed):
        raise ThreadHidden
    if thread.state is not ThreadState.OPEN or (thread.closes_at is not None and thread.closes_at <= utcnow()):
        raise ThreadLocked
    if thread.board.archived:
        raise BoardArchived


def _change(post: Post, act: Callable[[], None]) -> None:
    """Do something to what is shown of a post or thread; set the counters by what has changed, and say so."""
    thread = post.thread
    before, was_shown, was_listed = _counted(post), post.is_shown, thread.is_listed
    act()
    if post.number > 1:
        if was_shown != post.is_shown:
            count_reply(thread, 1 if post.is_shown else -1)
            note_official_replies(thread, post)
    else:
        after = _counted(post)
        count_on_board(thread.board_id, threads=after[0] - before[0], posts=after[1] - before[1])
        if was_listed != thread.is_listed:
            announce_replies(thread)
    db.session.flush()
    announce_post(post)


def _counted(post: Post) -> tuple[int, int]:
    """Return how many threads and posts the board counts of the thread this post opens."""
    thread = post.thread
    return (1, thread.reply_count + post.is_shown) if thread.is_listed else (0, 0)


def restore_version(post: Post, actor: Actor, version: PostRevision, draft: Draft) -> None:
    """Give a post the text of an earlier version; the present one stays in the history. The caller holds its lock.

    Raises:
        NotYours, PostGone, ThreadHidden, ThreadLocked, BoardArchived, Denied: as ``require_restore_version``.
    """
    require_restore_version(post, actor)
    title = version.title or post.thread.title
    if post.number > 1:
        title = post.thread.title
    if (post.body, post.thread.title) == (draft.body, title):
        return
    replace_text(post, draft, title)
    if post.author_id != actor.id:
        _tell_log(post, actor, "rewrite")


def require_restore_version(post: Post, actor: Actor) -> None:
    """Do nothing if the person may give the post an earlier text: its author, and the moderators of its board.

    Raises:
        NotYours, PostGone, ThreadHidden, ThreadLocked, BoardArchived: as ``require_edit``, for the author.
        Denied: the person neither wrote it nor moderates here.
    """
    if post.author_id == actor.id:
        require_edit(post, actor)
        return
    require(actor, ForumPermission.MODERATE, post.thread.board.branch.path)
    if not (post.is_shown and post.thread.is_listed):
        raise PostGone


def _tell_log(post: Post, actor: Actor, action: str, reason: str = "", rule: str = "") -> None:
    assert actor.id is not None  # noqa: S101 -- a right was required
    key = f"forum.{action}:{post.id}:{utcnow().isoformat()}"
    announce(ModeratorActed(subject=post.ref, action=action, actor_id=actor.id, reason=reason, rule=rule, key=key))
