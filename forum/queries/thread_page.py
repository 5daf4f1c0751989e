"""The page of a thread: statements built once that fetch columns and no objects."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, and_, bindparam, select
from sqlalchemy.orm import aliased

from accounts.models import Branch, Membership, User
from core.db import named, read_rows
from core.errors import NotFound
from core.permissions import Actor
from forum import paths, runs
from forum.enums import PostView
from forum.errors import Elsewhere
from forum.models import Board, BoardFloor, Post, ReadPosition, Subscription, Thread
from forum.queries.extras import Extras, get_extras
from forum.queries.reading import read_number, unread_count
from forum.queries.spans import Span, read_span
from forum.queries.threads import sees_gone
from forum.urls import PAGE_SIZE

PAGES_NEAR = 2
"""Pages on either side of the present one that have a link."""

PostRow = Row[Any]
"""id, number, path, parent_number, parent_name, author_id, username, author_name, state, branch, html, language,
created_at, edited_at, revision, hidden_at, hidden_reason, deleted_at, office, support_count, reactions,
is_translated."""

_HEAD: Select[*tuple[Any, ...]] = (
    select(
        Thread.id,
        Thread.kind,
        Thread.title,
        Thread.audience,
        Thread.author_id,
        Thread.state,
        Thread.lock_reason,
        Thread.pinned,
        Thread.subject_kind,
        Thread.subject_id,
        Thread.subject_anchor,
        Thread.subject_quote,
        Thread.reply_count,
        Thread.last_number,
        Thread.created_at,
        Thread.hidden_at,
        Thread.deleted_at,
        Thread.deleted_by_id,
        Thread.deleted_reason,
        Thread.accepted_post_id,
        Thread.tags,
        Thread.fields,
        Thread.digest_at,
        Thread.pinned_everywhere,
        Thread.pinned_until,
        Thread.closes_at,
        Thread.closes_by_id,
        Thread.is_cited,
        Thread.merged_into_id,
        Thread.opening_id,
        Board.slug.label("board_slug"),
        Board.title.label("board_title"),
        Board.archived,
        Board.fields.label("board_fields"),
        Branch.path.label("scope"),
        read_number(bindparam("user_id")).label("read_number"),
        unread_count(bindparam("user_id")).label("unread_count"),
        ReadPosition.ahead,
        Subscription.level,
    )
    .join(Board, Board.id == Thread.board_id)
    .join(Branch, Branch.id == Board.branch_id)
    .outerjoin(ReadPosition, and_(ReadPosition.thread_id == Thread.id, ReadPosition.user_id == bindparam("user_id")))
    .outerjoin(BoardFloor, and_(BoardFloor.board_id == Thread.board_id, BoardFloor.user_id == bindparam("user_id")))
    .outerjoin(Subscription, and_(Subscription.thread_id == Thread.id, Subscription.user_id == bindparam("user_id")))
    .where(Thread.id == bindparam("thread_id"))
)

_parent, _parent_author = aliased(Post), aliased(User)
_branch_name = (
    select(Branch.name)
    .join(Membership, Membership.branch_id == Branch.id)
    .where(Membership.user_id == Post.author_id)
    .order_by(Membership.id)
    .limit(1)
    .correlate(Post)
    .scalar_subquery()
)
_POSTS: Select[*tuple[Any, ...]] = (
    select(
        Post.id,
        Post.number,
        Post.path,
        _parent.number.label("parent_number"),
        _parent_author.display_name.label("parent_name"),
        Post.author_id,
        User.username,
        User.display_name.label("author_name"),
        User.state,
        _branch_name.label("branch"),
        Post.html,
        Post.language,
        Post.created_at,
        Post.edited_at,
        Post.revision,
        Post.hidden_at,
        Post.hidden_reason,
        Post.deleted_at,
        Post.deleted_by_id,
        Post.deleted_reason,
        Post.office,
        Post.support_count,
        Post.reactions,
        Post.is_translated,
    )
    .join(User, User.id == Post.author_id)
    .outerjoin(_parent, _parent.id == Post.parent_id)
    .outerjoin(_parent_author, _parent_author.id == _parent.author_id)
    .where(Post.thread_id == bindparam("thread_id"))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadPage:
    """One page of a thread."""

    thread: Row[Any]
    posts: list[PostRow]
    page: int
    pages: int
    """Pages by number; in the other orders there are neighbours only."""
    next_start: int | None
    previous_end: int | None
    view: PostView
    title: str
    """Empty where the opening is hidden and this reader is neither its author nor a moderator."""
    extras: Extras
    under: int | None = None
    """The id of the post of which only the branch is shown."""

    @property
    def answered(self) -> frozenset[int]:
        """The numbers of the posts on this page that others on it answer."""
        return frozenset(post.parent_number for post in self.posts if post.parent_number)

    @property
    def below(self) -> dict[int, int]:
        """How many deep replies of the tree stand in a row on this page, by the number of the first of them."""
        found: dict[int, int] = {}
        first = 0
        for post in self.posts:
            if len(post.path) <= paths.WIDTH or post.id == self.under:
                first = 0
            else:
                first = first or post.number
                found[first] = found.get(first, 0) + 1
        return found

    @property
    def numbers(self) -> list[int]:
        """The pages by number that have a link: the first, the last, and those around this one."""
        near = range(max(1, self.page - PAGES_NEAR), min(self.pages, self.page + PAGES_NEAR) + 1)
        return sorted({1, self.pages, *near})

    @property
    def unread(self) -> frozenset[int]:
        """The numbers on this page that the reader has not seen; none where the whole thread is new."""
        reached, ahead = self.thread.read_number, self.thread.ahead or ()
        if not reached or not self.thread.unread_count:
            return frozenset()
        return frozenset(
            post.number for post in self.posts if post.number > reached and not runs.contains(ahead, post.number)
        )

    @property
    def seen(self) -> list[runs.Run]:
        """What is read once this page has been seen; empty where it adds nothing."""
        thread = self.thread
        before = runs.united([(1, thread.read_number), *(thread.ahead or ())])
        after = runs.united([*before, *runs.of_numbers(post.number for post in self.posts)])
        return after if after != before else []


def get_thread_page(thread_id: int, actor: Actor, *, view: PostView, span: Span) -> ThreadPage:
    """Return one page of a thread.

    Raises:
        NotFound: there is no such thread or page, or it is not for this reader.
        Elsewhere: the posts stand in another thread now.
    """
    user_id = actor.id or 0
    heads = named(read_rows(_HEAD, {"thread_id": thread_id, "user_id": user_id}))
    thread = heads[0] if heads else None
    if thread is None or not actor.can_read(thread.audience):
        raise NotFound
    if thread.merged_into_id is not None:
        raise Elsewhere(thread.opening_id)
    sees_all = sees_gone(actor, thread.author_id, thread.scope)
    if thread.deleted_at is not None and not sees_all:
        raise NotFound
    found = read_span(thread_id, view, span, _POSTS)
    if not found.posts:
        raise NotFound
    return ThreadPage(
        thread=thread,
        posts=found.posts,
        page=span.page or 1,
        pages=max(1, -(-thread.last_number // PAGE_SIZE)),
        next_start=found.start,
        previous_end=found.end,
        view=view,
        title=thread.title if thread.hidden_at is None or sees_all else "",
        extras=get_extras(thread, found.posts, actor),
        under=span.under,
    )
