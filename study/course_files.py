"""Puts the documents of a course file beside the uploads, each looked at as an upload is."""

import io
import zipfile
from typing import BinaryIO, cast

from core import files
from core.attachments import Prepared, kept_picture, kept_sound, sound_type
from core.errors import Invalid
from core.files import File
from core.media_types import BINARY
from study.enums import MaterialState
from study.errors import CourseFileRefused
from study.extraction import READERS
from study.services.uploads import kind_of
from study.transfer.archive import LIES
from study.transfer.reading import SAID, Incoming


def keep_files(incoming: Incoming) -> dict[str, File]:
    """Keep every document on disk and return unsaved rows by checksum. Do it before the transaction.

    Raises:
        CourseFileRefused: a document is none that this site takes, too large, or not what its name says.
    """
    kept: dict[str, File] = {}
    with zipfile.ZipFile(incoming.file.path) as archive:
        for number, row in enumerate(incoming.rows["materials"], start=1):
            named = row["file_id"]
            if named is None:
                continue
            with archive.open(f"files/{named['sha256']}") as part:
                stream = cast(BinaryIO, part)
                try:
                    is_read = row["state"] is not MaterialState.FAILED
                    media_type = _type_of(stream, named["name"], is_read=is_read)
                    known = kept.get(named["sha256"])
                    if known is None or (is_read and known.media_type == BINARY):
                        kept[named["sha256"]] = files.store_as(stream, named["name"], media_type)
                except Invalid as error:
                    problem = str(error).rstrip(".。")
                    raise CourseFileRefused(SAID, place=f"materials {number}", problem=problem) from error
            if kept[named["sha256"]].sha256 != named["sha256"]:
                raise CourseFileRefused(LIES, part=f"files/{named['sha256']}")
    return kept


def keep_pictures(incoming: Incoming) -> dict[str, Prepared]:
    """Keep every picture and recording on disk, with a small form made anew, by checksum. Do it before the transaction.

    What is kept is what was sent, else the same file would make another course each time; it is decoded to see that it
    is a picture and nothing else.

    Raises:
        CourseFileRefused: one is no picture, or of a kind that pages do not show.
    """
    kept: dict[str, Prepared] = {}
    with zipfile.ZipFile(incoming.file.path) as archive:
        for number, row in enumerate(incoming.rows["pictures"], start=1):
            named = row["file_id"]
            try:
                with archive.open(f"files/{named['sha256']}") as part:
                    content = files.read_whole(cast(BinaryIO, part))
                is_sound = bool(sound_type(io.BytesIO(content), named["name"]))
                kept[named["sha256"]] = (kept_sound if is_sound else kept_picture)(content, named["name"])
            except Invalid as error:
                raise CourseFileRefused(SAID, place=f"pictures {number}", problem=str(error).rstrip(".。")) from error
    return kept


def _type_of(stream: BinaryIO, name: str, *, is_read: bool) -> str:
    """Return what a content is, compared with the name it goes under.

    What nobody could read at the other site may be anything: it is kept here as it was kept there.

    Raises:
        FileNotWhatItSays: it was read there, and is not what its name says.
    """
    if not is_read:
        try:
            return kind_of(stream, name)
        except files.FileNotWhatItSays:
            return BINARY
    media_type = files.sniff(stream, name)
    files.check_type(media_type, name)
    if media_type not in READERS:
        raise files.FileNotWhatItSays
    return media_type
