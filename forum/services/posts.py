"""Writing, changing and taking back posts."""

from core.clock import utcnow
from core.db import db
from core.events import ContentEvent
from core.faces import Faces
from core.markup import RENDER_VERSION
from core.outbox import announce
from core.permissions import Actor, require
from core.refs import Ref
from forum import paths, queries
from forum.composing import Draft, sent_key
from forum.enums import ThreadState
from forum.errors import (
    BoardArchived,
    EditedMeanwhile,
    NotYours,
    PostGone,
    ThreadFull,
    ThreadHidden,
    ThreadLocked,
    ThreadMerged,
)
from forum.events import PostEdited, PostPublished, RepliesTouched
from forum.models import Post, PostRevision, Thread
from forum.offices import held_office
from forum.permissions import ForumPermission
from forum.services.attachments import claim
from forum.services.counters import count_on_board, count_reply, note_official_replies
from forum.services.following import follow_unless_chosen
from forum.services.reading import read_own


def require_reply(thread: Thread, actor: Actor) -> None:
    """Do nothing if the person may add to the thread.

    Raises:
        BoardArchived, ThreadHidden, ThreadLocked: it takes no more posts.
        Denied: the right is missing.
    """
    require(actor, ForumPermission.REPLY, thread.board.branch.path)
    if thread.merged_into_id is not None:
        raise ThreadMerged
    if not thread.is_shown:
        raise ThreadHidden
    # The clock comes by every few seconds; the moment counts exactly.
    if thread.state is not ThreadState.OPEN or (thread.closes_at is not None and thread.closes_at <= utcnow()):
        raise ThreadLocked
    if thread.board.archived:
        raise BoardArchived


def reply(
    thread: Thread,
    actor: Actor,
    draft: Draft,
    *,
    parent: Post | None = None,
    key: str | None = None,
    office: str = "",
) -> Post:
    """Add a post to the end of a thread, in an ``office`` or as oneself. The caller holds the thread's row lock.

    A form sent twice, told by its ``key``, gives the first one's post.

    Raises:
        BoardArchived, ThreadHidden, ThreadLocked, Denied: as ``require_reply``; Denied also: the office is not held.
        PostGone: the post that is answered was hidden or deleted.
        ThreadFull: no number is left.
    """
    key = sent_key(key, "post", thread.id, parent.id if parent else 0, draft.body, *[office] * bool(office))
    if earlier := queries.find_sent(actor, key):
        return earlier
    require_reply(thread, actor)
    if parent is not None and not parent.is_shown:
        raise PostGone
    if thread.last_number >= paths.NUMBER_MAX:
        raise ThreadFull
    words = held_office(actor, office, thread.board.branch.path)
    post = add_post(thread, actor, draft, parent=parent, key=key, office=words)
    count_reply(thread, 1)
    thread.has_official_reply = thread.has_official_reply or words is not None
    thread.last_posted_at = post.created_at
    follow_unless_chosen(thread.id, actor)
    read_own(thread.id, actor, post.number)
    announce_published(post, post.ref, draft)
    return post


def announce_published(post: Post, subject: Ref, draft: Draft) -> None:
    """Say that a post was published and whom it speaks to; ``subject`` is what the index keeps of it."""
    announce(
        PostPublished(
            subject=subject,
            post_id=post.id,
            thread_id=post.thread_id,
            mentioned_ids=draft.mentioned_ids,
            branch_ids=draft.branch_ids,
        )
    )


def add_post(
    thread: Thread,
    actor: Actor,
    draft: Draft,
    *,
    parent: Post | None,
    key: str | None,
    office: Faces | None = None,
) -> Post:
    """Store a draft as the next post of a thread, without any rule or counter but the number."""
    assert actor.id is not None  # noqa: S101 -- every caller has required a right
    number = thread.last_number + 1
    post = Post(
        thread_id=thread.id,
        number=number,
        parent_id=parent.id if parent else None,
        path=paths.child(parent.path if parent else "", number) if number > 1 else "",
        author_id=actor.id,
        body=draft.body,
        html=draft.html,
        render_version=RENDER_VERSION,
        language=draft.language,
        created_at=utcnow(),
        client_key=key or None,
        office=office,
    )
    thread.last_number = number
    db.session.add(post)
    db.session.flush()
    claim(post)
    return post


