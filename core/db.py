"""Rows: the declarative base, column types, and the only place that commits.

SQLite's driver starts no transaction before a SELECT, which loses updates silently (two processes read the same
number and both write it plus one). So every connection hands transaction control to us: reads run under a plain
BEGIN with ``query_only``, writes under BEGIN IMMEDIATE, which takes the write lock before the first read.
"""

import enum
from collections import namedtuple
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, TypeVar

from flask import has_request_context, request
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    JSON,
    CursorResult,
    DateTime,
    Dialect,
    Engine,
    Enum,
    Executable,
    MetaData,
    Result,
    Select,
    event,
    func,
    select,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Connection
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, registry
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator

from core.clock import utcnow
from core.faces import Faces, FacesType

AnySelect = Select[*tuple[Any, ...]]
"""A select of whatever columns."""

S = TypeVar("S", bound=Select[*tuple[Any, ...]])


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, stored in UTC; naive values are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        """What a value is; a decorator does not say so by itself."""
        return datetime

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Bring the value to UTC before it is stored."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A moment without a time zone cannot be stored.")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Mark what SQLite gives back as UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _stored_values(kind: type[enum.Enum]) -> list[str]:
    return [str(member.value) for member in kind]


Json = JSON().with_variant(postgresql.JSONB(), "postgresql")

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """What every table of the application derives from."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMING),
        type_annotation_map={
            datetime: UtcDateTime(),
            Faces: FacesType(),
            dict[str, Any]: Json,
            list[Any]: Json,
            enum.Enum: Enum(
                enum.Enum,
                native_enum=False,
                create_constraint=True,
                values_callable=_stored_values,
                length=32,
                validate_strings=True,
            ),
        },
    )


class Timestamped:
    """When a row was made and last changed."""

    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    updated_at: Mapped[datetime] = mapped_column(default=utcnow, onupdate=utcnow)


# Rows stay readable after commit: a view needs no second read to build its redirect.
db = SQLAlchemy(model_class=Base, disable_autonaming=True, session_options={"expire_on_commit": False})

_writing: ContextVar[bool] = ContextVar("writing", default=False)

BUSY_MILLISECONDS = 5000
MAPPED_BYTES = 2**31


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _entry: ConnectionPoolEntry) -> None:
    if not type(connection).__module__.startswith("sqlite3"):
        return
    connection.isolation_level = None  # BEGIN is ours.
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={BUSY_MILLISECONDS}",
        "journal_mode=WAL",
        "foreign_keys=ON",
        "synchronous=FULL",
        "trusted_schema=OFF",
        "cache_size=-4000",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection, *, writing: bool) -> None:
    # The connection remembers what was set last; and the driver's own cursor costs a third of the engine's.
    driver: Any = connection.connection.dbapi_connection
    if connection.info.get("writing") is not writing:
        driver.execute(f"PRAGMA query_only={'OFF' if writing else 'ON'}")
        connection.info["writing"] = writing
    if writing:  # The engine knows a locked database by its own kind of error.
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        driver.execute("BEGIN")


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    writing = _writing.get()
    if connection.dialect.name == "sqlite":
        _begin_sqlite(connection, writing=writing)
    elif connection.dialect.name == "postgresql":
        driver: Any = connection.connection.dbapi_connection
        # No round trip: the driver sends it with its own BEGIN.
        if driver.read_only is not (not writing):
            driver.read_only = not writing


@event.listens_for(Session, "before_flush")
def _refuse_writes_outside(_session: Session, _context: object, _instances: object) -> None:
    if not _writing.get() and has_request_context() and not request.environ.get("xuetan.free_writes"):
        raise RuntimeError("A request writes only inside `with transaction():`.")


class Busy(Exception):
    """The database stayed locked by others for longer than we wait."""


@contextmanager
def transaction() -> Iterator[None]:
    """Commit what the block did, or nothing of it.

    An open read is ended first, because SQLite cannot turn a read into a write safely: load rows inside the block.

    Raises:
        Busy: the database was locked for five seconds.
        RuntimeError: transactions do not nest.
    """
    if _writing.get():
        raise RuntimeError("A transaction is already open; services flush, the way in commits.")
    session = db.session
    session.rollback()
    # What was read before, even committed by ourselves, may be out of date now.
    session.expire_all()
    token = _writing.set(True)
    try:
        yield
        session.commit()
    except OperationalError as error:
        session.rollback()
        if "locked" in str(error.orig):
            raise Busy from error
        raise
    except BaseException:
        session.rollback()
        raise
    finally:
        _writing.reset(token)


@contextmanager
def writing() -> Iterator[None]:
    """Let connections that are opened in the block begin as writers: for migrations and tests, which hold their own."""
    token = _writing.set(True)
    try:
        yield
    finally:
        _writing.reset(token)


def read_rows(statement: Executable, values: Mapping[str, Any] | None = None) -> CursorResult[*tuple[Any, ...]]:
    """Run a statement that selects columns, for pages that many open: the session's bookkeeping costs a fifth more.

    What the session has not flushed yet is not seen.
    """
    return db.session.connection().execute(statement, values)


def read_numbers(statement: Select[*tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """Yield rows of plain numbers as the database's driver hands them out, for figures over very many of them.

    A quarter of a million rows take half the time of SQLAlchemy's. Values of its own types (enums, moments) would come
    unread: numbers alone may be asked for.
    """
    found = db.session.connection().execute(statement)
    with closing(found):
        yield from found.cursor  # type: ignore[misc]


def named(found: Result[*tuple[Any, ...]]) -> list[Any]:
    """Return all rows as named tuples: reading a column by name takes a tenth of the time of SQLAlchemy's rows."""
    make = _named_tuple(tuple(found.keys()))._make
    return [make(row) for row in found.all()]


@lru_cache(maxsize=512)
def _named_tuple(names: tuple[str, ...]) -> Any:
    return namedtuple("Row", names, rename=True)


@contextmanager
def reading_much() -> Iterator[None]:
    """Let SQLite look at the file in memory while a command walks through all of a large table, row by row."""
    _map_memory(MAPPED_BYTES)
    try:
        yield
    finally:
        _map_memory(0)


def _map_memory(size: int) -> None:
    if db.session.get_bind().dialect.name == "sqlite":
        db.session.rollback()
        driver: Any = db.session.connection().connection.dbapi_connection
        driver.execute(f"PRAGMA mmap_size={size}")
        db.session.rollback()


def is_writing() -> bool:
    """Tell whether a ``transaction()`` is open here."""
    return _writing.get()


def lock(statement: S) -> S:
    """Hold the selected rows until commit. On SQLite the whole database is held already."""
    return statement.with_for_update()


def lock_values(statement: S) -> S:
    """Hold the selected rows until commit, but let others write rows that point at them.

    A plain lock keeps those waiting as well: whoever holds what we want next and writes such a row would wait for us
    while we wait for them.
    """
    return statement.with_for_update(key_share=True)


def hold_shared(statement: S) -> S:
    """Keep others from changing the selected rows until commit, but not from reading or holding them likewise."""
    return statement.with_for_update(read=True)


def count_on(model: type[Any]) -> None:
    """Let the database give ids after those that were given by hand: PostgreSQL counts without looking at the rows."""
    if db.session.get_bind().dialect.name == "postgresql":
        highest = select(func.max(model.id)).scalar_subquery()
        db.session.execute(select(func.setval(func.pg_get_serial_sequence(model.__tablename__, "id"), highest)))
