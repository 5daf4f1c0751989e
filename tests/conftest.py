"""Fixtures of the whole suite: one application and database a worker, one outer transaction a test."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask, g, has_request_context
from flask.testing import FlaskClient
from hypothesis import settings
from sqlalchemy import event
from sqlalchemy.orm import scoped_session, sessionmaker

import core.db
from app import create_app
from app.config import Config
from core import clock as clock_module
from core.buffer import drop_all, flush_all
from core.db import Base, db
from core.limits import forget_all
from core.outbox import OutboxRow, drain_all
from core.permissions import Role
from tests.databases import database_url

# At home chance looks for new cases; where a change is judged, the same tree gets the same answer twice.
settings.register_profile("judged", derandomize=True, print_blob=True)
settings.load_profile("judged" if os.environ.get("CI") == "true" else "default")

ROOT = Path(__file__).parent.parent
BASE_URL = "http://xuetan.test"


def make_config(data: Path, url: str, **changes: object) -> Config:
    """Settings for a test: a folder of its own, a fixed secret."""
    values = dict(
        data=data,
        database_url=url,
        secret_key="test-secret-key-of-at-least-32-chars",
        base_url=BASE_URL,
        redis_url="",
        smtp_url="",
        mail_from="Xuetan <xuetan@xuetan.test>",
        search_engine="whoosh",
        locale="zh-Hans",
        time_zone="Asia/Shanghai",
        trusted_proxies=0,
        max_upload_mib=8,
        max_media_mib=12,
        sign_up="open",
        testing=True,
    )
    return Config(**{**values, **changes})


class Browser(FlaskClient):
    """A test client whose every request starts afresh although the test's own app context is open around it."""

    def open(self, *args, **kwargs):
        """Send a request, then forget what it remembered, as a server does at its end."""
        g._get_current_object().__dict__.clear()
        try:
            return super().open(*args, **kwargs)
        finally:
            g._get_current_object().__dict__.clear()
            db.session.rollback()
            db.session.expire_all()


@pytest.fixture(scope="session")
def _database(tmp_path_factory) -> Iterator[str]:
    with database_url(tmp_path_factory.mktemp("db")) as url:
        yield url


def _turn_round_unordered(connection, _record) -> None:
    """Return rows that nobody ordered backwards: what leans on an order by chance fails here, not some day."""
    connection.execute("PRAGMA reverse_unordered_selects = ON")


def _refuse_loose_writes(_connection, _cursor, statement, *_rest) -> None:
    """A request that writes outside ``transaction()`` fails here as it would on a read-only connection."""
    if has_request_context() and not core.db.is_writing():
        assert not statement.startswith(("INSERT", "UPDATE", "DELETE")), statement


@pytest.fixture(scope="session")
def site(_database, tmp_path_factory) -> Iterator[Flask]:
    """The application with all tables, once a worker."""
    app = create_app(make_config(tmp_path_factory.mktemp("data"), _database))
    app.config["WTF_CSRF_ENABLED"] = False
    app.test_client_class = Browser
    with app.app_context():
        with core.db.writing():
            Base.metadata.drop_all(db.engine)
            Base.metadata.create_all(db.engine)
        db.session.remove()
        event.listen(db.engine, "before_cursor_execute", _refuse_loose_writes)
        if db.engine.dialect.name == "sqlite":
            event.listen(db.engine, "connect", _turn_round_unordered)
            db.engine.dispose()
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def app(site, tmp_path) -> Iterator[Flask]:
    """The application inside one outer transaction that is rolled back; a data directory of the test's own."""
    with inside_a_transaction(site, tmp_path) as application:
        yield application


@contextmanager
def inside_a_transaction(site: Flask, data: Path) -> Iterator[Flask]:
    """Take back everything that is written meanwhile; files go to a folder that is given."""
    site.config["DATA"] = str(data)
    site.extensions["mailer"].sent.clear()
    drop_all()
    with site.app_context():
        forget_all()
        with core.db.writing():
            connection = db.engine.connect()
            outer = connection.begin()
        real = db.session
        db.session = scoped_session(
            sessionmaker(bind=connection, join_transaction_mode="create_savepoint", expire_on_commit=False),
            scopefunc=lambda: 0,
        )
        pinned = db.session()
        # Rows are forgotten, not detached, so that the test can go on with its own.
        db.session.remove = pinned.expire_all
        try:
            yield site
        finally:
            pinned.close()
            db.session = real
            outer.rollback()
            connection.close()


@contextmanager
def undone() -> Iterator[None]:
    """Take back whatever the block writes: one furnished world, several tries at it."""
    session = db.session()
    session.flush()
    session.expire_all()
    with core.db.writing():
        savepoint = session.get_bind().begin_nested()
    try:
        yield
    finally:
        session.rollback()
        savepoint.rollback()
        session.expire_all()


@pytest.fixture(scope="session")
def try_scripts() -> Path:
    """The folder of the built scripts, brought up to date as far as this machine can."""
    subprocess.run([sys.executable, str(ROOT / "static" / "build.py")], check=True, env={**os.environ, "CI": ""})
    return ROOT / "static" / "dist"


@pytest.fixture(scope="session")
def built_scripts(try_scripts) -> Path:
    """The folder of the built scripts; they must be there."""
    assert (try_scripts / "manifest.json").exists()
    return try_scripts


@pytest.fixture
def client(app) -> FlaskClient:
    """A visitor's browser."""
    return app.test_client()


