"""Opens documents that are ZIP archives of XML. The archive's own account of its size is checked first."""

import zipfile
from pathlib import Path
from typing import Any

from lxml import etree

from study.enums import ExtractionFault
from study.extraction.parts import DAMAGE, ENTRIES_MAX, OFFICE_BEFORE_2007, UNPACKED_MAX, Unreadable, entries_of

PART_MAX = 100 * 1024 * 1024


def open_archive(path: Path, part: str) -> zipfile.ZipFile:
    """Open an archive that must hold a part, and refuse what declares more than any document needs.

    Raises:
        Unreadable: it is damaged, locked by a password, or a bomb.
    """
    try:
        archive = zipfile.ZipFile(path)
        entries = entries_of(archive)
        archive.getinfo(part)
    except DAMAGE as error:
        with path.open("rb") as stream:
            is_locked = stream.read(len(OFFICE_BEFORE_2007)) == OFFICE_BEFORE_2007
        raise Unreadable(ExtractionFault.ENCRYPTED if is_locked else ExtractionFault.BROKEN) from error
    if len(entries) > ENTRIES_MAX or sum(entry.file_size for entry in entries) > UNPACKED_MAX:
        raise Unreadable(ExtractionFault.TOO_LARGE_INSIDE)
    if any(entry.flag_bits & 1 for entry in entries):
        raise Unreadable(ExtractionFault.ENCRYPTED)
    return archive


def read_part(archive: zipfile.ZipFile, name: str) -> bytes:
    """Return the bytes of one part.

    Raises:
        Unreadable: it is missing, damaged or too large.
    """
    try:
        if archive.getinfo(name).file_size > PART_MAX:
            raise Unreadable(ExtractionFault.TOO_LARGE_INSIDE)
        return archive.read(name)
    except DAMAGE as error:
        raise Unreadable(ExtractionFault.BROKEN) from error


def parse_part(archive: zipfile.ZipFile, name: str) -> Any:
    """Parse one part of the archive as XML.

    Raises:
        Unreadable: it is missing, damaged, too large or declares a document type.
    """
    return parse_xml(read_part(archive, name))


def parse_xml(raw: bytes) -> Any:
    """Parse XML.

    Raises:
        Unreadable: it is damaged or declares a document type.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(raw, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        if getattr(error, "code", None) == etree.ErrorTypes.ERR_NO_MEMORY:
            raise MemoryError from error
        declares = "entit" in str(error).lower() or "doctype" in str(error).lower()
        raise Unreadable(ExtractionFault.ENTITIES if declares else ExtractionFault.BROKEN) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise Unreadable(ExtractionFault.ENTITIES)
    return root


def local_name(element: Any) -> str:
    """Return the name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]
