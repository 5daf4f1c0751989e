"""Databases for tests: SQLite files, or PostgreSQL databases in a throw-away cluster.

``XUETAN_TEST_DATABASE`` chooses ``sqlite`` (default) or ``postgresql``. The cluster is started once a run from the
server binaries of the machine (as user ``postgres`` when the run is root) and dropped at its end.
"""

import atexit
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import psycopg


class PostgresMissing(Exception):
    """There are no server binaries on this machine."""


def binaries() -> Path:
    """Return the folder with ``initdb`` and ``postgres``, newest version first."""
    candidates = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    found = shutil.which("initdb")
    if found:
        candidates.append(Path(found).resolve().parent)
    for folder in candidates:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise PostgresMissing


def _as_server_user(command: list[str]) -> list[str]:
    return (
        ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *command] if os.getuid() == 0 else command
    )


def free_port() -> int:
    """Return a loopback port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start_cluster(folder: Path) -> tuple[int, int]:
    """Make a cluster in ``folder``, start it on loopback and return (port, process id)."""
    tools = binaries()
    data = folder / "pg"
    folder.chmod(0o755)
    data.mkdir()
    if os.getuid() == 0:
        shutil.chown(data, "postgres", "postgres")
    subprocess.run(
        _as_server_user(
            [
                str(tools / "initdb"),
                "-D",
                str(data),
                "-U",
                "xuetan",
                "-A",
                "trust",
                "--no-sync",
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
            ]
        ),
        check=True,
        capture_output=True,
        cwd="/",
    )
    port = free_port()
    options = [
        "fsync=off",
        "synchronous_commit=off",
        "full_page_writes=off",
        "max_connections=200",
        "shared_buffers=64MB",
    ]
    with (folder / "pg.log").open("wb") as log:
        server = _start_server(tools, data, port, options, log)
    for _try in range(200):
        try:
            psycopg.connect(f"postgresql://xuetan@127.0.0.1:{port}/postgres").close()
        except psycopg.OperationalError:
            time.sleep(0.1)
        else:
            server.returncode = 0  # It outlives this process object; whoever leaves last ends it.
            return port, server.pid
    raise RuntimeError((folder / "pg.log").read_text())


def _start_server(tools: Path, data: Path, port: int, options: list[str], log: IO[bytes]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        _as_server_user(
            [
                str(tools / "postgres"), "-D", str(data), "-h", "127.0.0.1", "-p", str(port), "-k", "",
                *(part for option in options for part in ("-c", option)),
            ]
        ),
        stdout=subprocess.DEVNULL,
        stderr=log,
        cwd="/",
        start_new_session=True,
    )  # fmt: skip


def _shared_cluster() -> int:
    """Return the port of the run's one cluster; the first process that asks starts it, the last one stops it."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", f"pid{os.getpid()}")
    folder = Path(tempfile.gettempdir()) / f"xuetan-test-{run}"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        state = folder / "state"
        if state.exists():
            port, pid, users = map(int, state.read_text().split())
        else:
            (port, pid), users = start_cluster(folder), 0
        state.write_text(f"{port} {pid} {users + 1}")
    atexit.register(_leave, folder)
    return port


def _leave(folder: Path) -> None:
    with (folder / "lock").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        port, pid, users = map(int, (folder / "state").read_text().split())
        (folder / "state").write_text(f"{port} {pid} {users - 1}")
        if users > 1:
            return
        os.kill(pid, signal.SIGINT)
        for _try in range(100):
            with suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)
            try:
                os.kill(pid, 0)
            except ProcessLookupError:
                break
            time.sleep(0.05)
    shutil.rmtree(folder, ignore_errors=True)


_port: list[int] = []


@contextmanager
def database_url(folder: Path, *, own: bool = False) -> Iterator[str]:
    """Give an empty database. ``own`` only says that the caller commits for real."""
    if os.environ.get("XUETAN_TEST_DATABASE", "sqlite") != "postgresql":
        yield f"sqlite:///{folder / 'test.sqlite3'}"
        return
    if not _port:
        _port.append(_shared_cluster())
    name = f"t{uuid.uuid4().hex}"
    with psycopg.connect(f"postgresql://xuetan@127.0.0.1:{_port[0]}/postgres", autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
    try:
        yield f"postgresql+psycopg://xuetan@127.0.0.1:{_port[0]}/{name}"
    finally:
        with psycopg.connect(f"postgresql://xuetan@127.0.0.1:{_port[0]}/postgres", autocommit=True) as admin:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