@pytest.fixture
def csrf(app) -> Iterator[None]:
    """Form tokens are checked inside this test."""
    app.config["WTF_CSRF_ENABLED"] = True
    yield
    app.config["WTF_CSRF_ENABLED"] = False


@pytest.fixture
def sign_in(app):
    """Return ``sign_in(user) -> client``: a browser with a session of that person."""
    from accounts.web import SESSION_COOKIE
    from tests.factories.accounts import session_for

    def enter(user) -> FlaskClient:
        browser = app.test_client()
        browser.set_cookie(SESSION_COOKIE, session_for(user), domain="localhost")
        return browser

    return enter


@pytest.fixture
def root(app):
    from tests.factories.accounts import root_branch

    return root_branch()


@pytest.fixture
def branch(root):
    from tests.factories.accounts import BranchFactory

    return BranchFactory(parent=root, slug="east-lake")


@pytest.fixture
def other_branch(root):
    from tests.factories.accounts import BranchFactory

    return BranchFactory(parent=root, slug="north-hill")


def _person(role: Role | None, name: str):
    def make(branch):
        from tests.factories.accounts import UserFactory, grant

        user = UserFactory(username=name, branch=branch)
        if role is not None:
            grant(user, role, branch)
        return user

    return make


@pytest.fixture
def member(branch):
    return _person(None, "member")(branch)


@pytest.fixture
def instructor(root):
    return _person(Role.INSTRUCTOR, "instructor")(root)


@pytest.fixture
def moderator(root):
    return _person(Role.MODERATOR, "moderator")(root)


@pytest.fixture
def officer(branch):
    return _person(Role.OFFICER, "officer")(branch)


@pytest.fixture
def administrator(root):
    return _person(Role.ADMINISTRATOR, "administrator")(root)


@pytest.fixture
def actor_of(app):
    """Return ``actor_of(user) -> Actor``."""
    from accounts.actors import actor_for

    return lambda user: actor_for(user.id)


@pytest.fixture
def transaction(app):
    """Return the kernel's ``transaction`` for services called from a test."""
    return core.db.transaction


@pytest.fixture
def count_queries(app):
    """Return a context manager that collects the SQL statements of its block, savepoints left out."""

    @contextmanager
    def collect() -> Iterator[list[str]]:
        seen: list[str] = []

        def note(_connection, _cursor, statement, *_rest) -> None:
            if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK", "PRAGMA", "BEGIN")):
                seen.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        try:
            yield seen
        finally:
            event.remove(db.engine, "before_cursor_execute", note)

    return collect


class TestClock:
    """The application's clock, stopped: ``set`` and ``advance`` move it."""

    __test__ = False

    def __init__(self) -> None:
        self.now = clock_module.utcnow()

    def set(self, moment) -> None:
        self.now = moment

    def advance(self, **parts: float) -> None:
        from datetime import timedelta

        self.now += timedelta(**parts)


@pytest.fixture
def clock(monkeypatch) -> TestClock:
    """Time stands still until the test moves it."""
    stopped = TestClock()

    class Fixed:
        def get(self):
            return stopped.now

    original = clock_module._fixed

    class Layered:
        def get(self):
            return original.get() or stopped.now

        def set(self, value):
            return original.set(value)

        def reset(self, token):
            original.reset(token)

    monkeypatch.setattr(clock_module, "_fixed", Layered())
    return stopped


@pytest.fixture
def announced(app):
    """Return ``announced() -> list of events`` waiting in the outbox, each once, oldest first."""
    from sqlalchemy import select

    from core.events import Event

    def events() -> list[Event]:
        rows = db.session.scalars(select(OutboxRow).order_by(OutboxRow.id)).all()
        found: list[Event] = []
        for row in rows:
            one = Event.registered[row.event].from_json(row.payload)
            if one not in found:
                found.append(one)
        return found

    return events


@pytest.fixture
def drain(app):
    """Return ``drain()``: deliver everything that waits in the outbox."""
    return drain_all


@pytest.fixture
def flush_buffers(app):
    """Return ``flush_buffers()``: write what GETs collected."""
    return flush_all


@pytest.fixture
def mailbox(app) -> list:
    """The messages sent in this test."""
    return app.extensions["mailer"].sent


@pytest.fixture
def live_site(tmp_path):
    """An application on a database of its own without the outer transaction: for threads, processes and crashes."""
    with database_url(tmp_path, own=True) as url:
        app = create_app(make_config(tmp_path / "data", url))
        app.config["WTF_CSRF_ENABLED"] = False
        with app.app_context():
            with core.db.writing():
                Base.metadata.create_all(db.engine)
            yield app
            db.session.remove()
            db.engine.dispose()


LONG = ("test_accessibility.py", "test_access.py", "test_journeys.py")
"""Files that take minutes: begun first, so that the run does not end with one worker waiting for the other."""


def pytest_collection_modifyitems(items) -> None:
    """Put the long files first; the order inside a file stays. What is said to touch no database is held to it."""
    for item in items:
        if item.get_closest_marker("no_database") and "_database" in item.fixturenames:
            raise pytest.UsageError(f"{item.nodeid} uses a database and is marked no_database")
    items.sort(key=lambda item: LONG.index(item.path.name) if item.path.name in LONG else len(LONG))


def pytest_report_header() -> str:
    """Name the database of this run."""
    return f"database: {os.environ.get('XUETAN_TEST_DATABASE', 'sqlite')}"
