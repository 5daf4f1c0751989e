"""Opens files that are ZIP archives, as many tables, documents and packages are: never more than they may hold."""

import io
import zipfile
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from core.i18n import _l
from study.extraction.parts import DAMAGE, entries_of
from study.quiz.formats.items import FileRefused
from study.quiz.formats.xml import parse_xml

if TYPE_CHECKING:
    from lxml.etree import _Element

PARTS_MAX = 5000
PART_MAX = 50 * 1024 * 1024
UNPACKED_MAX = 200 * 1024 * 1024
HEAD = 4096
LOCKED = 1


class PackageBroken(FileRefused):
    """It is no ZIP, damaged, locked, or packed as such files never are."""

    message = _l("The file is damaged, locked by a password or packed in an unusual way; it cannot be opened.")


class PackageTooLarge(FileRefused):
    """It would unpack to more than any bank of questions needs."""

    message = _l("The file unpacks to more than any such file needs. It was not opened.")


class PackageEscapes(FileRefused):
    """A part would lie outside of the package."""

    message = _l("The file names a part outside of itself (“%(name)s”). It was not opened.")


class Package:
    """A ZIP archive that was looked at: its parts lie inside, and together they are not too large."""

    def __init__(self, data: bytes) -> None:
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
            entries = entries_of(self._archive)
        except DAMAGE as error:
            raise PackageBroken from error
        if len(entries) > PARTS_MAX or sum(entry.file_size for entry in entries) > UNPACKED_MAX:
            raise PackageTooLarge
        for entry in entries:
            path = PurePosixPath(entry.filename.replace("\\", "/"))
            if path.is_absolute() or ".." in path.parts or (path.parts and path.parts[0].endswith(":")):
                raise PackageEscapes(name=entry.filename[:80])
            if entry.flag_bits & LOCKED:
                raise PackageBroken
        self.names = [entry.filename for entry in entries if not entry.is_dir()]

    def read(self, name: str) -> bytes:
        """Return the bytes of a part.

        Raises:
            PackageBroken, PackageTooLarge: see there.
        """
        try:
            with self._archive.open(name) as part:
                content = part.read(PART_MAX + 1)
        except DAMAGE as error:
            raise PackageBroken from error
        if len(content) > PART_MAX:
            raise PackageTooLarge
        return content

    def parse(self, name: str) -> "_Element":
        """Return a part that is XML.

        Raises:
            NotXml, HasDoctype: see there.
        """
        return parse_xml(self.read(name))


def is_package(data: bytes) -> bool:
    """Tell whether a file begins as ZIP archives do."""
    return data.startswith(b"PK\x03\x04")
