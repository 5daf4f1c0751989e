"""Topics of Discourse as it gives them out: one JSON document a topic, long topics in several."""

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from core.i18n import _
from core.text import normalise
from forum.importing.lines import (
    BODY_MAX,
    ID_MAX,
    Fault,
    Line,
    LineRefused,
    one_line,
    read_moment,
    read_tags,
    read_title,
)
from forum.importing.wishes import Wishes

DOCUMENT_MAX: Final = 64 * 2**20
"""Bytes of one document; what unpacks to more is no topic."""
_REGULAR: Final = (1, 2)
"""Kinds of posts that people write: ordinary ones and moderators' remarks. A third notes what was done to the topic."""
_NOTE: Final = 3


def read(path: Path, wishes: Wishes) -> Iterator[Line | Fault]:
    """Read a document, a file with one a line, a folder, or a ZIP."""
    for number, (name, raw) in enumerate(_documents(path), start=1):
        if raw is None:
            yield Fault(number, _("The document is too large."), name)
            continue
        try:
            values = json.loads(raw.decode("utf-8-sig"))
        except (ValueError, RecursionError):
            yield Fault(number, _("The document is not JSON in UTF-8."), name)
            continue
        for topic in values if isinstance(values, list) else [values]:
            yield from _topic(topic, number, name, wishes)


def _documents(path: Path) -> Iterator[tuple[str, bytes | None]]:
    if path.is_dir():
        for file in sorted(path.rglob("*.json")):
            # What a link points at may lie outside the folder that was given.
            if file.is_file() and not file.is_symlink():
                too_large = file.stat().st_size > DOCUMENT_MAX
                yield str(file.relative_to(path)), None if too_large else file.read_bytes()
    elif zipfile.is_zipfile(path):
        yield from _packed(path)
    elif path.suffix.lower() == ".json":
        yield path.name, path.read_bytes() if path.stat().st_size <= DOCUMENT_MAX else None
    else:
        yield from _lines(path)


def _packed(path: Path) -> Iterator[tuple[str, bytes | None]]:
    """Read the documents of a ZIP where they are: nothing is unpacked to disk, so no name in it matters."""
    with zipfile.ZipFile(path) as archive:
        for entry in archive.infolist():
            if entry.is_dir() or not entry.filename.endswith(".json"):
                continue
            with archive.open(entry) as file:
                raw = file.read(DOCUMENT_MAX + 1)
            yield one_line(entry.filename, ID_MAX), raw if len(raw) <= DOCUMENT_MAX else None


def _lines(path: Path) -> Iterator[tuple[str, bytes | None]]:
    with path.open("rb") as file:
        number = 0
        while raw := file.readline(DOCUMENT_MAX + 1):
            number += 1
            whole = raw
            while len(raw) > DOCUMENT_MAX and not raw.endswith(b"\n"):
                raw = file.readline(DOCUMENT_MAX + 1)
            if whole.strip():
                yield f"{path.name}:{number}", whole if len(whole) <= DOCUMENT_MAX else None


def _topic(topic: Any, number: int, name: str, wishes: Wishes) -> Iterator[Line | Fault]:
    stream = topic.get("post_stream") if isinstance(topic, dict) else None
    posts = stream.get("posts") if isinstance(stream, dict) else None
    if not isinstance(posts, list):
        yield Fault(number, _("The document holds no posts of a topic."), name)
    elif topic.get("archetype") == "private_message":
        yield Fault(number, _("It is a private message."), name)
    elif topic.get("visible") is False:
        yield Fault(number, _("The topic was not listed there."), name)
    elif not wishes.only or str(topic.get("category_id")) in wishes.only:
        for post in posts:
            yield from _post(topic, post, Fault(number, "", name), wishes)


def _post(topic: dict[str, Any], post: Any, place: Fault, wishes: Wishes) -> Iterator[Line | Fault]:
    if not isinstance(post, dict):
        yield place._replace(error=_("The document holds no posts of a topic."))
        return
    where = f"{place.where}, #{post.get('post_number')}"
    if post.get("post_type") == _NOTE or post.get("action_code"):
        return
    try:
        line = _line(topic, post, wishes)
    except LineRefused as refusal:
        yield Fault(place.line, str(refusal), where)
        return
    line.number, line.where = place.line, where
    yield line


def _line(topic: dict[str, Any], post: dict[str, Any], wishes: Wishes) -> Line:
    if post.get("post_type", 1) not in _REGULAR:
        raise LineRefused(_("The post was for the staff there."))
    if post.get("hidden") or post.get("deleted_at") or post.get("user_deleted"):
        raise LineRefused(_("The post was hidden or deleted there."))
    topic_id = _number(topic.get("id") if "id" in topic else post.get("topic_id"))
    number, parent = _number(post.get("post_number")), post.get("reply_to_post_number")
    body, form = (post.get("cooked"), "html") if post.get("cooked") else (post.get("raw"), "markdown")
    if not isinstance(body, str) or not normalise(body).strip():
        raise LineRefused(_("The post has no text."))
    if len(body) > BODY_MAX:
        raise LineRefused(_("The post is too long."))
    author = one_line(post.get("username") or "", ID_MAX)
    if not author:
        raise LineRefused(_("“%(name)s” is missing or is no name.", name="username"))
    site = f"discourse:{wishes.site}"
    accepted = topic.get("accepted_answer")
    title, whole_title = read_title(topic.get("title") or "") if number == 1 else ("", "")
    return Line(
        number=0,
        thread_id=f"{site}:{topic_id}",
        post_id=f"{site}:{topic_id}/{number}",
        parent_id=f"{site}:{topic_id}/{_number(parent)}" if parent and number > 1 else None,
        # A post may answer one that was deleted since; then it answers the topic.
        loose=True,
        author=author,
        author_name=one_line(post.get("name") or "", ID_MAX),
        created_at=read_moment(post.get("created_at")),
        title=title,
        whole_title=whole_title,
        body=body,
        format=form,
        base=wishes.base,
        kind="question" if accepted or topic.get("has_accepted_answer") else "discussion",
        locked=topic.get("closed") is True or topic.get("archived") is True,
        pinned=topic.get("pinned") is True or topic.get("pinned_globally") is True,
        tags=read_tags(topic.get("tags")),
        accepted=post.get("accepted_answer") is True
        or (isinstance(accepted, dict) and accepted.get("post_number") == number),
    )


def _number(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 2**53:
        raise LineRefused(_("The numbers of the topic and of the post must be there."))
    return value
