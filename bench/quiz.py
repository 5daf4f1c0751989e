"""``python -m bench quiz``: many write a paper at once, over good lines and bad ones; no answer may be lost or doubled.

The server runs as ``xuetan run`` starts it, takers beside it in this process. Afterwards each acknowledged answer is
looked for in the ledger. With ``--takers``, ``--think`` and ``--database``.
"""

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

from bench.serving import ROOT, free_port, xuetan
from bench.takers import Taker, Told, lossy

QUESTIONS = 16
MOST_MS = 500
LOSS = 0.05
KILLS = 2


def run(*, takers: int, think: float, database: str = "") -> bool:
    """Let takers write over good lines, then over bad ones and past two killings; tell whether all was kept in time."""
    with tempfile.TemporaryDirectory() as name:
        environment = {**os.environ, "XUETAN_DATA": name, **({"XUETAN_DATABASE_URL": database} if database else {})}
        xuetan(environment, "init") if database else None
        xuetan(environment, "demo")
        file = Path(name) / "bench.gift"
        file.write_text("\n\n".join(f"::b{n}:: How much is {n} and {n}? {{={2 * n}}}" for n in range(QUESTIONS)))
        xuetan(environment, "import", "questions", str(file), "--course", "open-branch", "--bank", "Bench")
        print(f"\nquiz: {takers} takers, {QUESTIONS} questions, {think:g} s of thought each, {_kind(database)}")
        good = _write(environment, takers, think, bad=False)
        return _write(environment, takers, think, bad=True) and good


def _kind(database: str) -> str:
    return "PostgreSQL" if database else "SQLite"


def _write(environment: dict[str, str], number: int, think: float, *, bad: bool) -> bool:
    quiz, people = _papers(environment, "fill", number)
    told = Told()
    server = Server(environment)
    try:
        takers, took = asyncio.run(_all(server, quiz, people, told, think, bad=bad))
    finally:
        server.end()
    return _report(environment, quiz, takers, told, took, bad=bad)


async def _all(
    server: "Server", quiz: int, people: list[tuple[int, str]], told: Told, think: float, *, bad: bool
) -> tuple[list[Taker], float]:
    chance = random.Random(7)
    proxy = await lossy(server.port, LOSS, chance) if bad else None
    port = proxy.sockets[0].getsockname()[1] if proxy else server.port
    takers = [Taker(user_id, token, quiz, port, told) for user_id, token in people]
    begun = time.monotonic()
    writing = asyncio.gather(*(one.write(QUESTIONS, think, random.Random(one.user_id)) for one in takers))
    if bad:
        for _kill in range(KILLS):
            await asyncio.sleep(max(5.0, think * QUESTIONS / (KILLS + 1)))
            await asyncio.to_thread(server.kill_and_start)
    await writing
    if proxy:
        proxy.close()
    return takers, time.monotonic() - begun


class Server:
    """``xuetan run`` with its workers, which can be killed in the middle of everything."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment, self.port = environment, free_port()
        self._start()

    def _start(self) -> None:
        command = [sys.executable, "-m", "app", "run", "--port", str(self.port)]
        self._process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=self.environment,
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _try in range(600):
            if self._answers():
                return
            time.sleep(0.1)
        raise RuntimeError("The server did not start.")

    def _answers(self) -> bool:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=2).read()
        except OSError:
            return False
        return True

    def kill_and_start(self) -> None:
        """Kill all of its processes at once, as a cut of power does, and start anew on the same port."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(20)
        self._start()

    def end(self) -> None:
        """End it cleanly."""
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(40)


def _papers(environment: dict[str, str], *arguments: object) -> Any:
    command = [sys.executable, "-m", "bench.papers", *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def _report(environment: dict[str, str], quiz: int, takers: list[Taker], told: Told, took: float, *, bad: bool) -> bool:
    rows, papers = _papers(environment, "count", quiz)
    named = [tuple(row[:4]) for row in rows]
    held: dict[tuple[int, int], tuple[int, str]] = {}
    for attempt, position, _client, sequence, answer in rows:
        held[attempt, position] = max(held.get((attempt, position), (0, "")), (sequence, str(answer.get("text"))))
    lost = sum(held.get((one.attempt, place)) != said for one in takers for place, said in one.kept.items())
    doubled = len(named) - len(set(named)) + len(papers) - len({user for user, _id, _done in papers})
    left_open = sum(not done for _user, _id, done in papers) + sum(not one.handed_in for one in takers)
    sorted_ms = sorted(1000 * seconds for seconds in told.acknowledged)
    p50, p99 = (sorted_ms[int(len(sorted_ms) * part)] for part in (0.5, 0.99))
    fast = bad or p99 <= MOST_MS
    name = "5 % lost each way, killed twice" if bad else "good lines"
    print(f"{name:34}{len(sorted_ms):,} answers in {took:.0f} s: {lost} lost, {doubled} doubled, {left_open} left open")
    print(
        f"{'':34}acknowledged p50 {p50:.0f} ms, p99 {p99:.0f} ms{'' if bad else f'   ≤ {MOST_MS}'}"
        f"{'' if fast else '   MISSED'}; {told.failed:,} of {told.tries:,} requests sent again",
        flush=True,
    )
    return fast and not (lost or doubled or left_open)
