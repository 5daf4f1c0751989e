"""Rows that are inserted, or change the row in their way: one, or thousands at once."""

from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import delete, inspect, tuple_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.types import UserDefinedType

from core.db import db

DELETED_AT_ONCE = 500
"""Rows that one statement deletes: databases take some ten thousand values in a statement, and a key has several."""


def upsert(
    model: type[Any],
    values: Mapping[str, Any] | Sequence[Mapping[str, Any]],
    conflict: Sequence[str],
    update: Sequence[str] | Mapping[str, Any] = (),
    *,
    newest_by: str = "",
) -> Any:
    """Return an INSERT that updates the row in the way, or leaves it when ``update`` is empty.

    Args:
        model: the mapped class.
        values: one row, or several.
        conflict: columns of the unique constraint.
        update: names of columns that take the new value, or column → expression. The row that could not be
            inserted is reached through ``excluded(column)`` expressions of SQLAlchemy only by name, so a sequence is
            the usual form.
        newest_by: the column in which the row in the way must not be later; else it stays. The database compares when
            it holds the row, so that of two who write at once the later one stands.
    """
    return _upserting(model, _insert(model).values(values), conflict, update, newest_by)


class AsStored(UserDefinedType[Any]):
    """A value as the database itself keeps it, passed on from one table to another without a look at it."""

    cache_ok = True

    def get_col_spec(self, **_options: Any) -> str:
        """Name it in DDL, where it never stands."""
        return "AS_STORED"


def upsert_all(
    model: type[Any],
    columns: Sequence[str],
    rows: Sequence[tuple[Any, ...]],
    conflict: Sequence[str],
    update: Sequence[str] = (),
) -> None:
    """Run an ``upsert`` for any number of rows at once.

    The statement is made once and nothing looks at the values, so thousands cost little: they are given as the
    database keeps them, moments as they were read as ``AsStored``, enumerations and JSON as text.
    """
    if not rows:
        return
    db.session.flush()
    connection = db.session.connection()
    statement = _upserting(model, _insert(model.__table__), conflict, update)
    compiled = statement.compile(dialect=connection.dialect, column_keys=list(columns))
    if compiled.positiontup is None:
        values: list[Any] = [dict(zip(columns, row, strict=True)) for row in rows]
    else:
        values = list(map(itemgetter(*map(columns.index, compiled.positiontup)), rows))
    connection.exec_driver_sql(str(compiled), values)


def conclude(model: type[Any], key: Sequence[str], written: Mapping[Any, Any]) -> None:
    """Delete the rows for which None was written, and let whoever holds any of them as objects see what is there now.

    Args:
        model: the mapped class.
        key: its primary key.
        written: what statements wrote past the session, by key.
    """
    gone = [ident for ident, value in written.items() if value is None]
    named = tuple_(*(getattr(model, name) for name in key))
    for start in range(0, len(gone), DELETED_AT_ONCE):
        part = named.in_(gone[start : start + DELETED_AT_ONCE])
        db.session.execute(delete(model).where(part).execution_options(synchronize_session=False))
    for row in [row for row in db.session.identity_map.values() if isinstance(row, model)]:
        ident = inspect(row).identity
        if ident in written:
            if written[ident] is None:
                db.session.expunge(row)
            else:
                db.session.expire(row)


def _insert(target: Any) -> Any:
    dialect = db.session.get_bind().dialect.name
    return postgresql.insert(target) if dialect == "postgresql" else sqlite.insert(target)


def _upserting(
    model: type[Any],
    statement: Any,
    conflict: Sequence[str],
    update: Sequence[str] | Mapping[str, Any],
    newest_by: str = "",
) -> Any:
    if not update:
        return statement.on_conflict_do_nothing(index_elements=list(conflict))
    changes = dict(update) if isinstance(update, Mapping) else {name: statement.excluded[name] for name in update}
    later = statement.excluded[newest_by] >= getattr(model, newest_by) if newest_by else None
    return statement.on_conflict_do_update(index_elements=list(conflict), set_=changes, where=later)
