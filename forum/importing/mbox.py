"""The archive of a mailing list: one file in the mbox format, read message by message."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any, BinaryIO, Final

from core.i18n import _
from core.text import normalise
from forum.importing.lines import BODY_MAX, ID_MAX, Fault, Line, LineRefused, one_line, read_moment, read_title
from forum.importing.mail_text import ADDRESS, flowed, without_addresses, without_signature
from forum.importing.opening import opened
from forum.importing.wishes import Wishes

MESSAGE_MAX: Final = 32 * 2**20
LINE_MAX: Final = 2**20
PARTS_MAX: Final = 200
_FROM: Final = re.compile(rb"From .{0,200}\d{1,2}:\d\d(?::\d\d)?.{0,40}\d{4}")
_ID: Final = re.compile(r"<[^<>\s]{1,500}>")
_REPLY: Final = re.compile(
    r"^(?:(?:re|aw|sv|vs|fwd?|antw|回复|回覆|答复|转发|轉寄)\s*(?:\[\d+\])?\s*[:：]\s*)+", re.IGNORECASE
)
_LIST_TAG: Final = re.compile(r"^(?:\[[^\]]{1,40}\]\s*)+")
_ANCESTORS_MAX: Final = 20


@dataclass(slots=True)
class _Seen:
    """What later messages need to know of those before: which thread each is in, and which subject began which."""

    threads: dict[str, str]
    subjects: dict[str, tuple[str, str]]


def read(path: Path, wishes: Wishes) -> Iterator[Line | Fault]:
    """Read an archive, oldest message first as archives are kept."""
    seen = _Seen({}, {})
    with opened(path) as file:
        for number, (line, raw) in enumerate(_messages(file), start=1):
            place = Fault(line, "", _("message %(number)s", number=number))
            if raw is None:
                yield place._replace(error=_("The message is too large."))
                continue
            try:
                yield _taken(_parsed(raw), place, seen, wishes)
            except LineRefused as refusal:
                yield place._replace(error=str(refusal))


def _messages(file: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    """Yield (line, message); None for one that is too large."""
    parts: list[bytes] = []
    begun, size, number, after_blank, whole = 0, 0, 0, True, True
    while line := file.readline(LINE_MAX):
        number += whole
        # A text may hold a line that begins with "From": only a date behind it, after an empty line, parts messages.
        if whole and after_blank and line.startswith(b"From ") and _FROM.match(line):
            if begun:
                yield begun, b"".join(parts) if size <= MESSAGE_MAX else None
            parts, size, begun = [line], 0, number
        elif begun:
            size += len(line)
            if size <= MESSAGE_MAX:
                parts.append(line)
        after_blank = whole and not line.strip()
        whole = line.endswith(b"\n")
    if begun:
        yield begun, b"".join(parts) if size <= MESSAGE_MAX else None


def _parsed(raw: bytes) -> Message[str, str]:
    envelope, _newline, rest = raw.partition(b"\n")
    message = message_from_bytes(rest)
    message.set_unixfrom(envelope.decode("ascii", "replace"))
    return message


def _taken(message: Message[str, str], place: Fault, seen: _Seen, wishes: Wishes) -> Line:
    body, form = _body(message)
    own = _ids(message.get("Message-ID")) or [f"<{message.get_unixfrom()}{message.get('Subject')}{len(body)}>"]
    name = _name_of(own[0], wishes)
    above = [_name_of(one, wishes) for one in (*_ids(message.get("References")), *_ids(message.get("In-Reply-To")))]
    subject = _LIST_TAG.sub("", _words(_raw(message, "subject")))
    plain_subject = _LIST_TAG.sub("", _REPLY.sub("", subject)).strip()
    author, shown = _author(message)
    title, whole_title = read_title(without_addresses(plain_subject))
    line = Line(
        number=place.line,
        where=place.where,
        thread_id="",
        post_id=name,
        parent_id=None,
        author=author,
        author_name=shown,
        created_at=_moment(message),
        title=title,
        whole_title="" if _REPLY.match(subject) else whole_title,
        body=body,
        format=form,
        loose=True,
    )
    above = [one for one in dict.fromkeys(above) if one != name]
    _thread(line, above, plain_subject, seen, replies=bool(_REPLY.match(subject)))
    return line


def _thread(line: Line, above: list[str], subject: str, seen: _Seen, *, replies: bool) -> None:
    """Find the thread: by what the message answers, else by its subject; the first message named gives it its name."""
    key = subject.casefold()
    if above:
        line.thread_id = next((seen.threads[one] for one in above if one in seen.threads), above[0])
        nearest = above[::-1][:_ANCESTORS_MAX]
        line.parent_id, line.ancestors = nearest[0], tuple(nearest[1:])
    elif replies and key in seen.subjects:
        line.thread_id, line.parent_id = seen.subjects[key]
    else:
        line.thread_id = line.post_id
        seen.subjects[key] = (line.thread_id, line.post_id)
    for one in (line.post_id, *above):
        seen.threads.setdefault(one, line.thread_id)


def _name_of(message_id: str, wishes: Wishes) -> str:
    # An id often holds the name of somebody's machine, so only its hash is kept.
    return f"mail:{wishes.site}:{blake2b(message_id.encode('utf-8', 'replace'), digest_size=16).hexdigest()}"


def _ids(value: object) -> list[str]:
    return _ID.findall(str(value or ""))


def _raw(message: Message[str, str], name: str) -> str:
    """Return a header as it came; letters that were written without saying how become words as a body's would."""
    value = next((str(text) for key, text in message.raw_items() if key.lower() == name), "")
    return _decoded(value.encode("utf-8", "surrogateescape"), "utf-8")


