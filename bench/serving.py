"""The application behind its real web server, and load on it: what ``bench/pages.py`` measures with."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import Cookie, CookieJar
from pathlib import Path
from urllib.parse import urlsplit

from app.serve import ALLOCATOR

ROOT = Path(__file__).parent.parent
SECONDS = int(os.environ.get("BENCH_SECONDS", "8"))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def children(pid: int) -> list[int]:
    path = Path(f"/proc/{pid}/task/{pid}/children")
    direct = [int(child) for child in path.read_text().split()] if path.exists() else []
    return direct + [deep for child in direct for deep in children(child)]


def cpu_seconds(pid: int) -> float:
    ticks = 0
    for one in (pid, *children(pid)):
        parts = Path(f"/proc/{one}/stat").read_text().rsplit(")", 1)[1].split()
        ticks += int(parts[11]) + int(parts[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def worker_memory_mb(pid: int) -> float:
    """Return the resident memory of the largest web worker."""
    sizes = [int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{c}/status").read_text())[1]) for c in children(pid)]
    return max(sizes) / 1024


@contextmanager
def served(target: str, environment: dict[str, str]) -> Iterator[tuple[str, int]]:
    """Serve a WSGI application with one worker on core 0, its memory handled as ``xuetan run`` handles it."""
    port = free_port()
    command = [
        "taskset", "-c", "0", sys.executable, "-m", "granian", target, "--interface", "wsgi", "--host", "127.0.0.1",
        "--port", str(port), "--workers", "1", "--blocking-threads", "2", "--no-ws", "--log-level", "error",
    ]  # fmt: skip
    server = subprocess.Popen(command, cwd=ROOT, env={**ALLOCATOR, **environment}, start_new_session=True)
    base = f"http://127.0.0.1:{port}"
    try:
        for _try in range(150):
            try:
                urllib.request.urlopen(base + "/", timeout=2).read()
                break
            except OSError:
                time.sleep(0.1)
        yield base, server.pid
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(20)


def kept_cookies(url: str, cookie: str) -> str:
    """Return what a browser sends with its second request: what it had, and what the first answer gave it."""
    jar = CookieJar()
    for pair in cookie.split("; ") * bool(cookie):
        name, _is, value = pair.partition("=")
        jar.set_cookie(_cookie(name, value, urlsplit(url).hostname or ""))
    urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar)).open(url, timeout=20).read()
    return "; ".join(f"{one.name}={one.value}" for one in jar)


def _cookie(name: str, value: str, host: str) -> Cookie:
    port, path, lifetime = (None, False), ("/", True), (None, True)  # Each with whether it was said.
    return Cookie(0, name, value, *port, host, False, False, *path, False, *lifetime, None, None, {})


def load(url: str, pid: int, cookie: str = "") -> tuple[float, float, str]:
    """Return (requests a second, CPU ms a page, p50 and p99) under eight connections from core 1."""
    kept = kept_cookies(url, cookie)
    header = ["-H", f"Cookie: {kept}"] if kept else []
    base = ["taskset", "-c", "1", "wrk", "-t1", "-c8", "--latency", *header]
    subprocess.run([*base, "-d2s", url], capture_output=True, check=True)
    before = cpu_seconds(pid)
    text = subprocess.run([*base, f"-d{SECONDS}s", url], capture_output=True, check=True, text=True).stdout
    used = cpu_seconds(pid) - before
    if "Non-2xx" in text:
        raise RuntimeError(f"{url}: {text}")
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", text)[1])
    done = int(re.search(r"(\d+) requests in", text)[1])
    spread = " / ".join(re.search(rf"^\s+{p}%\s+(\S+)$", text, re.MULTILINE)[1] for p in (50, 99))
    return rate, used * 1000 / done, spread


def xuetan(environment: dict[str, str], *arguments: str) -> str:
    """Run a command of the application and return what it printed."""
    command = [sys.executable, "-m", "app", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{arguments}: {done.stdout}{done.stderr}")
    return done.stdout
