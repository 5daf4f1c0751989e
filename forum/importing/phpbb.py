"""A phpBB forum from its MySQL dump: versions 2 and 3, whatever the prefix of its tables."""

import codecs
import html
import io
import re
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from core.i18n import _
from core.text import normalise
from forum.importing.dump import Broken, Scanner, Value, rows
from forum.importing.lines import BODY_MAX, ID_MAX, Fault, Line, LineRefused, one_line, read_title
from forum.importing.opening import opened
from forum.importing.spool import scratch
from forum.importing.wishes import Wishes

TABLES: Final = frozenset({"posts", "posts_text", "topics", "users"})
_NEEDED: Final = {
    "posts": {"post_id", "topic_id", "poster_id", "post_time"},
    "posts_text": {"post_id", "post_text"},
    "topics": {"topic_id", "topic_title"},
    "users": {"user_id", "username"},
}
_HEAD: Final = 1 << 20
_CHARSET: Final = re.compile(rb"(?:SET NAMES|CHARSET=|CHARACTER SET)\s*'?([A-Za-z0-9_]+)", re.IGNORECASE)
_CODECS: Final = {"gbk": "gb18030", "gb2312": "gb18030", "gb18030": "gb18030", "big5": "big5hkscs"}
_LOCKED: Final = "1"
_STICKY: Final = frozenset({"1", "2", "3"})
_ANONYMOUS: Final = frozenset({"1", "-1", "0"})

_SCHEMA: Final = """
CREATE TABLE posts (id INTEGER PRIMARY KEY, topic INTEGER, forum TEXT, poster TEXT, guest TEXT, moment INTEGER,
  subject TEXT, body TEXT, uid TEXT, shown INTEGER, line INTEGER);
CREATE INDEX by_topic ON posts (topic, moment, id);
CREATE TABLE texts (id INTEGER PRIMARY KEY, subject TEXT, body TEXT, uid TEXT);
CREATE TABLE topics (id INTEGER PRIMARY KEY, title TEXT, status TEXT, type TEXT, shown INTEGER);
CREATE TABLE users (id TEXT PRIMARY KEY, name TEXT);
"""
_JOINED: Final = """
SELECT p.id, p.topic, p.forum, p.poster, p.guest, p.moment, coalesce(nullif(x.subject, ''), p.subject),
  coalesce(x.body, p.body), coalesce(nullif(x.uid, ''), p.uid), p.shown, p.line,
  t.title, t.status, t.type, t.shown, u.name
FROM posts p LEFT JOIN texts x ON x.id = p.id LEFT JOIN topics t ON t.id = p.topic LEFT JOIN users u ON u.id = p.poster
ORDER BY p.topic, p.moment, p.id
"""


def read(path: Path, wishes: Wishes) -> Iterator[Line | Fault]:
    """Read a dump: first everything onto disk, since users and topics may come after the posts, then topic by topic."""
    with scratch() as kept:
        kept.executescript(_SCHEMA)
        yield from _keep(path, kept)
        first: dict[str, Any] = {"topic": None}
        for row in kept.execute(_JOINED):
            yield from _post(row, first, wishes)


def _keep(path: Path, kept: sqlite3.Connection) -> Iterator[Fault]:
    charset = _charset(path)
    with opened(path) as raw:
        scanner = Scanner(io.TextIOWrapper(raw, encoding=charset, errors="replace", newline=""), charset)
        try:
            for table, line, row in rows(scanner, TABLES):
                if _NEEDED[table] <= row.keys():
                    _put(kept, table, line, row)
        except Broken as fault:
            yield Fault(scanner.line, str(fault), path.name)


def _charset(path: Path) -> str:
    """Say how the dump is encoded: by what it says, unless its beginning is plainly something else."""
    with opened(path) as file:
        head = file.read(_HEAD)
    named = _CHARSET.search(head)
    wanted = _CODECS.get(named[1].decode().lower() if named else "", "")
    if wanted:
        return wanted
    # Most dumps are UTF-8, also those that say latin1: the server did not know better.
    for name in ("utf-8", "gb18030"):
        try:
            codecs.getincrementaldecoder(name)("strict").decode(head, final=len(head) < _HEAD)
        except UnicodeDecodeError:
            continue
        return name
    return "cp1252"


