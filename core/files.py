"""Uploaded files: kept once by checksum under the data directory, never under the name they came with."""

import hashlib
import os
import tempfile
import zipfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from flask import current_app
from sqlalchemy import BigInteger, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import utcnow
from core.db import Base, db, transaction
from core.errors import Invalid
from core.i18n import _l
from core.media_sniffing import sniff_media
from core.media_types import BINARY, BY_ENDING, BY_PART, PDF, PICTURES, PLAYED, SUBRIP, TEXT, container

CHUNK = 1 << 20
NAME_MAX = 200
SWEPT_AFTER_SECONDS = 24 * 3600
ROWS_AT_ONCE = 200


class FileTooLarge(Invalid):
    """The file is larger than the site takes."""

    message = _l("The file is larger than %(limit)s MiB.")


class FileEmpty(Invalid):
    """There is nothing in the file."""

    message = _l("The file is empty.")


class FileNotWhatItSays(Invalid):
    """Name and content disagree."""

    message = _l("The file is not what its name says: its content is of another type.")


class File(Base):
    """One stored file. Equal content is stored once on disk; each upload has its own row and name."""

    __tablename__ = "core_files"

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(index=True)
    size: Mapped[int] = mapped_column(BigInteger)
    media_type: Mapped[str]
    original_name: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=utcnow)

    @property
    def is_picture(self) -> bool:
        """Tell whether this is a picture that was encoded by us."""
        return self.media_type in PICTURES


def _is_text(head: bytes) -> bool:
    if b"\x00" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    return not head.startswith((b"%PDF-", b"PK\x03\x04", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"MZ", b"\x7fELF"))


def _zip_type(stream: BinaryIO) -> str:
    try:
        with zipfile.ZipFile(stream) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError):
        return BINARY
    return next((kind for part, kind in BY_PART.items() if part in names), "application/zip")


def sniff(stream: BinaryIO, name: str) -> str:
    """Return the media type by content, helped by the name only between kinds of text. The stream is rewound."""
    stream.seek(0)
    head = stream.read(4096)
    stream.seek(0)
    if head.lstrip()[:5] == b"%PDF-":
        return PDF
    if head.startswith(b"PK"):
        found = _zip_type(stream)
        stream.seek(0)
        return found
    if media := sniff_media(head):
        return media
    named = BY_ENDING.get(Path(name).suffix.lower(), BINARY)
    if _is_text(head):
        return named if named == SUBRIP or named.startswith("text/") else TEXT
    return BINARY


def check_type(media_type: str, name: str) -> None:
    """Compare what a file is with what its name says.

    Raises:
        FileNotWhatItSays: the two disagree.
    """
    said = BY_ENDING.get(Path(name).suffix.lower())
    if said is None or said == media_type:
        return
    if said in PLAYED and media_type in PLAYED and container(said) == container(media_type):
        return  # An .mp4 or .ogg may hold sound alone, and a .ogg pictures.
    raise FileNotWhatItSays