def _words(value: object) -> str:
    """Return a header in words, whatever it claims its encoding to be."""
    try:
        parts: Iterable[tuple[Any, Any]] = decode_header(str(value or ""))
    except (MessageError, ValueError):
        return one_line(value, 500)
    text = "".join(part if isinstance(part, str) else _decoded(part, charset) for part, charset in parts)
    return one_line(text, 500)


def _decoded(raw: bytes, charset: object) -> str:
    named = str(charset or "").lower()
    for name in ({"gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs"}.get(named, named), "utf-8", "gb18030"):
        try:
            return raw.decode(name)
        except (LookupError, UnicodeError, ValueError):
            continue
    return raw.decode("cp1252", "replace")


def _author(message: Message[str, str]) -> tuple[str, str]:
    """Return (what tells the writer from others, the name to show); the address is neither."""
    value = _words(_raw(message, "from"))
    comment = re.search(r"\(([^()]*)\)\s*$", value)
    name, address = (comment[1], value[: comment.start()]) if comment else parseaddr(value)
    name = one_line(ADDRESS.sub("", name).strip(" \"'<>,"), ID_MAX)
    if name:
        return name, ""
    mark = blake2b((address or value).strip().casefold().encode(), digest_size=4).hexdigest()
    return f"mail-{mark}", _("Somebody")


def _moment(message: Message[str, str]) -> Any:
    envelope = (message.get_unixfrom() or "").split(maxsplit=2)
    for value in (message.get("Date"), envelope[2] if len(envelope) == 3 else ""):
        try:
            return read_moment(parsedate_to_datetime(str(value)).isoformat())
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    raise LineRefused(_("The message has no date."))


def _body(message: Message[str, str]) -> tuple[str, str]:
    """Return (text, format): plain text where there is some, else HTML; files are named and left out."""
    texts: list[str] = []
    pages: list[str] = []
    files: list[str] = []
    for part in _parts(message):
        if name := _file_name(part):
            files.append(name)
        elif part.get_content_type() == "text/plain":
            texts.append(_text(part))
        elif part.get_content_type() == "text/html":
            pages.append(_text(part))
    left_out = _("Attachments: %(names)s", names=", ".join(files)) if files else ""
    if any(text.strip() for text in texts):
        return _checked("\n\n".join([*(text for text in texts if text.strip()), left_out]).strip()), "mail"
    page = "".join(pages)
    if left_out:
        page += f"<p>{left_out.replace('&', '&amp;').replace('<', '&lt;')}</p>"
    return _checked(without_addresses(page)), "html"


def _checked(body: str) -> str:
    if not normalise(body).strip():
        raise LineRefused(_("The post has no text."))
    if len(body) > BODY_MAX:
        raise LineRefused(_("The post is too long."))
    return body


def _parts(message: Message[str, str]) -> Iterator[Message[str, str]]:
    """Yield the parts that are read; mails within mails are files."""
    waiting: list[Message[str, str]] = [message]
    for _count in range(PARTS_MAX):
        if not waiting:
            return
        part = waiting.pop(0)
        if part.get_content_maintype() == "multipart" and isinstance(part.get_payload(), list):
            waiting[:0] = [one for one in part.get_payload() if isinstance(one, Message)]
        else:
            yield part


def _file_name(part: Message[str, str]) -> str:
    try:
        name = _words(part.get_filename())
    except (MessageError, ValueError, LookupError):
        name = ""
    is_text = part.get_content_type() in ("text/plain", "text/html")
    if part.get_content_disposition() == "attachment" or not is_text:
        kind = part.get_content_type()
        return one_line(name.replace("\\", "/").rsplit("/", 1)[-1], 120) or (
            "" if kind.startswith("multipart") else kind
        )
    return ""


def _text(part: Message[str, str]) -> str:
    payload = part.get_payload(decode=True)
    text = _decoded(payload if isinstance(payload, bytes) else b"", part.get_param("charset"))
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if part.get_content_type() == "text/html":
        return text
    if str(part.get_param("format") or "").lower() == "flowed":
        text = flowed(text, drop_space=str(part.get_param("delsp") or "").lower() == "yes")
    # ">From" was "From" before the archive was made.
    return without_signature(re.sub(r"^>From ", "From ", text, flags=re.MULTILINE))
