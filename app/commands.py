"""Commands of the site as a whole."""

import json
import logging
import os
import shutil
import sqlite3
import sys
from pathlib import Path

import click
from flask import current_app
from flask_migrate import upgrade
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app import serve as server
from app.config import DEFAULT_BASE_URL, PREFIX, ROOT, Config, ConfigError
from core import settings
from core.db import db, transaction
from core.markup import RENDER_VERSION, render
from core.outbox import waiting

SQLITE_SAFE = (3, 51, 3)
SQLITE_PATCHED = {(3, 50): 7, (3, 44): 6}


def migrate_database() -> None:
    """Bring the database to the newest schema."""
    logging.getLogger("alembic").setLevel(logging.WARNING)
    upgrade(directory=str(ROOT / "migrations"))


def refuse_open_demo(host: str, *, forced: bool) -> None:
    """Keep known passwords off the network.

    Raises:
        UsageError: the site holds sample accounts and the address is not loopback.
    """
    if settings.get("demo") and not server.is_loopback(host) and not forced:
        raise click.UsageError(
            "This site holds the sample accounts, whose passwords everybody knows. It serves on this machine only; "
            "--force-demo serves it to others all the same."
        )


def _reached_at(host: str, port: int) -> Config:
    """Return the settings; where no address is set, links in mail lead to where this server listens."""
    config = Config.from_env()
    if config.base_url == DEFAULT_BASE_URL:
        # Web workers and the outbox worker are processes of their own and read the same environment.
        name = f"[{host}]" if ":" in host else "127.0.0.1" if host == "0.0.0.0" else host  # noqa: S104 -- compared only
        os.environ[PREFIX + "BASE_URL"] = f"http://{name}:{port}"
        config = Config.from_env()
    return config


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=None, type=click.IntRange(1, 64), help="Web workers; by default one a core.")
@click.option("--demo", "with_demo", is_flag=True, help="Fill an empty site with the sample organisation first.")
@click.option("--force-demo", is_flag=True, help="Serve a site with sample accounts to other machines.")
def run(*, host: str, port: int, workers: int | None, with_demo: bool, force_demo: bool) -> None:
    """Migrate the database, then serve pages and work off the outbox until Ctrl-C."""
    from app import create_app, demo  # noqa: PLC0415 -- see app/cli.py

    config = _reached_at(host, port)
    with create_app(config).app_context():
        migrate_database()
        if with_demo:
            demo.fill_empty()
        refuse_open_demo(host, forced=force_demo)
        db.session.remove()
        db.engine.dispose()
    server.serve(host, port, workers or server.default_workers())


@click.command()
def init() -> None:
    """Create the database and print a one-time link for the first administrator."""
    from accounts.services import first_administrator_link  # noqa: PLC0415 -- see app/cli.py

    migrate_database()
    with transaction():
        link = first_administrator_link()
    if link is None:
        click.echo("The database is ready; there is an administrator already.")
    else:
        click.echo(f"The database is ready. Make the first administrator here, once, within a day:\n{link}")


@click.command()
def worker() -> None:
    """Run the outbox worker alone."""
    from app.timers import timers  # noqa: PLC0415 -- see app/cli.py
    from app.worker import Worker, sole_worker  # noqa: PLC0415 -- as above

    app = current_app._get_current_object()  # type: ignore[attr-defined]
    with sole_worker(Path(app.config["DATA"]), wait=True):
        Worker(app, timers()).run_until_signal()


@click.command("render")
@click.option("--jsonl", is_flag=True, help="One JSON string a line in, one out.")
def render_command(*, jsonl: bool) -> None:
    """Turn Markdown on standard input into the HTML that a post would store."""
    source = click.open_file("-", encoding="utf-8", errors="replace")
    if not jsonl:
        click.echo(render(source.read()).html, nl=False)
        return
    for line in source:
        if line.strip():
            click.echo(json.dumps(render(json.loads(line)).html, ensure_ascii=False))


def _sqlite_faults() -> list[str]:
    version = sqlite3.sqlite_version_info
    if version >= SQLITE_SAFE or version[2] >= SQLITE_PATCHED.get(version[:2], 10**6):
        return []
    return [
        f"warning: SQLite {sqlite3.sqlite_version} has a rare fault in write-ahead logs (mended in 3.51.3): "
        "keep backups, or use PostgreSQL"
    ]


def _database_faults() -> list[str]:
    try:
        db.session.execute(text("SELECT 1"))
        waits, failed = waiting()
    except SQLAlchemyError as error:
        return [f"error: the database does not answer: {str(error).splitlines()[0]}"]
    found = _sqlite_faults() if db.engine.dialect.name == "sqlite" else []
    if failed:
        found.append(f"error: {failed} outbox rows were given up")
    if waits > 1000:
        found.append(f"warning: {waits} outbox rows wait; does the worker run?")
    return found


def _disk_faults(data: Path) -> list[str]:
    free = shutil.disk_usage(data).free // 2**20
    return [f"error: only {free} MiB are free under {data}"] if free < 200 else []


def _index_faults() -> list[str]:
    from search.services import index_fault  # noqa: PLC0415 -- see app/cli.py

    fault = index_fault()
    return [f"error: {fault}"] if fault else []


def _mail_faults(config: Config) -> list[str]:
    if config.smtp_url:
        return []
    return ["warning: no SMTP_URL is set; mail is kept as files under the data directory"]


@click.command()
@click.option("--json", "as_json", is_flag=True)
def check(*, as_json: bool) -> None:
    """Look at configuration, database, index, mail and disk, and name every problem at once."""
    from app import create_app  # noqa: PLC0415 -- see app/cli.py

    try:
        config = Config.from_env()
    except ConfigError as error:
        found = [f"error: {fault}" for fault in error.faults]
    else:
        with create_app(config).app_context():
            found = [*_database_faults(), *_index_faults(), *_mail_faults(config), *_disk_faults(config.data)]
    errors = [line for line in found if line.startswith("error")]
    if as_json:
        click.echo(json.dumps({"ok": not errors, "problems": found, "render_version": RENDER_VERSION}))
    else:
        click.echo("\n".join(found) or "Everything is in order.")
    sys.exit(1 if errors else 0)
