"""Posts as a source gives them, and the simplest source: one JSON object a line, checked before anything is done."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from core.i18n import _
from core.text import normalise
from forum.models import SLUG_MAX, TITLE_MAX

FORMATS: Final = ("markdown", "html", "text")
"""What a body may be in JSON lines; other sources have formats of their own."""
ID_MAX: Final = 200
BODY_MAX: Final = 400_000
"""Characters of one body, markup included; what is left of it as Markdown must fit a post."""
TAGS_MAX: Final = 10
EARLIEST: Final = datetime(1970, 1, 1, tzinfo=UTC)


class LineRefused(ValueError):
    """Why a line cannot be taken, in words for the reader."""


class Fault(NamedTuple):
    """Something of a source that was not taken: its line or number there, why, and by what name it is found."""

    line: int
    error: str
    where: str = ""


@dataclass(slots=True, kw_only=True)
class Line:
    """One post of a source. What it says of the thread counts where it opens one."""

    number: int
    """Where it stands in the source: a line, or a number that is counted there."""
    thread_id: str
    post_id: str
    parent_id: str | None
    author: str
    created_at: datetime
    title: str
    body: str
    format: str
    whole_title: str = ""
    """The title where it is longer than a thread may have."""
    where: str = ""
    author_name: str = ""
    """The name to show, where ``author`` is not it."""
    ancestors: tuple[str, ...] = ()
    """Posts further up, the nearest first: the first of them that is there is answered when the parent is not."""
    loose: bool = False
    """Whether the post answers the thread itself when none of those is there, and is not refused."""
    base: str = ""
    """The address from which links of an HTML body that name no host start."""
    kind: str = "discussion"
    locked: bool = False
    pinned: bool = False
    tags: tuple[str, ...] = ()
    accepted: bool = False
    """Whether the post answers the question."""

    def fault(self, error: str) -> Fault:
        """Return why this post is not taken."""
        return Fault(self.number, error, self.where)


def read_lines(lines: Iterable[bytes]) -> Iterator[Line | Fault]:
    """Check every line of a file; blank ones are skipped."""
    for number, raw in enumerate(lines, start=1):
        if not raw.strip():
            continue
        try:
            yield parse_line(number, raw)
        except LineRefused as refusal:
            yield Fault(number, str(refusal))


def parse_line(number: int, raw: bytes) -> Line:
    """Check one line.

    Raises:
        LineRefused: it is not a post of the agreed form.
    """
    values = _object(raw)
    form = values.get("format", "markdown")
    if form not in FORMATS:
        raise LineRefused(_("The format must be html, markdown or text."))
    body = values.get("body")
    if not isinstance(body, str) or not normalise(body).strip():
        raise LineRefused(_("The post has no text."))
    if len(body) > BODY_MAX:
        raise LineRefused(_("The post is too long."))
    parent = values.get("parent_id")
    title, whole_title = read_title(values.get("title") or "")
    return Line(
        number=number,
        thread_id=_id(values, "thread_id"),
        post_id=_id(values, "post_id"),
        parent_id=None if parent in (None, "") else _id(values, "parent_id"),
        author=_words(values, "author"),
        created_at=read_moment(values.get("created_at")),
        title=title,
        whole_title=whole_title,
        body=body,
        format=form,
        kind="question" if values.get("kind") == "question" else "discussion",
        tags=read_tags(values.get("tags")),
        accepted=values.get("accepted") is True,
    )


def read_title(value: object) -> tuple[str, str]:
    """Return a title that fits, and the whole one where it had to be cut: the post then begins with it."""
    whole = one_line(value, BODY_MAX)
    if len(whole) <= TITLE_MAX:
        return whole, ""
    return whole[: TITLE_MAX - 1].rstrip() + "…", whole


def one_line(value: object, length: int) -> str:
    """Return words on one line, cut to a length."""
    return " ".join(normalise(str(value)).split())[:length].rstrip()


def read_tags(value: object) -> tuple[str, ...]:
    """Return the names in a list of tags, which may be objects with a name; what is no name is left out."""
    found = []
    for item in value[:TAGS_MAX] if isinstance(value, list) else ():
        name = item.get("name") if isinstance(item, dict) else item
        if isinstance(name, str) and (words := one_line(name, SLUG_MAX)):
            found.append(words)
    return tuple(found)


def _object(raw: bytes) -> dict[str, Any]:
    try:
        values = json.loads(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError) as fault:
        raise LineRefused(_("The line is not JSON in UTF-8.")) from fault
    if not isinstance(values, dict):
        raise LineRefused(_("The line is not a JSON object."))
    return values


def _id(values: dict[str, Any], name: str) -> str:
    value = values.get(name)
    text = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if not text or len(text) > ID_MAX or normalise(text) != text:
        raise LineRefused(_("“%(name)s” is missing or is no name.", name=name))
    return text


def _words(values: dict[str, Any], name: str) -> str:
    value = values.get(name)
    text = " ".join(normalise(value).split()) if isinstance(value, str) else ""
    if not text or len(text) > ID_MAX:
        raise LineRefused(_("“%(name)s” is missing or is no name.", name=name))
    return text


def read_moment(value: object) -> datetime:
    """Read a moment; one without a zone is taken as UTC.

    Raises:
        LineRefused: it is none, or older than the clocks of computers.
    """
    try:
        moment = datetime.fromisoformat(str(value))
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError) as fault:
        raise LineRefused(_("“created_at” is not a moment like 2026-11-22T09:30:00Z.")) from fault
    if moment < EARLIEST:
        raise LineRefused(_("“created_at” is not a moment like 2026-11-22T09:30:00Z."))
    return moment


def batches(threads: Iterable[list[Line]], posts: int) -> Iterator[list[list[Line]]]:
    """Yield whole threads in batches of at least ``posts`` posts, the last one excepted."""
    batch: list[list[Line]] = []
    size = 0
    for lines in threads:
        batch.append(lines)
        size += len(lines)
        if size >= posts:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
