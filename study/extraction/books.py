"""Reads EPUB 2 and 3: a page for each chapter in the order of the spine.

Container and package: https://www.w3.org/TR/epub-33/ (sections 4 and 5).
"""

import posixpath
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from zipfile import ZipFile

from lxml import etree

from study.enums import ExtractionFault
from study.extraction.archives import local_name, open_archive, parse_part, read_part
from study.extraction.parts import TEXT_MAX, Extracted, Unreadable, clean_page
from study.extraction.texts import html_text

CONTAINER = "META-INF/container.xml"
LOCKS = "META-INF/encryption.xml"
_CHAPTERS = frozenset({"application/xhtml+xml", "text/html", "application/html+xml"})


def package_of(archive: ZipFile) -> str:
    """Return the part that describes the book.

    Raises:
        Unreadable: the container names none.
    """
    for element in parse_part(archive, CONTAINER).iter("{*}rootfile"):
        if path := element.get("full-path"):
            return str(path)
    raise Unreadable(ExtractionFault.BROKEN)


def read_epub(path: Path) -> Extracted:
    """Return the text of an EPUB by chapter.

    Raises:
        Unreadable: it is damaged, a bomb, locked against copying, or declares document types.
    """
    with open_archive(path, CONTAINER) as archive:
        part = package_of(archive)
        package = parse_part(archive, part)
        names, locked = set(archive.namelist()), _locked(archive)
        pages: list[str] = []
        for chapter in _spine(package, posixpath.dirname(part)):
            if chapter in locked:
                raise Unreadable(ExtractionFault.ENCRYPTED)
            if chapter not in names:
                continue
            pages += html_text(read_part(archive, chapter).decode("utf-8-sig", "replace")).pages
            if sum(map(len, pages)) > TEXT_MAX:
                raise Unreadable(ExtractionFault.TOO_LARGE_INSIDE)
    return Extracted(tuple(page for page in pages if page), _title(package))


def _locked(archive: ZipFile) -> set[str]:
    """Return the parts that are encrypted; fonts may be, chapters must not."""
    if LOCKS not in archive.namelist():
        return set()
    return {unquote(one.get("URI", "")) for one in parse_part(archive, LOCKS).iter("{*}CipherReference")}


def _spine(package: Any, folder: str) -> Iterator[str]:
    """Yield the parts of the chapters in reading order."""
    parts = {
        one.get("id"): posixpath.normpath(posixpath.join(folder, unquote(one.get("href", ""))))
        for one in package.iter("{*}item")
        if one.get("media-type") in _CHAPTERS
    }
    for one in package.iter("{*}itemref"):
        if one.get("idref") in parts:
            yield parts[one.get("idref")]


def _title(package: Any) -> str:
    for element in package.iter(etree.Element):
        if local_name(element) == "title" and element.text:
            return clean_page(" ".join(element.text.split()))
    return ""
