"""``xuetan run`` for real: it starts, answers, works off the outbox, survives its worker, and ends cleanly."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from tests.databases import free_port

ROOT = Path(__file__).parents[2]


def _children(pid: int) -> list[int]:
    lists = [path.read_text().split() for path in Path(f"/proc/{pid}/task").glob("*/children")]
    return [int(child) for children in lists for child in children]


def _worker_of(pid: int) -> int | None:
    for child in _children(pid):
        if b"worker" in Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0"):
            return child
    return None


def _until(condition, seconds: float = 90):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.1)
    raise AssertionError("it did not happen in time")


@pytest.fixture
def running(tmp_path):
    port = free_port()
    environment = {**os.environ, "XUETAN_DATA": str(tmp_path), "XUETAN_BASE_URL": f"http://127.0.0.1:{port}"}
    environment.pop("XUETAN_TEST_DATABASE", None)
    command = [sys.executable, "-m", "app", "run", "--port", str(port), "--workers", "1"]
    with (tmp_path / "log").open("wb") as log:
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True)
    base = f"http://127.0.0.1:{port}"

    def ready() -> bool:
        try:
            with urllib.request.urlopen(base + "/readyz", timeout=2) as answer:
                return answer.status == 200
        except OSError:
            return False

    _until(ready)
    yield server, base
    if server.poll() is None:
        server.send_signal(signal.SIGTERM)
        server.wait(40)


@pytest.mark.slow
def test_the_site_runs_replaces_a_dead_worker_and_ends_cleanly(running):
    server, base = running
    with urllib.request.urlopen(base + "/") as page:
        assert b"<h1>" in page.read()

    first = _until(lambda: _worker_of(server.pid))
    os.kill(first, signal.SIGKILL)
    second = _until(lambda: (found := _worker_of(server.pid)) and found != first and found)

    server.send_signal(signal.SIGTERM)
    assert server.wait(40) == 0
    _until(lambda: not Path(f"/proc/{second}").exists())


def test_a_site_with_sample_accounts_serves_on_loopback_only(tmp_path):
    from app.serve import is_loopback

    assert all(map(is_loopback, ("127.0.0.1", "::1", "localhost", "127.8.8.8")))
    assert not any(map(is_loopback, ("0.0.0.0", "::", "192.168.1.5", "example.org")))


def test_the_sample_is_not_served_to_other_machines_unless_forced(app, transaction):
    import click

    from app.commands import refuse_open_demo
    from core import settings

    with transaction():
        settings.put("demo", [["liwen", "李文", "member", "x"]])

    with pytest.raises(click.UsageError):
        refuse_open_demo("0.0.0.0", forced=False)
    refuse_open_demo("0.0.0.0", forced=True)
    refuse_open_demo("127.0.0.1", forced=False)
