"""Rows that are inserted, or change the row in their way: one, or thousands at once."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.types import UserDefinedType

from core.db import db


def upsert(
    model: type[Any],
    values: Mapping[str, Any] | Sequence[Mapping[str, Any]],
    conflict: Sequence[str],
    update: Sequence[str] | Mapping[str, Any] = (),
) -> Any:
    """Return an INSERT that updates the row in the way, or leaves it when ``update`` is empty.

    Args:
        model: the mapped class.
        values: one row, or several.
        conflict: columns of the unique constraint.
        update: names of columns that take the new value, or column → expression. The row that could not be
            inserted is reached through ``excluded(column)`` expressions of SQLAlchemy only by name, so a sequence is
            the usual form.
    """
    return _upserting(model, _insert(model).values(values), conflict, update)


class AsStored(UserDefinedType[Any]):
    """A value as the database itself keeps it, passed on from one table to another without a look at it."""

    cache_ok = True

    def get_col_spec(self, **_options: Any) -> str:
        """Name it in DDL, where it never stands."""
        return "AS_STORED"


def upsert_all(
    model: type[Any],
    rows: Sequence[Mapping[str, Any]],
    conflict: Sequence[str],
    update: Sequence[str] = (),
    *,
    as_stored: Collection[str] = (),
) -> None:
    """Run an ``upsert`` for any number of rows at once; the statement is made once, so thousands cost little.

    Columns named in ``as_stored`` take what was read as ``AsStored``.
    """
    if not rows:
        return
    db.session.flush()
    statement = _insert(model.__table__)
    if as_stored:
        kept = {name: AsStored() for name in as_stored}
        types = {name: kept.get(name, model.__table__.c[name].type) for name in rows[0]}
        statement = statement.values({name: bindparam(name, type_=kind) for name, kind in types.items()})
    db.session.connection().execute(_upserting(model, statement, conflict, update), [*map(dict, rows)])


def _insert(target: Any) -> Any:
    dialect = db.session.get_bind().dialect.name
    return postgresql.insert(target) if dialect == "postgresql" else sqlite.insert(target)


def _upserting(
    model: type[Any], statement: Any, conflict: Sequence[str], update: Sequence[str] | Mapping[str, Any]
) -> Any:
    if not update:
        return statement.on_conflict_do_nothing(index_elements=list(conflict))
    changes = dict(update) if isinstance(update, Mapping) else {name: statement.excluded[name] for name in update}
    return statement.on_conflict_do_update(index_elements=list(conflict), set_=changes)
