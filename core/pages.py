"""Keyset pages: a list is continued after the last row seen, so page 1,000 costs what page 1 costs."""

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, tuple_

from core.db import db, named
from core.errors import NotFound

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Page(Generic[T]):
    """A part of a list; ``next`` and ``previous`` are cursors for the neighbours, or None."""

    items: Sequence[T]
    next: str | None = None
    previous: str | None = None


def _encode(direction: str, values: Sequence[Any]) -> str:
    plain = [value.isoformat() if isinstance(value, datetime) else value for value in values]
    return direction + base64.urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


CURSOR_MAX = 1_000
"""Characters; ours are far shorter, and what is longer is not looked at."""


def _decode(cursor: str, order: Sequence[Any]) -> list[Any]:
    if len(cursor) > CURSOR_MAX:
        raise NotFound
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor[1:] + "=" * (-len(cursor[1:]) % 4)))
        return [_as_column(value, column) for value, column in zip(values, order, strict=True)]
    except (ValueError, TypeError, RecursionError) as error:
        raise NotFound from error


def _as_column(value: Any, column: Any) -> Any:
    wanted = column.type.python_type
    if wanted is datetime:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError("naive")
        return moment
    if type(value) is not wanted:
        raise ValueError("wrong type")
    if wanted is int and abs(value) >= 2**63:
        raise ValueError("too large")
    return value


def page_of(
    statement: Select[*tuple[Any, ...]],
    *,
    order: Sequence[Any],
    cursor: str | None,
    limit: int = 20,
    descending: bool = True,
    key: Callable[[Any], Sequence[Any]] | None = None,
) -> Page[Any]:
    """Run a statement for one page of rows.

    Args:
        statement: a select without ORDER BY and LIMIT.
        order: columns that order the list, ending with a unique one; all go the same way.
        cursor: where to go on, as a page gave it; None for the start.
        limit: rows a page.
        descending: newest first.
        key: how to get the ordering values from a row; by default attributes named like the columns.

    Returns:
        A page whose items are named tuples, or single entities when one thing is selected.

    Raises:
        NotFound: the cursor is none of ours.
    """
    backwards = bool(cursor) and (cursor or "")[0] == "p"
    if cursor:
        if cursor[0] not in "np":
            raise NotFound
        position = tuple_(*_decode(cursor, order))
        down = descending != backwards
        keys = tuple_(*order)
        statement = statement.where(keys < position if down else keys > position)
    down = descending != backwards
    statement = statement.order_by(*(column.desc() if down else column.asc() for column in order)).limit(limit + 1)
    result = db.session.execute(statement)
    single = len(statement.column_descriptions) == 1
    rows = list(result.scalars()) if single else named(result)
    more, rows = len(rows) > limit, rows[:limit]
    if backwards:
        rows.reverse()
    names = [column.key for column in order]
    values = key or (lambda row: [getattr(row, name) for name in names])
    return Page(
        items=rows,
        next=_encode("n", values(rows[-1])) if rows and (more or backwards) else None,
        previous=_encode("p", values(rows[0])) if rows and (more if backwards else bool(cursor)) else None,
    )
