"""Keeping order among threads: moving, merging, splitting, copying out. Each act has a reason and is in the log.

The caller holds the rows of all threads concerned, locked by id; boards are counted afterwards, by id.
"""

from collections.abc import Collection

from sqlalchemy import select, update

from core.clock import utcnow
from core.db import db
from core.events import ContentEvent, ModeratorActed
from core.markup import RENDER_VERSION
from core.outbox import announce
from core.permissions import Actor, require
from core.refs import Ref
from forum import paths, queries, renumbering
from forum.composing import Draft
from forum.enums import ThreadKind
from forum.errors import (
    BoardArchived,
    NothingChosen,
    OpeningChosen,
    PostGone,
    SamePlace,
    StandsAlone,
    ThreadFull,
    ThreadMerged,
)
from forum.events import RepliesTouched
from forum.models import Board, Citation, Post, Thread
from forum.permissions import ForumPermission
from forum.renumbering import Standing
from forum.services import carrying
from forum.services.attachments import copy_onto
from forum.services.counters import count_on_board
from forum.services.places import count_anew, list_standing, tally, write_standing


def require_arranger(thread: Thread, actor: Actor, board: Board | None = None) -> None:
    """Do nothing if the person keeps order on the thread's board and on the other one.

    Raises:
        Denied: not so.
        ThreadMerged: only a signpost is left of the thread.
        BoardArchived: nothing comes to the board, or leaves it, any more.
    """
    for one in (thread.board, board or thread.board):
        require(actor, ForumPermission.MODERATE, one.branch.path)
        if one.archived:
            raise BoardArchived
    if thread.merged_into_id is not None:
        raise ThreadMerged


def audience_on(thread: Thread, board: Board) -> str:
    """Return who may read a thread on a board: what it hangs on decides, if anything, else the board."""
    return board.audience if thread.subject_kind is None else thread.audience


def move_thread(thread: Thread, board: Board, actor: Actor, reason: str) -> None:
    """Put a thread on another board.

    Who may read it follows the board, unless it hangs on a thing that decides; an open poll follows the readers. What
    is read stays read. A pin and the choices in the fields belonged to the old board and go; tags, followers,
    bookmarks, links and the digest stay.

    Raises:
        Denied, BoardArchived, ThreadMerged: as ``require_arranger``.
        SamePlace: it stands there already.
    """
    require_arranger(thread, actor, board)
    if board.id == thread.board_id:
        raise SamePlace
    before = tally([thread.id])
    carrying.keep_read_on(thread)
    carrying.drop_choices(thread)
    old = thread.audience
    thread.board_id, thread.pinned = board.id, False
    if not thread.pinned_everywhere:
        thread.pinned_until = None
    thread.audience = audience_on(thread, board)
    if thread.audience != old:
        carrying.follow_audience(thread, old)
    count_anew([thread], before)
    _tell_log(queries.opening_ref(thread.id), thread, actor, "move", reason)
    _tell_index(thread)


def merge_threads(source: Thread, target: Thread, actor: Actor, reason: str) -> None:
    """Put all posts of one thread behind those of another, in their own order; what is left is a signpost.

    Posts keep their ids, so that links, bookmarks, reactions and citations by them keep. Answers to the source stand
    below its former opening post. What was read of either stays read. Followers of the source
    follow the target, begun answers go along. An accepted answer stays accepted where the target is a
    question without one. The target keeps its own tags, fields, pin and state; those of the source go.

    Raises:
        Denied, BoardArchived, ThreadMerged: as ``require_arranger``.
        SamePlace: it is the same thread.
        StandsAlone: votes or receipts belong to the source.
        PostGone: the target has been deleted.
        ThreadFull, TooManyPosts: there are too many posts.
    """
    require_mergeable(source, target, actor)
    before = tally([source.id, target.id])
    last = target.last_number
    posts, _before = list_standing(source.id, 1)
    opening_id = posts[0].id
    _carry_over(source, target, last)
    write_standing(target.id, renumbering.append(posts, last), posts)
    source.merged_into_id, source.opening_id, source.deleted_at = target.id, opening_id, utcnow()
    source.hidden_at, source.pinned, source.pinned_everywhere, source.digest_at = None, False, False, None
    source.accepted_post_id = None
    db.session.execute(
        update(Thread)
        .where(Thread.merged_into_id == source.id)
        .values(merged_into_id=target.id)
        .execution_options(synchronize_session=False)
    )
    count_anew([source, target], before)
    _tell_log(Ref("post", opening_id), source, actor, "merge", reason)
    announce(ContentEvent(subject=source.ref))
    _tell_index(target, after=last)


def require_mergeable(source: Thread, target: Thread, actor: Actor) -> None:
    """Do nothing if the posts of one thread may go into the other.

    Raises:
        Denied, BoardArchived, ThreadMerged, SamePlace, StandsAlone, PostGone, ThreadFull: as ``merge_threads``.
    """
    require_arranger(source, actor)
    require_arranger(target, actor)
    if source.id == target.id:
        raise SamePlace
    if source.kind in {ThreadKind.POLL, ThreadKind.ANNOUNCEMENT}:
        raise StandsAlone
    if not (source.is_listed and target.is_listed):
        raise PostGone
    if source.last_number + target.last_number > paths.NUMBER_MAX:
        raise ThreadFull


def _carry_over(source: Thread, target: Thread, last: int) -> None:
    carrying.join_positions(source.id, target.id, last)
    carrying.share_followers(source.id, target.id)
    carrying.drop_followers(source.id)
    carrying.join_citations(source, target)
    carrying.drop_tags(source)
    carrying.drop_choices(source)
    carrying.move_drafts(source.id, target.id)
    if target.kind is ThreadKind.QUESTION and target.accepted_post_id is None:
        target.accepted_post_id = source.accepted_post_id


