"""Files on their way into a text: made safe before the transaction, named in Markdown, shown by the renderer."""

import io
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

from core import files, pictures
from core.errors import Invalid
from core.files import File
from core.i18n import _l
from core.markup.attached import Attached
from core.media_types import (
    AUDIO,
    BY_ENDING,
    CSV,
    DOCX,
    EPUB,
    FLAC,
    HTML,
    M4A,
    MARKDOWN,
    MP3,
    OGA,
    PDF,
    PLAYED,
    PPTX,
    TEXT,
    WAV,
    WEBA,
    XLSX,
    container,
)
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
    MP3: "MP3",
    M4A: "M4A",
    OGA: "OGG",
    WEBA: "WebM",
    WAV: "WAV",
    FLAC: "FLAC",
    pictures.PNG: "PNG",
    pictures.JPEG: "JPEG",
    pictures.WEBP: "WebP",
}


class NotAMedium(Invalid):
    """It is neither a picture nor a recording that pages show."""

    message = _l(
        "This is neither a picture nor a recording that pages show. PNG, JPEG, WebP, GIF, MP3, M4A, OGG, WAV and FLAC"
        " are taken."
    )


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


def prepare_medium(stream: BinaryIO, name: str) -> Prepared:
    """Put a picture or a recording on the disk; a recording stays as it was sent, and has no thumbnail.

    Raises:
        FileTooLarge, FileEmpty, FileNotWhatItSays, PictureBroken, PictureTooLarge: it is not taken.
        NotAMedium: it is neither.
    """
    name = files.clean_name(name)
    if not stream.seek(0, io.SEEK_END):
        raise files.FileEmpty
    if media_type := sound_type(stream, name):
        stream.seek(0)
        return Prepared(name=name, file=files.store_as(stream, name, media_type))
    if not _is_picture(stream, name):
        raise NotAMedium
    return prepare_picture(stream, name)


def sound_type(stream: BinaryIO, name: str) -> str:
    """Return the media type of a recording, by its content; empty for anything else."""
    media_type, said = files.sniff(stream, name), BY_ENDING.get(Path(name).suffix.lower(), "")
    if said in AUDIO and media_type in PLAYED and container(said) == container(media_type):
        return said  # A container of films may hold sound alone; what a browser cannot play it does not play.
    return media_type if media_type in AUDIO else ""


def kept_sound(content: bytes, name: str) -> Prepared:
    """Put a recording on the disk as it is.

    Raises:
        FileTooLarge, FileEmpty: it is not taken.
        NotAMedium: it is no recording.
    """
    media_type = sound_type(io.BytesIO(content), name)
    if not media_type:
        raise NotAMedium
    return Prepared(name=name, file=files.store_as(io.BytesIO(content), name, media_type))


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


def attached(row: Any, thumbnail: str, *, plays: bool = False) -> Attached:
    """Return what the renderer needs of a file: ``row`` says name, alt, width, height, size and media type.

    A recording is played where texts play them.
    """
    return Attached(
        plays=plays,
        kind=kind_of(row.media_type, row.name),
        kilobytes=max(1, round(row.size / 1024)),
        alt=row.alt or Path(row.name).stem,
        thumbnail="" if plays else thumbnail,
        width=row.width or 0,
        height=row.height or 0,
    )


def missing_in(text: str) -> Attached:
    """Return what a text says of a file that is not there, or not for its readers."""
    words = "没有这个文件" if detect_language(text).startswith("zh") else "no such file"
    return Attached(kind=words, kilobytes=0)
