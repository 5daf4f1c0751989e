"""``python -m bench pages``: pages beside a bare Flask page on one core, memory, import and indexing; all from one run.

Needs ``wrk`` (Debian's package) for the pages; without it that part is left out and the run says so.
"""

import fcntl
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from bench.material import write_threads
from bench.serving import ROOT, load, served, worker_memory_mb, xuetan


def timed_import(environment: dict[str, str], folder: Path) -> None:
    """Import threads with the outbox left to the worker, then work it off: two rates."""
    posts = write_threads(folder / "threads.jsonl", threads=150, posts=20)
    lock = (folder / "worker.lock").open("w")
    fcntl.flock(lock, fcntl.LOCK_EX)  # As if a worker ran: the import leaves the outbox alone.
    start = time.monotonic()
    xuetan(environment, "import", "threads", str(folder / "threads.jsonl"), "--board", "general", "--json")
    took = time.monotonic() - start
    print(f"import threads           {posts / took:8.0f} posts/s   ({posts} posts in {took:.1f} s, start included)")
    fcntl.flock(lock, fcntl.LOCK_UN)
    start = time.monotonic()
    code = "from app import create_app\nfrom core.outbox import drain_all\nwith create_app().app_context(): drain_all()"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, check=True, capture_output=True)
    took = time.monotonic() - start
    print(f"index them               {posts / took:8.0f} posts/s   ({took:.1f} s, start included)")


SETUP = """
import json
import secrets
from datetime import timedelta
from sqlalchemy import select
from app import create_app
from accounts.actors import token_hash
from accounts.models import Session, User, UserState
from core.clock import utcnow
from core.db import db, transaction
from forum.models import Thread
with create_app().app_context():
    token = secrets.token_urlsafe(32)
    with transaction():
        user = db.session.scalars(select(User).where(User.state == UserState.ACTIVE).order_by(User.id.desc())).first()
        db.session.add(Session(token_hash=token_hash(token), user_id=user.id, expires_at=utcnow() + timedelta(hours=9)))
    thread = db.session.scalars(select(Thread.id).where(Thread.title == "Benchmark 7")).one()
    print(json.dumps([token, thread]))
"""


READ = ("/", "/forum/boards/general", "/forum/threads/{thread}", "/study/courses/open-branch", "/study/lessons/1")
ASKED = ("/search?q=%E8%B4%A6%E7%9B%AE", "/search?q=minutes")


def memory(environment: dict[str, str], thread: int, cookie: str) -> None:
    """Print what a fresh web worker holds after a thousand pages, one in ten of them a search."""
    with served("app.wsgi:application", environment) as (base, pid):
        print(f"memory of a web worker: {worker_memory_mb(pid):.0f} MB", end="")
        for number in range(1_000):
            path = ASKED[number // 10 % 2] if number % 10 == 0 else READ[number % len(READ)].format(thread=thread)
            asked = urllib.request.Request(base + path, headers={"Cookie": cookie} if number % 2 else {})
            urllib.request.urlopen(asked, timeout=20).read()
        print(f", after 1,000 requests {worker_memory_mb(pid):.0f} MB   wanted ≤ 150")


def pages(environment: dict[str, str]) -> None:
    """Print what pages cost beside the bare page."""
    out = subprocess.run(
        [sys.executable, "-c", SETUP], cwd=ROOT, env=environment, check=True, capture_output=True, text=True
    )
    token, thread = json.loads(out.stdout.splitlines()[-1])
    cookie = f"xuetan_session={token}; lang=zh-Hans"
    memory(environment, thread, cookie)
    with served("bench.hello:application", environment) as (base, pid):
        hello, cost, spread = load(base + "/", pid)
    print(f"{'page':24} {'req/s':>8} {'CPU ms':>8} {'p50 / p99':>18} {'of bare':>9}   wanted")
    print(f"{'bare Flask page':24} {hello:8.0f} {cost:8.2f} {spread:>18} {'1':>9}")
    table = (
        ("20 posts, signed in", f"/forum/threads/{thread}", cookie, "1/40"),
        ("20 posts, guest", f"/forum/threads/{thread}", "", "1/25"),
        ("board, signed in", "/forum/boards/general", cookie, ""),
        ("board, guest", "/forum/boards/general", "", ""),
        ("course, signed in", "/study/courses/open-branch", cookie, ""),
        ("front page, guest", "/", "", ""),
        ("search, guest", "/search?q=%E8%B4%A6%E7%9B%AE", "", ""),
    )
    with served("app.wsgi:application", environment) as (base, pid):
        for name, path, jar, wanted in table:
            rate, cost, spread = load(base + path, pid, jar)
            print(f"{name:24} {rate:8.0f} {cost:8.2f} {spread:>18} {'1/' + format(hello / rate, '.1f'):>9}   {wanted}")
        print(f"memory of the web worker after these requests: {worker_memory_mb(pid):.0f} MB")


def run() -> None:
    """Run everything in a folder that is removed afterwards."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environment = {**os.environ, "XUETAN_DATA": name}
        xuetan(environment, "demo")
        timed_import(environment, folder)
        if shutil.which("wrk") and shutil.which("taskset"):
            pages(environment)
        else:
            print("Left out: pages (install Debian's packages wrk and util-linux)")
