"""People who write papers as ``static/js/quiz.js`` sends them: nothing is let go before the server has it."""

import asyncio
import json
import random
import re
import secrets
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode

FIRST_WAIT, LONGEST_WAIT = 2.0, 30.0
PATIENCE_SECONDS = 20.0


class NoAnswer(Exception):
    """The line was cut, the server is gone, or it answered with an error of its own."""


@dataclass
class Told:
    """What all takers saw: seconds until an answer was acknowledged, and how often something was sent again."""

    acknowledged: list[float] = field(default_factory=list)
    tries: int = 0
    failed: int = 0


@dataclass
class Taker:
    """One member with a session; ``kept`` is what the server said it has: question → sequence and text given last."""

    user_id: int
    token: str
    quiz: int
    port: int
    """That of the server itself, or of a proxy on the way to it."""
    told: Told
    attempt: int = 0
    client: str = field(default_factory=lambda: secrets.token_hex(8))
    kept: dict[int, tuple[int, str]] = field(default_factory=dict)
    handed_in: bool = False
    cookies: dict[str, str] = field(default_factory=dict)

    async def write(self, questions: int, think: float, chance: random.Random) -> None:
        """Begin a paper, answer each question after some thought and one in five twice, then hand in."""
        self.cookies["xuetan_session"] = self.token
        page = await self._until_answered("GET", f"/study/quizzes/{self.quiz}")
        csrf = re.search(rb'name="csrf_token"[^>]*value="([^"]+)"', page)[1].decode()
        await self._until_answered("POST", f"/study/quizzes/{self.quiz}/attempts", {"csrf_token": csrf})
        page = await self._until_answered("GET", f"/study/quizzes/{self.quiz}")
        self.attempt = int(re.search(rb"/study/attempts/(\d+)", page)[1])
        page = await self._until_answered("GET", f"/study/attempts/{self.attempt}")
        csrf = re.search(rb'data-token="([^"]+)"', page)[1].decode()
        sequence = 0
        for position in range(1, questions + 1):
            for _change in range(2 if chance.random() < 0.2 else 1):
                await asyncio.sleep(chance.expovariate(1 / think) if think else 0)
                sequence += 1
                await self._answer(csrf, position, sequence, str(chance.randrange(1000)))
        fields = {"csrf_token": csrf, "client": self.client, "go": "end", "sure": "1"}
        await self._until_answered("POST", f"/study/attempts/{self.attempt}", fields)
        self.handed_in = True

    async def _answer(self, csrf: str, position: int, sequence: int, text: str) -> None:
        begun = time.monotonic()
        change = {"position": position, "client": self.client, "sequence": sequence, "values": {"": [text]}}
        changes = json.dumps([change | {"at": int(time.time() * 1000), "ago": 0}])
        body = await self._until_answered(
            "POST", f"/study/attempts/{self.attempt}/events", {"csrf_token": csrf, "changes": changes}
        )
        kept = [tuple(one) for one in json.loads(body)["kept"]]
        if (position, self.client, sequence) not in kept:
            raise RuntimeError(f"not kept: {body!r}")
        self.told.acknowledged.append(time.monotonic() - begun)
        self.kept[position] = (sequence, text)

    async def _until_answered(self, method: str, path: str, fields: dict[str, str] | None = None) -> bytes:
        wait = FIRST_WAIT
        while True:
            self.told.tries += 1
            try:
                return await asyncio.wait_for(self._ask(method, path, fields), PATIENCE_SECONDS)
            except (NoAnswer, OSError, TimeoutError, asyncio.IncompleteReadError):
                self.told.failed += 1
                await asyncio.sleep(wait)
                wait = min(wait * 2, LONGEST_WAIT)

    async def _ask(self, method: str, path: str, fields: dict[str, str] | None) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            body = urlencode(fields or {}).encode()
            cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
            writer.write(
                f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nCookie: {cookies}\r\n"
                f"Accept: application/json\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                f"Content-Length: {len(body)}\r\n\r\n".encode()
                + body
            )
            return self._read(await reader.read())
        finally:
            writer.close()

    def _read(self, answer: bytes) -> bytes:
        head, _blank, body = answer.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        status = int(lines[0].split()[1]) if head else 0
        headers = [line.partition(": ") for line in lines[1:]]
        for name, _is, value in headers:
            if name.lower() == "set-cookie":
                key, _is, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        length = next((int(value) for name, _is, value in headers if name.lower() == "content-length"), None)
        if not status or status >= 500 or (length is not None and len(body) < length):
            raise NoAnswer
        if status >= 400:
            raise RuntimeError(f"{status}: {body[:200]!r}")
        return _joined(body) if any("chunked" in value for _name, _is, value in headers) else body


def _joined(body: bytes) -> bytes:
    """Put the chunks of an answer together."""
    found = b""
    while body:
        size, _end, body = body.partition(b"\r\n")
        number = int(size or b"0", 16)
        if not number:
            return found
        found, body = found + body[:number], body[number + 2 :]
    raise NoAnswer


async def lossy(port: int, loss: float, chance: random.Random) -> asyncio.Server:
    """Start a proxy that loses this share of the requests, and of the answers to those that arrived."""

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(re.search(rb"Content-Length: (\d+)", head)[1])
            request = head + await reader.readexactly(length)
            if chance.random() < loss:
                return
            back, forth = await asyncio.open_connection("127.0.0.1", port)
            forth.write(request)
            # A server that was killed leaves lines on which nothing comes any more.
            answer = await asyncio.wait_for(back.read(), PATIENCE_SECONDS)
            forth.close()
            if chance.random() >= loss:
                writer.write(answer)
                await writer.drain()
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            pass  # The server was killed, or the taker gave up: the taker sees a line that was cut.
        finally:
            writer.close()

    return await asyncio.start_server(carry, "127.0.0.1", 0)
