"""Files on their way into a text: made safe before the transaction, named in Markdown, shown by the renderer."""

import io
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

from core import files, pictures
from core.files import File
from core.markup.attached import Attached
from core.media_types import CSV, DOCX, EPUB, HTML, MARKDOWN, PDF, PPTX, TEXT, XLSX
from core.text import detect_language

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
    if _is_picture(stream, name):
        return prepare_picture(stream, name)
    return Prepared(name=name, file=files.store(stream, name))


def prepare_picture(stream: BinaryIO, name: str) -> Prepared:
    """Put a picture on the disk, decoded and encoded anew, with its thumbnail.

    Raises:
        FileTooLarge, FileEmpty, PictureBroken, PictureTooLarge: it is not taken, or it is no picture.
    """
    name = files.clean_name(name)
    if not stream.seek(0, io.SEEK_END):
        raise files.FileEmpty
    return keep_picture(pictures.made_safe(stream), name)


def keep_picture(picture: pictures.Picture, name: str) -> Prepared:
    """Put a picture that was made safe on the disk, with its thumbnail.

    Raises:
        FileTooLarge: it is larger than the site takes.
    """
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


def kept_picture(content: bytes, name: str) -> Prepared:
    """Put a picture of a kind that browsers show on the disk as it is, and a small form of it, made anew.

    Raises:
        FileTooLarge, FileEmpty, FileNotWhatItSays, PictureBroken, PictureTooLarge: it is not taken.
    """
    media_type = pictures.type_of(content[:16])
    if not media_type:
        raise files.FileNotWhatItSays
    small = pictures.made_safe(io.BytesIO(content)).thumbnail
    return Prepared(
        name=name,
        file=files.store_as(io.BytesIO(content), name, media_type),
        thumbnail=files.store_as(io.BytesIO(small.content), name, small.media_type),
        width=small.width,
        height=small.height,
    )


def _is_picture(stream: BinaryIO, name: str) -> bool:
    stream.seek(0)
    return pictures.is_picture(stream.read(16), name)


def markdown_at(address: str, name: str, alt: str, *, is_picture: bool) -> str:
    """Return what shows a file in a text."""
    words = _MARKS.sub(r"\\\1", " ".join((alt if is_picture else name).split()))
    return f"{'!' if is_picture else ''}[{words}]({address})"


def kind_of(media_type: str, name: str) -> str:
    """Return the type of a file in a word."""
    return _KINDS.get(media_type) or Path(name).suffix.lstrip(".").upper()[:8] or "?"


def attached(row: Any, thumbnail: str) -> Attached:
    """Return what the renderer needs of a file: ``row`` says name, alt, width, height, size and media type."""
    return Attached(
        kind=kind_of(row.media_type, row.name),
        kilobytes=max(1, round(row.size / 1024)),
        alt=row.alt or Path(row.name).stem,
        thumbnail=thumbnail,
        width=row.width or 0,
        height=row.height or 0,
    )


def missing_in(text: str) -> Attached:
    """Return what a text says of a file that is not there, or not for its readers."""
    words = "没有这个文件" if detect_language(text).startswith("zh") else "no such file"
    return Attached(kind=words, kilobytes=0)
