"""Files that come with questions: taken out of whatever they were packed in, and named in texts by what they hold.

Nothing here decodes a picture; who takes the questions in does, and says which ones are refused.
"""

import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from html import unescape
from typing import Any
from urllib.parse import unquote

from core.files import clean_name
from core.i18n import _l
from study.quiz.formats.items import ItemFault

SCHEME = "enclosed:"
"""How a text names a file: by the checksum of what it holds, after this."""
FILE_MAX = 20 * 1024 * 1024
FILES_MAX = 200
TOTAL_MAX = 100 * 1024 * 1024
"""Bytes of all files of one question file together."""

TOO_LARGE = _l("the file is larger than %(limit)s MiB")
TOO_MANY = _l("the files of these questions are more than %(count)s or larger than %(limit)s MiB together")
NO_BASE64 = _l("what stands there is no whole file in base64")
NOT_THERE = _l("the file is not in what was sent")

_ATTRIBUTE = re.compile(
    r"(<(?:img|audio|video|source|object|embed)\b(?:[^<>\"']|\"[^\"]*\"|'[^']*')*+>)", re.IGNORECASE
)
_ADDRESS = re.compile(r"(\b(?:src|data)\s*=\s*)(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE)
_MARKDOWN = re.compile(r"(!\[(?:\\.|[^\[\]\\\n]|\[[^\[\]\n]*\])*+\]\(\s*<?)([^)\s<>]+)")
_INLINE = re.compile(r"data:[a-z]+/[a-z0-9.+-]+;base64,(.*)", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class Enclosed:
    """One file: what it holds, or why it could not be taken out."""

    name: str
    data: bytes = b""
    fault: str = ""


@dataclass(kw_only=True)
class Enclosures:
    """The files that the questions of one file show, each once, by the checksum of what they hold."""

    files: dict[str, Enclosed] = field(default_factory=dict)
    total: int = 0
    count: int = 0

    def take(self, name: str, read: Callable[[], bytes]) -> str:
        """Take a file in and return how texts name it; one that cannot be read is named too, with the reason."""
        try:
            data = _checked(read())
            ident = sha256(data).hexdigest()
            if ident not in self.files:
                self._count(len(data))
                self.files[ident] = Enclosed(name=clean_name(name), data=data)
        except ItemFault as fault:
            ident = sha256(f"{name}\n{fault}".encode()).hexdigest()
            self.files.setdefault(ident, Enclosed(name=clean_name(name), fault=str(fault)))
        return SCHEME + ident

    def _count(self, size: int) -> None:
        if self.count >= FILES_MAX or self.total + size > TOTAL_MAX:
            raise ItemFault(TOO_MANY, count=FILES_MAX, limit=TOTAL_MAX // 1024 // 1024)
        self.total, self.count = self.total + size, self.count + 1

    def settled(self, text: str, find: Callable[[str], bytes | None]) -> str:
        """Return a text, HTML or Markdown, that names its files by what they hold.

        ``find`` gives what an address stands for: None where it is missing. It raises ``NotEnclosed`` for what is none
        of these files.
        """

        def in_markdown(found: re.Match[str]) -> str:
            return found[1] + self._named(found[2], find)

        def in_tag(found: re.Match[str]) -> str:
            return f'{found[1]}"{self._named(unescape(found[2] or found[3] or ""), find)}"'

        if "![" in text:
            text = _MARKDOWN.sub(in_markdown, text)
        return _ATTRIBUTE.sub(lambda tag: _ADDRESS.sub(in_tag, tag[1]), text)

    def _named(self, address: str, find: Callable[[str], bytes | None]) -> str:
        if found := _INLINE.fullmatch(address):
            return self.take("data", lambda: from_base64(found[1]))
        name = unquote(address.partition("?")[0]).rsplit("/", 1)[-1]

        def read() -> bytes:
            data = find(address)
            if data is None:
                raise ItemFault(NOT_THERE)
            return data

        try:
            return self.take(name, read)
        except NotEnclosed:
            return address.replace('"', "%22")


class NotEnclosed(Exception):
    """An address is that of no file of these questions."""


def _checked(data: bytes) -> bytes:
    if len(data) > FILE_MAX:
        raise ItemFault(TOO_LARGE, limit=FILE_MAX // 1024 // 1024)
    return data


def from_base64(text: str | bytes) -> bytes:
    """Return what is written in base64.

    Raises:
        ItemFault: it is not, or it is more than a file may be.
    """
    written = "".join(text.split()) if isinstance(text, str) else b"".join(text.split())
    # Looked at before it is unpacked: four signs are three bytes.
    if len(written) > FILE_MAX // 3 * 4 + 4:
        raise ItemFault(TOO_LARGE, limit=FILE_MAX // 1024 // 1024)
    try:
        data = binascii.a2b_base64(written, strict_mode=True)
    except (binascii.Error, ValueError) as error:
        raise ItemFault(NO_BASE64) from error
    if not data:
        raise ItemFault(NO_BASE64)
    return data


def name_in(files: Any, address: str) -> Enclosed | None:
    """Return the file that a text names, None where it names none of these."""
    found: Enclosed | None = files.get(address.removeprefix(SCHEME)) if address.startswith(SCHEME) else None
    return found
