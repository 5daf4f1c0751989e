"""A draft outlives the server: saved without any script, the web worker killed, offered again."""

import os
import signal
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

from tests.databases import free_port
from tests.e2e.people import Visit
from tests.e2e.serving import ROOT, Served, _wait_until_ready

WORDS = "Half a thought that must not be lost / 写了一半的话"


@contextmanager
def serving(data: str, port: int, *more: str):
    """Serve a data directory; yields the process, whose group the test may kill."""
    base = f"http://127.0.0.1:{port}"
    environment = {**os.environ, "XUETAN_DATA": data, "XUETAN_BASE_URL": base}
    environment.pop("XUETAN_TEST_DATABASE", None)
    log = Path(data) / "server.log"
    with log.open("ab") as out:
        server = subprocess.Popen(
            [sys.executable, "-m", "app", "run", *more, "--port", str(port), "--workers", "1"],
            cwd=ROOT,
            env=environment,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _wait_until_ready(base, server, log)
        yield server
    finally:
        if server.poll() is None:
            server.send_signal(signal.SIGTERM)
            server.wait(40)


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def kill_hard(server) -> None:
    """End the server, its web and its outbox workers as a power cut would: nothing of theirs runs any more."""
    family, found = [], [server.pid]
    while found:
        family += found
        found = [child for pid in found for child in _children(pid)]
    for pid in family:
        os.kill(pid, signal.SIGKILL)
    server.wait(10)


def test_a_draft_survives_a_killed_server(browser):
    with tempfile.TemporaryDirectory(prefix="xuetan-e2e-") as data:
        port = free_port()
        site = Served(base=f"http://127.0.0.1:{port}", data=Path(data))
        with serving(data, port, "--demo") as server:
            visit = Visit(site, browser, scripts=False, language="en").sign_in_as("member")
            visit.open("/forum/boards/general/new")
            visit.page.fill("textarea[name=body]", WORDS)
            visit.press("Save draft")
            visit.sees("Draft saved")
            kill_hard(server)
        with serving(data, port):
            visit.open("/forum/boards/general/new")
            visit.sees("You began this on")
            assert visit.page.input_value("textarea[name=body]") == WORDS
            visit.page.fill("input[name=title]", "Whole again")
            visit.press("Post thread")
            visit.sees("Your thread is published.")
            visit.open("/forum/drafts")
            visit.sees("There is no draft.")
            visit.end()