def clean_name(name: str) -> str:
    """Return a name fit to be shown and sent: the last part, without controls, not too long. Never used as a path."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(c for c in last if c.isprintable()).strip(" .") or "file"
    if len(kept) <= NAME_MAX:
        return kept
    stem, dot, ending = kept.rpartition(".")
    return stem[: NAME_MAX - len(ending) - 1] + dot + ending if len(ending) < 12 else kept[:NAME_MAX]


def _folder() -> Path:
    return Path(current_app.config["DATA"]) / "files"


def path_of(file: File) -> Path:
    """Return where the content lies."""
    return _folder() / file.sha256[:2] / file.sha256


def open_file(file: File) -> BinaryIO:
    """Open the content for reading."""
    return path_of(file).open("rb")


def read_whole(stream: BinaryIO) -> bytes:
    """Return all of a stream that is no larger than an upload may be; of a larger one no more than that is read.

    Raises:
        FileTooLarge: it is larger.
    """
    limit = int(current_app.config["MAX_UPLOAD_MIB"])
    content = stream.read(limit * 1024 * 1024 + 1)
    if len(content) > limit * 1024 * 1024:
        raise FileTooLarge(limit=limit)
    return content


def keep(stream: BinaryIO, *, media_type: str = "") -> tuple[str, int]:
    """Write a stream to disk under its checksum and return (sha256, size). Safe to repeat; do it before a transaction.

    Raises:
        FileTooLarge, FileEmpty: see there.
    """
    limit = int(current_app.config["MAX_MEDIA_MIB" if media_type in PLAYED else "MAX_UPLOAD_MIB"])
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest, size = hashlib.sha256(), 0
    handle, temporary = tempfile.mkstemp(dir=folder, prefix=".upload-")
    try:
        with os.fdopen(handle, "wb") as out:
            while chunk := stream.read(CHUNK):
                size += len(chunk)
                if size > limit * 1024 * 1024:
                    raise FileTooLarge(limit=limit)
                digest.update(chunk)
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        if not size:
            raise FileEmpty
        target = folder / digest.hexdigest()[:2] / digest.hexdigest()
        target.parent.mkdir(exist_ok=True, mode=0o700)
        Path(temporary).replace(target)
    finally:
        Path(temporary).unlink(missing_ok=True)
    return digest.hexdigest(), size


def store(stream: BinaryIO, name: str) -> File:
    """Keep the content and return an unsaved row for it; the caller adds the row in a transaction.

    Raises:
        FileTooLarge, FileEmpty, FileNotWhatItSays: see there.
    """
    if not stream.seek(0, os.SEEK_END):
        raise FileEmpty
    media_type = sniff(stream, name)
    check_type(media_type, name)
    return store_as(stream, name, media_type)


def store_as(stream: BinaryIO, name: str, media_type: str) -> File:
    """Keep content whose type is known and return an unsaved row for it.

    Raises:
        FileTooLarge, FileEmpty: see there.
    """
    sha256, size = keep(stream, media_type=media_type)
    return File(sha256=sha256, size=size, media_type=media_type, original_name=clean_name(name), created_at=utcnow())


def get_file(file_id: int) -> File | None:
    """Return the row of a stored file."""
    return db.session.scalars(select(File).where(File.id == file_id)).one_or_none()


def drop_file(file_id: int) -> bool:
    """Remove the row of a file; tell whether it was there. Of several who do so at once, one is told so."""
    gone = db.session.execute(
        delete(File).where(File.id == file_id).execution_options(synchronize_session=False).returning(File.id)
    )
    return gone.one_or_none() is not None


def sweep_rows() -> int:
    """Remove the rows of files that belong to nothing any more, such as of deleted courses, once they are a day old."""
    old = File.created_at < utcnow() - timedelta(seconds=SWEPT_AFTER_SECONDS)
    # Whatever has files points at their rows, and every table that does is asked.
    named = [
        File.id.not_in(select(column).where(column.is_not(None)))
        for table in Base.metadata.tables.values()
        for column in table.columns
        if any(key.column is File.__table__.c.id for key in column.foreign_keys)
    ]
    found = db.session.scalars(select(File.id).where(old, *named)).all()
    db.session.rollback()
    for start in range(0, len(found), ROWS_AT_ONCE):
        with transaction():
            db.session.execute(delete(File).where(File.id.in_(found[start : start + ROWS_AT_ONCE])))
    return len(found)


def sweep() -> int:
    """Remove content that no row names, such as of refused uploads, once it is a day old; return how many."""
    sweep_rows()
    removed = 0
    for path in _folder().glob("??/*"):
        if utcnow().timestamp() - path.stat().st_mtime < SWEPT_AFTER_SECONDS:
            continue
        if db.session.scalar(select(File.id).where(File.sha256 == path.name).limit(1)) is None:
            path.unlink(missing_ok=True)
            removed += 1
    for path in _folder().glob(".upload-*"):
        if utcnow().timestamp() - path.stat().st_mtime >= SWEPT_AFTER_SECONDS:
            path.unlink(missing_ok=True)
            removed += 1
    db.session.rollback()
    return removed