def _whole(value: Value) -> int:
    try:
        number = int(value or "")
    except ValueError:
        return 0
    return number if abs(number) < 2**62 else 0


def _put(kept: sqlite3.Connection, table: str, line: int, row: dict[str, Value]) -> None:
    def text(name: str) -> str:
        # Half characters cannot be kept, and no post has them.
        return (row.get(name) or "").encode("utf-8", "replace").decode()

    shown = row.get("post_visibility", row.get("post_approved")) or "1"
    topic_shown = row.get("topic_visibility", row.get("topic_approved")) or "1"
    number = _whole(row.get("post_id"))
    if table == "posts":
        values: tuple[Any, ...] = (number, _whole(row["topic_id"]), text("forum_id"), text("poster_id"))
        values += (text("post_username"), _whole(row["post_time"]), text("post_subject"), text("post_text"))
        values += (text("bbcode_uid"), shown == "1", line)
    elif table == "posts_text":
        values = (number, text("post_subject"), text("post_text"), text("bbcode_uid"))
    elif table == "topics":
        number = _whole(row["topic_id"])
        values = (number, text("topic_title"), text("topic_status"), text("topic_type"), topic_shown == "1")
    else:
        values = (text("user_id"), text("username"))
    name = "texts" if table == "posts_text" else table
    kept.execute(f"INSERT OR IGNORE INTO {name} VALUES ({','.join('?' * len(values))})", values)  # noqa: S608 -- our names


def _post(row: tuple[Any, ...], first: dict[str, Any], wishes: Wishes) -> Iterator[Line | Fault]:
    number, topic, forum, poster, guest, moment, subject, body, uid, shown, line, title, status, kind, open_, name = row
    if wishes.only and forum not in wishes.only:
        return
    place = Fault(line, "", f"post {number}")
    if not (shown and (open_ or open_ is None)):
        yield place._replace(error=_("The post was hidden or deleted there."))
        return
    try:
        text = _text(body)
        taken = _line(number, topic, moment, text, uid, wishes)
        taken.author, taken.author_name = _author(poster, name, guest)
        taken.number, taken.where = place.line, place.where
        if first["topic"] != topic:
            first.update(topic=topic, post=taken.post_id)
            taken.title, taken.whole_title = read_title(html.unescape(title or subject or ""))
            taken.locked, taken.pinned = status == _LOCKED, kind in _STICKY
        else:
            taken.parent_id, taken.loose = first["post"], True
    except LineRefused as refusal:
        yield place._replace(error=str(refusal))
        return
    yield taken


def _text(body: str) -> str:
    if not normalise(body or "").strip():
        raise LineRefused(_("The post has no text."))
    if len(body) > BODY_MAX:
        raise LineRefused(_("The post is too long."))
    return body


def _line(number: int, topic: int, moment: int, text: str, uid: str, wishes: Wishes) -> Line:
    if number <= 0 or topic <= 0:
        raise LineRefused(_("The numbers of the topic and of the post must be there."))
    if not 0 < moment < 2**33:
        raise LineRefused(_("The post has no date."))
    site = f"phpbb:{wishes.site}"
    rich = text.startswith(("<r>", "<t>", "<r ", "<t "))
    return Line(
        number=0,
        thread_id=f"{site}:{topic}",
        post_id=f"{site}:p{number}",
        parent_id=None,
        author="",
        created_at=datetime.fromtimestamp(moment, UTC),
        title="",
        body=text,
        format="s9e" if rich else f"bbcode:{uid}" if re.fullmatch("[a-z0-9]{1,20}", uid or "") else "bbcode",
        base=wishes.base,
    )


def _author(poster: str, name: str | None, guest: str) -> tuple[str, str]:
    shown = one_line(html.unescape((guest if poster in _ANONYMOUS and guest else name) or guest), ID_MAX)
    return (shown, "") if shown else (f"phpbb-user-{one_line(poster, 20) or '0'}", _("Guest"))