def split_thread(thread: Thread, chosen: Collection[int], title: str, actor: Actor, reason: str) -> Thread:
    """Make chosen posts, with all that answers them, a thread of its own on the same board.

    The first of them opens it; the numbers of those that stay are closed up. What answered a post that stays stands
    at the top of the new thread. Every reader's place is shared out between both threads, followers follow both, the
    new thread has the same readers, subject and tags. An accepted answer that leaves is accepted no more.

    Raises:
        Denied, BoardArchived, ThreadMerged: as ``require_arranger``.
        NothingChosen: none of the posts stands in the thread.
        OpeningChosen: the opening post is among them.
        TooManyPosts: too many posts would change their numbers.
    """
    require_arranger(thread, actor)
    posts, earlier, taken = _leaving(thread, chosen)
    moved, left = renumbering.take_out(posts, taken, earlier)
    before = tally([thread.id])
    fresh = _split_off(thread, queries.get_post(moved[0].id, actor), title)
    write_standing(fresh.id, moved, posts)
    write_standing(thread.id, left, posts)
    carrying.share_positions(thread.id, fresh.id, [post.number for post in posts if post.id in taken])
    carrying.share_followers(thread.id, fresh.id)
    carrying.share_tags(thread, fresh)
    if thread.accepted_post_id in taken:
        thread.accepted_post_id = None
    count_anew([thread, fresh], before)
    _tell_log(Ref("post", moved[0].id), fresh, actor, "split", reason)
    announce(ContentEvent(subject=Ref("post", moved[0].id)))
    _tell_index(thread, replies=False)
    _tell_index(fresh)
    return fresh


def _leaving(thread: Thread, chosen: Collection[int]) -> tuple[list[Standing], dict[int, Standing], set[int]]:
    """Return the posts from the first chosen one on, those before that they answer, and the ids of those that go."""
    of_thread = select(Post.number).where(Post.thread_id == thread.id)
    first: int | None = None
    ids = sorted(chosen)
    for start in range(0, len(ids), 1000):
        found = db.session.scalar(
            of_thread.where(Post.id.in_(ids[start : start + 1000])).order_by(Post.number).limit(1)
        )
        first = min(first or found, found) if found else first
    if first is None:
        raise NothingChosen
    if first == 1:
        raise OpeningChosen
    posts, earlier = list_standing(thread.id, first)
    return posts, earlier, renumbering.subtrees(posts, set(chosen))


def would_leave(thread: Thread, chosen: Collection[int]) -> list[int]:
    """Return the ids of the posts that a split would take out, by number.

    Raises:
        NothingChosen, OpeningChosen, TooManyPosts: as ``split_thread``.
    """
    posts, _earlier, taken = _leaving(thread, chosen)
    return [post.id for post in posts if post.id in taken]


def _split_off(thread: Thread, opening: Post, title: str) -> Thread:
    fresh = Thread(
        kind=ThreadKind.DISCUSSION,
        title=title,
        audience=thread.audience,
        board_id=thread.board_id,
        author_id=opening.author_id,
        subject_kind=thread.subject_kind,
        subject_id=thread.subject_id,
        subject_anchor=thread.subject_anchor,
        subject_quote=thread.subject_quote,
        created_at=opening.created_at,
        hidden_at=opening.hidden_at,
    )
    db.session.add(fresh)
    db.session.flush()
    return fresh


def copy_post(post: Post, board: Board, title: str, draft: Draft, actor: Actor, reason: str) -> Thread:
    """Begin a thread with a copy of a post, in its author's name; the post stays.

    Its files are copied, too: who may read the copy may open them. ``draft`` is the text with a line that links back;
    the page of the first thread names the new one.

    Raises:
        Denied, BoardArchived, ThreadMerged: as ``require_arranger``.
        PostGone: the post is hidden or deleted.
    """
    require_arranger(post.thread, actor, board)
    if not post.is_shown:
        raise PostGone
    now = utcnow()
    fresh = Thread(
        title=title,
        audience=board.audience,
        board_id=board.id,
        author_id=post.author_id,
        last_number=1,
        last_posted_at=now,
        created_at=now,
    )
    db.session.add(fresh)
    db.session.flush()
    copy = Post(
        thread_id=fresh.id,
        number=1,
        path="",
        author_id=post.author_id,
        body=draft.body,
        html=draft.html,
        render_version=RENDER_VERSION,
        language=post.language,
        office=post.office,
        created_at=now,
    )
    db.session.add(copy)
    post.thread.is_cited = True
    db.session.flush()
    copy_onto(copy, post)
    db.session.add(Citation(thread_id=post.thread_id, post_id=copy.id))
    count_on_board(board.id, threads=1, posts=1)
    _tell_log(copy.ref, fresh, actor, "copy", reason)
    announce(ContentEvent(subject=fresh.ref))
    return fresh


def _tell_index(thread: Thread, *, after: int = 1, replies: bool = True) -> None:
    announce(ContentEvent(subject=thread.ref))
    if replies and thread.last_number > after:
        announce(RepliesTouched(thread_id=thread.id, after=after))


def _tell_log(subject: Ref, thread: Thread, actor: Actor, action: str, reason: str) -> None:
    assert actor.id is not None  # noqa: S101 -- a right was required
    key = f"forum.{action}:{thread.id}:{utcnow().isoformat()}"
    announce(ModeratorActed(subject=subject, action=action, actor_id=actor.id, reason=reason, key=key))
