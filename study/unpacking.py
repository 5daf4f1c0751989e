"""Takes a ZIP that somebody sent apart, one file at a time and never more than it may hold."""

import tempfile
import zipfile
from collections.abc import Iterator
from typing import IO, Final

from study.enums import ExtractionFault
from study.errors import TooManyInside, UnreadableFile
from study.extraction.parts import DAMAGE, UNPACKED_MAX, entries_of
from study.folders import clean_path

FILES_MAX: Final = 500
"""In one ZIP; what systems put beside the files is not counted."""

IN_MEMORY: Final = 1 << 20
CHUNK: Final = 1 << 16
UTF8_NAMES: Final = 0x800
LOCKED: Final = 1


def unpack(stream: IO[bytes]) -> Iterator[tuple[str, IO[bytes]]]:
    """Yield names and contents of the files in a ZIP. Each content is closed when the next one is asked for.

    Raises:
        UnreadableFile: it is damaged, locked by a password, or unpacks to more than any course needs.
        TooManyInside: it holds too many files.
    """
    try:
        archive = zipfile.ZipFile(stream)
        entries = [entry for entry in entries_of(archive) if not entry.is_dir() and clean_path(_name(entry))]
    except DAMAGE as error:
        raise UnreadableFile(ExtractionFault.BROKEN) from error
    if len(entries) > FILES_MAX:
        raise TooManyInside(limit=FILES_MAX, count=len(entries))
    if sum(entry.file_size for entry in entries) > UNPACKED_MAX:
        raise UnreadableFile(ExtractionFault.TOO_LARGE_INSIDE)
    for entry in entries:
        if entry.flag_bits & LOCKED:
            raise UnreadableFile(ExtractionFault.ENCRYPTED)
        with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as content:
            _copy(archive, entry, content)
            content.seek(0)
            yield _name(entry), content


def _copy(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, content: IO[bytes]) -> None:
    """Copy what is said to be there and not a byte more: an archive may lie about its sizes."""
    try:
        with archive.open(entry) as packed:
            left = entry.file_size
            while left > 0 and (part := packed.read(min(CHUNK, left))):
                content.write(part)
                left -= len(part)
    except DAMAGE as error:
        raise UnreadableFile(ExtractionFault.BROKEN) from error


def _name(entry: zipfile.ZipInfo) -> str:
    """Return a name as its writer meant it: archives made on Chinese Windows name files in GBK and do not say so."""
    if entry.flag_bits & UTF8_NAMES:
        return entry.filename
    raw = entry.filename.encode("cp437", "replace")
    for encoding in ("utf-8", "gbk"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return entry.filename