def require_edit(post: Post, actor: Actor) -> None:
    """Do nothing if the person may change or take back the post.

    Raises:
        NotYours: somebody else wrote it.
        PostGone, BoardArchived, ThreadHidden, ThreadLocked: it is not open to changes any more.
    """
    if post.author_id != actor.id:
        raise NotYours
    if not post.is_shown:
        raise PostGone
    require_reply(post.thread, actor)


def edit_post(post: Post, actor: Actor, draft: Draft, *, seen_revision: int, title: str = "") -> None:
    """Replace the text of a post, and of an opening post the thread's ``title``, keeping what it said before.

    The caller holds the post's row lock; ``seen_revision`` is the number of changes when the form was opened.

    Raises:
        EditedMeanwhile: another version was saved after the form was opened.
        NotYours, PostGone, ThreadHidden, ThreadLocked, BoardArchived: as ``require_edit``.
    """
    require_edit(post, actor)
    thread = post.thread
    new_title = title if post.number == 1 and title else thread.title
    if (post.body, thread.title) == (draft.body, new_title):
        return
    if post.revision != seen_revision:
        raise EditedMeanwhile
    replace_text(post, draft, new_title)


def replace_text(post: Post, draft: Draft, title: str) -> None:
    """Give a post another text, and an opening post's thread another title, without any rule; the old one is kept."""
    thread = post.thread
    db.session.add(
        PostRevision(
            post_id=post.id,
            revision=post.revision,
            title=thread.title if post.number == 1 else "",
            body=post.body,
            html=post.html,
            language=post.language,
            written_at=post.edited_at or post.created_at,
        )
    )
    thread.title = title
    post.body, post.html, post.language = draft.body, draft.html, draft.language
    post.render_version = RENDER_VERSION
    post.edited_at = utcnow()
    post.revision += 1
    db.session.flush()
    claim(post)
    _announce_edit(post, draft)


def _announce_edit(post: Post, draft: Draft) -> None:
    thread = post.thread
    subject = thread.ref if post.number == 1 else post.ref
    announce(
        PostEdited(
            subject=subject,
            post_id=post.id,
            thread_id=thread.id,
            mentioned_ids=draft.mentioned_ids,
            branch_ids=draft.branch_ids,
        )
    )
    if post.id == thread.accepted_post_id:
        announce(ContentEvent(subject=thread.ref))  # Its document holds the answer.
    if post.number == 1:
        announce_replies(thread)  # Their documents carry the thread's title.


def delete_post(post: Post, actor: Actor) -> None:
    """Take a post back: a stub stays in its place. The caller holds the thread's row lock.

    An opening post without answers takes the thread with it.

    Raises:
        NotYours, PostGone, ThreadHidden, ThreadLocked, BoardArchived: as ``require_edit``.
    """
    require_edit(post, actor)
    thread = post.thread
    post.deleted_at, post.deleted_by_id = utcnow(), actor.id
    if post.number > 1:
        count_reply(thread, -1)
        note_official_replies(thread, post)
    elif thread.reply_count:
        count_on_board(thread.board_id, posts=-1)
    else:
        count_on_board(thread.board_id, threads=-1, posts=-1)
        thread.deleted_at, thread.deleted_by_id = post.deleted_at, actor.id
    db.session.flush()
    announce_post(post)


def announce_post(post: Post) -> None:
    """Say that what readers see of a post has changed."""
    announce(ContentEvent(subject=post.ref))
    # The document of a thread holds its opening and the accepted answer.
    if post.number == 1 or post.id == post.thread.accepted_post_id:
        announce(ContentEvent(subject=post.thread.ref))


def announce_replies(thread: Thread) -> None:
    """Say that every reply of a thread must be read again: one event, however many there are."""
    if thread.last_number > 1:
        announce(RepliesTouched(thread_id=thread.id))
