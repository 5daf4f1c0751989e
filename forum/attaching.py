"""Files on their way into a post: made safe before the transaction, named in the text, shown by the renderer."""

import io
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

from core import files, pictures
from core.files import File
from core.markup.attached import Attached
from core.media_types import CSV, DOCX, EPUB, HTML, MARKDOWN, PDF, PPTX, TEXT, XLSX
from core.text import detect_language
from forum.queries.attachments import list_shown
from forum.urls import for_file, for_thumbnail

NAMED: Final = re.compile(r"/forum/files/(\d{1,9})(?![\d/])")
"""An attachment named in a text."""
NAMED_MAX: Final = 60
"""Attachments of one text; more are links without words."""
_UNDESCRIBED: Final = re.compile(r"!\[\s*\]\(\s*<?/forum/files/\d")
_MARKS: Final = re.compile(r"([\\\[\]`*_<>|$~])")

_KINDS: Final = {
    PDF: "PDF",
    DOCX: "Word",
    PPTX: "PowerPoint",
    XLSX: "Excel",
    EPUB: "EPUB",
    CSV: "CSV",
    HTML: "HTML",
    MARKDOWN: "Markdown",
    TEXT: "TXT",
    "application/zip": "ZIP",
    pictures.PNG: "PNG",
    pictures.JPEG: "JPEG",
    pictures.WEBP: "WebP",
}


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """An upload whose content is on the disk and whose rows are not saved yet."""

    name: str
    file: File
    thumbnail: File | None = None
    width: int | None = None
    height: int | None = None
    """Of the thumbnail: what a page must leave room for."""


def prepare(stream: BinaryIO, name: str) -> Prepared:
    """Put an upload on the disk: pictures decoded and encoded anew, anything else as it is.

    Raises:
        FileTooLarge, FileEmpty, FileNotWhatItSays, PictureBroken, PictureTooLarge: it is not taken.
    """
    name = files.clean_name(name)
    stream.seek(0)
    if not pictures.is_picture(stream.read(16), name):
        return Prepared(name=name, file=files.store(stream, name))
    picture = pictures.made_safe(stream)
    full, small = picture.full, picture.thumbnail
    shown = Path(name).stem + full.ending
    # Two short threads of work may keep the same content at once: the name is its checksum, so both are right.
    return Prepared(
        name=shown,
        file=files.store_as(io.BytesIO(full.content), shown, full.media_type),
        thumbnail=files.store_as(io.BytesIO(small.content), shown, small.media_type),
        width=small.width,
        height=small.height,
    )


def named_in(text: str) -> list[int]:
    """Return the ids of the attachments that a text names, each once."""
    if "/forum/files/" not in text:
        return []
    return sorted({int(found) for found in NAMED.findall(text)})[:NAMED_MAX]


def lacks_description(text: str) -> bool:
    """Tell whether a text shows a picture without saying what is on it."""
    return _UNDESCRIBED.search(text) is not None


def markdown_for(attachment_id: int, name: str, alt: str, *, is_picture: bool) -> str:
    """Return what shows an attachment in a text."""
    words = _MARKS.sub(r"\\\1", " ".join((alt if is_picture else name).split()))
    return f"{'!' if is_picture else ''}[{words}]({for_file(attachment_id)})"


def files_of(text: str, uploader_id: int, audiences: Collection[str]) -> Mapping[str, Attached]:
    """Return what the renderer needs of each attachment in a text.

    The writer's own are shown, and those of posts that the readers named may see: whoever quotes a post quotes its
    pictures. Of any other the text says that there is no such file, whether there is one or not.
    """
    ids = named_in(text)
    if not ids:
        return {}
    words = "没有这个文件" if detect_language(text).startswith("zh") else "no such file"
    missing = dict.fromkeys((for_file(ident) for ident in ids), Attached(kind=words, kilobytes=0))
    return missing | {for_file(row.id): _attached(row) for row in list_shown(ids, uploader_id, audiences)}


def kind_of(media_type: str, name: str) -> str:
    """Return the type of a file in a word."""
    return _KINDS.get(media_type) or Path(name).suffix.lstrip(".").upper()[:8] or "?"


def _attached(row: object) -> Attached:
    one: Any = row
    return Attached(
        kind=kind_of(one.media_type, one.name),
        kilobytes=max(1, round(one.size / 1024)),
        alt=one.alt or Path(one.name).stem,
        thumbnail=for_thumbnail(one.id) if one.thumbnail_id else "",
        width=one.width or 0,
        height=one.height or 0,
    )
