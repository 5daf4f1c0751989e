"""How Alembic reaches the application's database and tables."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from alembic import context
from alembic.autogenerate.api import AutogenContext
from flask import current_app
from sqlalchemy import Connection

import core.db
from core.db import Base, db


def _render(kind: str, thing: object, autogen_context: AutogenContext) -> str | bool:
    """Write our own column types by what the database sees of them, so that a migration never imports the rooms."""
    if kind == "type":
        name = type(thing).__name__
        if name == "UtcDateTime":
            return "sa.DateTime(timezone=True)"
        if name == "FacesType":
            return "sa.JSON()"
        if name == "JSON":
            autogen_context.imports.add("from sqlalchemy.dialects import postgresql")
            return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    return False


@contextmanager
def _without_cascades(connection: Connection) -> Iterator[None]:
    """Keep SQLite from deleting what points at a table that is rebuilt.

    SQLite changes a table by copying and dropping it; with foreign keys enforced, dropping deletes every row elsewhere
    that goes with a row of it. Inside a transaction the switch does nothing, so it is turned before the first one.
    """
    driver: Any = connection.connection.dbapi_connection
    is_sqlite = connection.dialect.name == "sqlite"
    if is_sqlite:
        driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        # The connection goes back to the pool and serves others.
        if is_sqlite:
            connection.rollback()
            driver.execute("PRAGMA foreign_keys=ON")


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_item=_render,
        compare_type=True,
        render_as_batch=connection.dialect.name == "sqlite",
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    context.configure(
        url=current_app.config["SQLALCHEMY_DATABASE_URI"], target_metadata=Base.metadata, literal_binds=True
    )
    with context.begin_transaction():
        context.run_migrations()
else:
    with core.db.writing(), db.engine.connect() as connection, _without_cascades(connection):
        _run(connection)
