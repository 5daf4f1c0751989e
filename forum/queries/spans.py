"""Which posts stand on one page of a thread: by number, along the tree, or by support.

Pages by number are ranges. In the other orders a page begins at a post, or ends before one, and is found by that post's
place on an index, so that no page costs more than the first however long the thread is.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, bindparam, case, select, tuple_, union_all

from core.db import named, read_rows
from forum import paths
from forum.enums import PostView
from forum.models import Post
from forum.urls import PAGE_SIZE


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Where a page begins or ends; as it is made, the first page."""

    page: int | None = None
    """The page by number, from 1."""
    start: int | None = None
    """The number of the post that stands first on it."""
    end: int | None = None
    """The number of the post that would follow its last; 0 asks for the last page."""
    under: int | None = None
    """The id of the post of which only the branch is wanted: it and all below it. Goes with the tree only."""


class Found(NamedTuple):
    """The posts of a page in their order, and what its neighbours begin and end at."""

    posts: list[Any]
    start: int | None = None
    """Begin of the next page; None: there is none."""
    end: int | None = None
    """End of the page before; None: there is none."""


class _Way(StrEnum):
    FIRST = "first"
    FROM = "from"
    BEFORE = "before"
    LAST = "last"


class _Order(NamedTuple):
    """How one view sorts: columns that end with a unique one, all in one direction, and the same in Python."""

    keys: tuple[Any, ...]
    descending: bool
    place: Callable[[Any], Any]
    opening_apart: bool = False
    """The opening post does not take its turn: it stands on the first page whatever its key."""


_ORDERS = {
    PostView.TREE: _Order((Post.path,), descending=False, place=lambda post: post.path),
    PostView.SUPPORT: _Order(
        (Post.support_count, Post.number),
        descending=True,
        place=lambda post: (post.number > 1, -post.support_count, -post.number),
        opening_apart=True,
    ),
}


def _key_of(order: _Order, number: Any) -> Any:
    """Return the keys of one post of the thread, looked up inside the statement."""
    columns = [key.property.columns[0].name for key in order.keys]
    table: Any = Post.__table__.alias()
    found = [
        select(table.c[name]).where(table.c.thread_id == bindparam("thread_id"), table.c.number == number)
        for name in columns
    ]
    return tuple_(*(one.scalar_subquery() for one in found))


def _branch_ids(way: _Way) -> Any:
    """Select the ids of a page, and of one post more, of the branch of ``:under``: all whose paths begin with its path.

    There is one bound on each side, since of two the database might choose the one that is further away.
    """
    table: Any = Post.__table__.alias()
    root = (
        select(table.c.path)
        .where(table.c.thread_id == bindparam("thread_id"), table.c.id == bindparam("under"))
        .scalar_subquery()
    )
    first: Any = root
    behind: Any = root.concat(paths.BEHIND)
    at = _path_of(bindparam("at"))
    if way is _Way.FROM:
        first = case((at > root, at), (at <= root, root))
    elif way is _Way.BEFORE:
        behind = case((at < behind, at), (at >= behind, behind))
    order = Post.path.desc() if way in {_Way.BEFORE, _Way.LAST} else Post.path.asc()
    return (
        select(Post.id)
        .where(Post.thread_id == bindparam("thread_id"), Post.path >= first, Post.path < behind)
        .order_by(order)
        .limit(PAGE_SIZE + 1)
    )


def _path_of(number: Any) -> Any:
    table: Any = Post.__table__.alias()
    found = select(table.c.path).where(table.c.thread_id == bindparam("thread_id"), table.c.number == number)
    return found.scalar_subquery()


def _ids(view: PostView, way: _Way) -> Any:
    """Select the ids of a page and of one post more, on the order's index alone."""
    order = _ORDERS[view]
    keys = tuple_(*order.keys)
    statement = select(Post.id).where(Post.thread_id == bindparam("thread_id"))
    if order.opening_apart:
        statement = statement.where(Post.number > 1)
    if way is _Way.FROM:
        at = _key_of(order, bindparam("at"))
        statement = statement.where(keys <= at if order.descending else keys >= at)
    elif way is _Way.BEFORE:
        at = _key_of(order, bindparam("at"))
        statement = statement.where(keys > at if order.descending else keys < at)
    down = order.descending != (way in {_Way.BEFORE, _Way.LAST})
    return statement.order_by(*(key.desc() if down else key.asc() for key in order.keys)).limit(PAGE_SIZE + 1)


