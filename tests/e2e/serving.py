"""A real server with the sample organisation, and a real browser, for journeys and screenshots."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.databases import free_port

ROOT = Path(__file__).parents[2]

BROWSER_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass(frozen=True, kw_only=True)
class Served:
    """A running site: its address and data directory."""

    base: str
    data: Path


def _wait_until_ready(base: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 180  # Filling the site takes ten seconds, and many times that on a busy machine.
    while time.monotonic() < deadline:
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(base + "/readyz", timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"The server did not start:\n{log.read_text()[-4000:]}")


@contextmanager
def served_demo(**settings: str) -> Iterator[Served]:
    """Fill a new data directory with the sample organisation and serve it on a free loopback port."""
    with tempfile.TemporaryDirectory(prefix="xuetan-e2e-") as name:
        port, log = free_port(), Path(name) / "server.log"
        base = f"http://127.0.0.1:{port}"
        environment = {**os.environ, "XUETAN_DATA": name, "XUETAN_BASE_URL": base, **settings}
        environment.pop("XUETAN_TEST_DATABASE", None)
        with log.open("wb") as out:
            server = subprocess.Popen(
                [sys.executable, "-m", "app", "run", "--demo", "--port", str(port), "--workers", "1"],
                cwd=ROOT,
                env=environment,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            _wait_until_ready(base, server, log)
            yield Served(base=base, data=Path(name))
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(40)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Debian's Chromium."""
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=BROWSER_ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()
