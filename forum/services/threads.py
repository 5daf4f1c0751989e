"""Starting threads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.clock import utcnow
from core.db import db
from core.permissions import Actor, require
from core.subjects import Subject
from forum import queries
from forum.composing import Draft, sent_key
from forum.enums import PostPolicy, ThreadKind
from forum.errors import BoardArchived, BoardClosed
from forum.models import Board, Post, Thread
from forum.offices import held_office
from forum.permissions import ForumPermission
from forum.services.counters import count_on_board
from forum.services.following import watch
from forum.services.marks import put_choices
from forum.services.polls import PollPlan, add_poll
from forum.services.posts import add_post, announce_published
from forum.services.reading import read_own
from forum.services.tags import put_tags


@dataclass(frozen=True, kw_only=True)
class Opening:
    """What a new thread is about, beside the text of its first post."""

    title: str
    kind: ThreadKind = ThreadKind.DISCUSSION
    subject: Subject | None = None
    anchor: str = ""
    quote: str = ""
    office: str = ""
    """In which office it is written, as ``offices.Office.key``; empty: as oneself."""
    poll: PollPlan | None = None
    tags: Sequence[str] = ()
    """Names of tags."""
    choices: Mapping[str, int] | None = None
    """Key of a field of the board → index of the choice; None: not asked."""


def may_start(policy: PostPolicy, scope: str, actor: Actor, *, archived: bool) -> bool:
    """Tell whether a person may start a thread on a board of this policy in the branch at ``scope``."""
    if archived or not actor.may(ForumPermission.START, scope):
        return False
    return policy is PostPolicy.EVERYONE or (policy is PostPolicy.STAFF and actor.may(ForumPermission.ANNOUNCE, scope))


def require_start(board: Board, actor: Actor) -> None:
    """Do nothing if the person may start a thread on the board.

    Raises:
        BoardArchived: nothing is added to it.
        BoardClosed: its policy keeps this person out.
        Denied: the right is missing.
    """
    require(actor, ForumPermission.START, board.branch.path)
    if board.archived:
        raise BoardArchived
    if not may_start(board.post_policy, board.branch.path, actor, archived=False):
        raise BoardClosed


def start_thread(board: Board, actor: Actor, opening: Opening, draft: Draft, *, key: str | None = None) -> Post:
    """Open a thread with its first post and watch it. The caller holds the board's row lock.

    A form sent twice, told by its ``key``, gives the first one's post.

    Raises:
        BoardArchived, BoardClosed, Denied: as ``require_start``; Denied also: the office is not held, or the person
            may not announce.
        PollMisshapen: a poll has no options, or the wrong ones.
        UnknownTags, UnknownChoice, ChoiceMissing: as ``put_tags`` and ``put_choices``.
    """
    require_start(board, actor)
    if opening.kind is ThreadKind.ANNOUNCEMENT:
        require(actor, ForumPermission.ANNOUNCE, board.branch.path)
    key = sent_key(key, "thread", board.id, opening.title, draft.body, *[opening.office] * bool(opening.office))
    if earlier := queries.find_sent(actor, key):
        return earlier
    assert actor.id is not None  # noqa: S101 -- require_start refuses visitors
    now = utcnow()
    subject = opening.subject
    thread = Thread(
        kind=opening.kind,
        title=opening.title,
        audience=subject.audience if subject else board.audience,
        board_id=board.id,
        author_id=actor.id,
        subject_kind=subject.ref.kind if subject else None,
        subject_id=subject.ref.id if subject else None,
        subject_anchor=opening.anchor,
        subject_quote=opening.quote,
        course_id=subject.course_id if subject else None,
        last_posted_at=now,
        created_at=now,
    )
    db.session.add(thread)
    db.session.flush()
    if opening.kind is ThreadKind.POLL:
        add_poll(thread, actor, opening.poll)
    words = held_office(actor, opening.office, board.branch.path)
    put_tags(thread, actor, opening.tags, board.branch.path)
    if opening.choices is not None:
        put_choices(thread, board, opening.choices)
    post = add_post(thread, actor, draft, parent=None, key=key, office=words)
    count_on_board(board.id, threads=1, posts=1)
    watch(thread.id, actor)
    read_own(thread.id, actor, post.number)
    announce_published(post, thread.ref, draft)
    return post
