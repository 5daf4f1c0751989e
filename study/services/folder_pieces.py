"""Keeps the files of a folder until its author has looked at what they become."""

from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO, cast

from core import files
from core.attachments import prepare_picture
from core.clock import utcnow
from core.errors import Invalid
from core.files import File
from core.markup import SOURCE_MAX
from core.media_types import MARKDOWN
from core.pictures import WEBP, is_picture
from study.enums import ExtractionFault
from study.extraction import Unreadable
from study.extraction.texts import decode
from study.folders import Piece, clean_path
from study.services.uploads import keep_sent
from study.unpacking import unpack

Fault = tuple[str, str]


def keep_folder(sent: Iterable[tuple[str, IO[bytes]]]) -> tuple[list[Piece], list[Fault]]:
    """Keep the files of a folder, also those in a ZIP, and say what is wrong with the others. Needs no transaction."""
    pieces: dict[str, Piece] = {}
    faults: list[Fault] = []
    for name, stream in sent:
        if name.lower().endswith(".zip"):
            _keep_zip(name, stream, pieces, faults)
        else:
            _keep(clean_path(name), stream, pieces, faults)
    return list(pieces.values()), faults


def _keep_zip(name: str, stream: IO[bytes], pieces: dict[str, Piece], faults: list[Fault]) -> None:
    try:
        for inside, content in unpack(stream):
            _keep(clean_path(inside), content, pieces, faults)
    except Invalid as error:
        faults.append((name, str(error)))


def _keep(path: str, stream: IO[bytes], pieces: dict[str, Piece], faults: list[Fault]) -> None:
    if not path:
        return
    try:
        if is_picture(_head(stream), path):
            pieces[path] = _picture(path, stream)
            return
        file, fault = keep_sent(stream, PurePosixPath(path).name)
    except Invalid as error:
        faults.append((path, str(error)))
        return
    text = ""
    if fault is None and file.media_type == MARKDOWN:
        text, fault = _text(file)
    pieces[path] = Piece(
        path=path, sha256=file.sha256, size=file.size, media_type=file.media_type, text=text, fault=fault
    )


def _head(stream: IO[bytes]) -> bytes:
    stream.seek(0)
    head = stream.read(16)
    stream.seek(0)
    return head


def _picture(path: str, stream: IO[bytes]) -> Piece:
    """Keep a picture as we encode it, and its small form."""
    source = sha256(stream.read()).hexdigest()
    made = prepare_picture(cast(BinaryIO, stream), PurePosixPath(path).name)
    small = made.thumbnail or made.file
    return Piece(
        path=path,
        sha256=made.file.sha256,
        size=made.file.size,
        media_type=made.file.media_type,
        name=made.name,
        source=source,
        small_sha256=small.sha256,
        small_size=small.size,
        width=made.width or 0,
        height=made.height or 0,
    )


def _text(file: File) -> tuple[str, ExtractionFault | None]:
    """Return the words of a Markdown file, or why they cannot be read.

    There are none where they are too many for a page, which makes it a document.
    """
    try:
        text = decode(Path(files.path_of(file)).read_bytes())
    except Unreadable as error:
        return "", error.fault
    return (text if len(text) <= SOURCE_MAX else ""), None


def is_kept(piece: Piece) -> bool:
    """Tell whether the files of a piece are still there."""
    kept = [file_of(piece), small_file(piece)] if piece.is_picture else [file_of(piece)]
    return all(files.path_of(file).exists() for file in kept)


def small_file(piece: Piece) -> File:
    """Return the row for the small form of a picture, unsaved."""
    return File(
        sha256=piece.small_sha256,
        size=piece.small_size,
        media_type=WEBP,
        original_name=piece.name,
        created_at=utcnow(),
    )


def file_of(piece: Piece) -> File:
    """Return the row for a file, unsaved."""
    name = piece.name or PurePosixPath(piece.path).name
    return File(
        sha256=piece.sha256,
        size=piece.size,
        media_type=piece.media_type,
        original_name=files.clean_name(name),
        created_at=utcnow(),
    )
