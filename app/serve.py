"""``xuetan run``: migrate, start the outbox worker, serve, and end all cleanly."""

import ipaddress
import logging
import multiprocessing
import os
import subprocess
import sys
import threading

import click
from granian import Granian
from granian.constants import Interfaces

from app.config import ROOT

log = logging.getLogger(__name__)

GRACE_SECONDS = 15
RESTART_SECONDS = 2
ALLOCATOR = {
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_MMAP_THRESHOLD_": "4194304",
    "MALLOC_TRIM_THRESHOLD_": "4194304",
}
"""How glibc's malloc gives memory back. Left to itself it raises its thresholds with the first password that is checked
(Argon2 takes 19 MiB for it), and from then on every thread keeps as much for good: 45 MiB after 3,000 requests."""


def is_loopback(host: str) -> bool:
    """Tell whether only this machine can reach an address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class WorkerKeeper:
    """Keeps one outbox worker running as a process of its own, and starts another when it dies."""

    def __init__(self) -> None:
        self._ending = threading.Event()
        self._worker = self._start()
        self._watch = threading.Thread(target=self._keep, name="worker keeper", daemon=True)
        self._watch.start()

    def _start(self) -> subprocess.Popen[bytes]:
        # A session of its own: Ctrl-C on the terminal reaches the worker through us only, after the last request.
        return subprocess.Popen([sys.executable, "-m", "app", "worker"], cwd=ROOT, start_new_session=True)

    def _keep(self) -> None:
        while not self._ending.wait(RESTART_SECONDS):
            status = self._worker.poll()
            if status is not None:
                log.error("The outbox worker ended with status %s; starting another", status)
                self._worker = self._start()

    def end(self) -> None:
        """Ask the worker to finish its batch; stop it after the grace period."""
        self._ending.set()
        self._watch.join()
        self._worker.terminate()
        try:
            self._worker.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            log.warning("The outbox worker did not end in time; what it held is delivered at the next start")
            self._worker.kill()
            self._worker.wait()


def serve(host: str, port: int, workers: int) -> None:
    """Serve until SIGTERM or Ctrl-C. The worker is ended last, so that it sees what the last requests left."""
    for name, value in ALLOCATOR.items():
        os.environ.setdefault(name, value)  # Read by the processes that are started from here on.
    # Forked workers would carry along what migrating and filling left in this process.
    multiprocessing.set_start_method("spawn", force=True)
    keeper = WorkerKeeper()
    try:
        click.echo(f"Xuetan serves at http://{host}:{port} (Ctrl-C ends it)", err=True)
        Granian(
            "app.wsgi:application",
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            workers=workers,
            blocking_threads=4,
            backlog=1024,
            websockets=False,
            respawn_failed_workers=True,
            workers_kill_timeout=GRACE_SECONDS,
            log_access=False,
        ).serve()
    finally:
        keeper.end()


def default_workers() -> int:
    """Return the number of cores, four at most: more web workers are a decision."""
    return min(4, os.cpu_count() or 1)
