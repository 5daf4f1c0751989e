"""Which kinds of source there are, and how to tell them."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from forum.importing import discourse, mbox, phpbb
from forum.importing.lines import Fault, Line, read_lines
from forum.importing.opening import opened
from forum.importing.wishes import Wishes

HEAD: Final = 65_536
_SQL: Final = re.compile(rb"^\s*(?:CREATE TABLE|INSERT INTO|REPLACE INTO)\b", re.IGNORECASE | re.MULTILINE)


class UnknownFormat(ValueError):
    """The source is of no kind that is known."""


def _jsonl(path: Path, _wishes: Wishes) -> Iterator[Line | Fault]:
    with opened(path) as lines:
        yield from read_lines(lines)


READERS: Final[dict[str, Callable[[Path, Wishes], Iterator[Line | Fault]]]] = {
    "jsonl": _jsonl,
    "discourse": discourse.read,
    "phpbb": phpbb.read,
    "mbox": mbox.read,
}


def read(path: Path, form: str, wishes: Wishes) -> Iterator[Line | Fault]:
    """Read a source.

    Raises:
        UnknownFormat: ``form`` is auto and the source does not show what it is.
    """
    return READERS[guess(path) if form == "auto" else form](path, wishes)


def guess(path: Path) -> str:
    """Tell the kind of a source by its name and its beginning.

    Raises:
        UnknownFormat: neither shows it.
    """
    if path.is_dir() or path.suffix.lower() in (".zip", ".json"):
        return "discourse"
    with opened(path) as file:
        head = file.read(HEAD)
    if head.lstrip().startswith(b"{") or path.suffix.lower() == ".jsonl":
        return "discourse" if _holds_topic(head) else "jsonl"
    if path.suffix.lower() == ".mbox" or head.startswith(b"From "):
        return "mbox"
    if path.suffix.lower() == ".sql" or _SQL.search(head):
        return "phpbb"
    raise UnknownFormat


def _holds_topic(head: bytes) -> bool:
    first = head.lstrip().split(b"\n", 1)[0]
    try:
        return "post_stream" in json.loads(first)
    except ValueError:
        return b'"post_stream"' in first