@cache
def _statement(view: PostView, way: _Way, posts: Any, *, branch: bool) -> Any:
    found: Any = (_branch_ids(way) if branch else _ids(view, way)).subquery()
    if way is _Way.FIRST and _ORDERS[view].opening_apart:
        opening = select(Post.id).where(Post.thread_id == bindparam("thread_id"), Post.number == 1)
        found = union_all(opening, select(found.c.id)).subquery()
    # Sorted afterwards: with an ORDER BY the database might walk the whole thread in that order instead.
    return posts.join(found, found.c.id == Post.id)


@cache
def _by_number(posts: Select[*tuple[Any, ...]]) -> Any:
    return posts.where(Post.number.between(bindparam("first"), bindparam("last"))).order_by(Post.number)


def read_span(thread_id: int, view: PostView, span: Span, posts: Any) -> Found:
    """Return the posts of a page.

    Args:
        thread_id: the thread.
        view: the order; ``span.page`` goes with pages by number only, ``start`` and ``end`` with the others.
        span: which page.
        posts: a select of what is wanted of the posts of the thread ``:thread_id``, with ``number`` among it and
            ``path`` or ``support_count`` as the order needs, and with ``id`` for a branch.
    """
    if view is PostView.FLAT:
        skip = ((1 if span.page is None else span.page) - 1) * PAGE_SIZE
        values = {"thread_id": thread_id, "first": skip + 1, "last": skip + PAGE_SIZE}
        return Found(named(read_rows(_by_number(posts), values)))
    way = _way_of(span)
    values = {"thread_id": thread_id}
    if way in {_Way.FROM, _Way.BEFORE}:
        values["at"] = span.start or span.end or 0
    if span.under is not None:
        values["under"] = span.under
    statement = _statement(view, way, posts, branch=span.under is not None)
    rows = sorted(named(read_rows(statement, values)), key=_ORDERS[view].place)
    if way in {_Way.BEFORE, _Way.LAST}:
        return _backwards(thread_id, view, span, rows, posts)
    return _onwards(_ORDERS[view], rows, span.under)


def _way_of(span: Span) -> _Way:
    if span.start is not None:
        return _Way.FROM
    if span.end is None:
        return _Way.FIRST
    return _Way.BEFORE if span.end else _Way.LAST


def _onwards(order: _Order, rows: Sequence[Any], under: int | None) -> Found:
    begins = bool(rows) and (rows[0].number == 1 or rows[0].id == under)
    # By support the opening post stands on the first page beside a page of others.
    kept = rows[: PAGE_SIZE + (begins and order.opening_apart)]
    more = rows[len(kept) :]
    return Found(list(kept), more[0].number if more else None, None if begins or not kept else kept[0].number)


def _backwards(thread_id: int, view: PostView, span: Span, rows: Sequence[Any], posts: Any) -> Found:
    if not rows and span.end and not _is_there(thread_id, span.end):
        return Found([])
    if len(rows) <= PAGE_SIZE:  # The beginning is reached: a whole first page reads better than the rest of one.
        return read_span(thread_id, view, Span(under=span.under), posts)
    kept = list(rows[1:])
    return Found(kept, span.end or None, kept[0].number)


def _is_there(thread_id: int, number: int) -> bool:
    statement = select(Post.id).where(Post.thread_id == thread_id, Post.number == number)
    return read_rows(statement).first() is not None


def find_start(thread_id: int, view: PostView, number: int, candidates: Sequence[int | None]) -> int | None:
    """Return the first of some posts from which a page reaches to the post with this number; None: the first page.

    The post itself is the last resort.
    """
    for candidate in candidates:
        way = _Way.FIRST if candidate is None else _Way.FROM
        values: dict[str, Any] = {"thread_id": thread_id, "number": number}
        if candidate is not None:
            values["at"] = candidate
        if read_rows(_reaches(view, way), values).first():
            return candidate
    return number


@cache
def _reaches(view: PostView, way: _Way) -> Any:
    # One post fewer than is read: the last only tells that there is a next page.
    page = _ids(view, way).limit(PAGE_SIZE).subquery()
    return select(Post.id).join(page, page.c.id == Post.id).where(and_(Post.number == bindparam("number")))
