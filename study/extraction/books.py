"""Reads EPUB 2 and 3: a page for each chapter in the order of the spine.

Container and package: https://www.w3.org/TR/epub-33/ (sections 4 and 5).
"""

import posixpath
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from zipfile import ZipFile

from lxml import etree

from study.enums import ExtractionFault
from study.extraction.archives import local_name, open_archive, parse_part, parse_xml, read_part
from study.extraction.blocks import blocks_in, heading, parse
from study.extraction.flow import HEADINGS, Flow
from study.extraction.parts import TEXT_MAX, Extracted, Rich, Unreadable, clean_page
from study.extraction.texts import decode, html_text

CONTAINER = "META-INF/container.xml"
LOCKS = "META-INF/encryption.xml"
_DOCTYPE = re.compile(rb"<!DOCTYPE[^<>\[]*>")
"""The one of NCX only names a standard; what declares entities is refused."""
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


def rich_epub(path: Path) -> Rich:
    """Return an EPUB as HTML, a chapter after the other, each headed as the book's own contents call it.

    Raises:
        Unreadable: as ``read_epub``.
    """
    flow = Flow()
    with open_archive(path, CONTAINER) as archive:
        part = package_of(archive)
        folder = posixpath.dirname(part)
        package = parse_part(archive, part)
        names, labels = set(archive.namelist()), _labels(archive, package, folder)
        for chapter in _spine(package, folder):
            if chapter not in names:
                continue
            root = parse(read_part(archive, chapter).decode("utf-8-sig", "replace"))
            blocks = list(blocks_in(root))
            if not blocks:
                continue
            if chapter in labels and not any(one.tag in HEADINGS for one, _names in blocks[:3]):
                blocks.insert(0, (heading(labels[chapter]), set()))
            flow.begin()
            flow.add(blocks, source=chapter, picture=partial(_picture, archive, names, chapter), splits=True)
    return flow.finish()


def rich_html(path: Path) -> Rich:
    """Return a page of HTML as its chapters would be shown; pictures that lie elsewhere stay there.

    Raises:
        Unreadable: as ``read_html``.
    """
    flow = Flow()
    flow.add(blocks_in(parse(decode(path.read_bytes()))), splits=True)
    return flow.finish()


def _picture(archive: ZipFile, names: set[str], chapter: str, address: str) -> bytes | None:
    part = posixpath.normpath(posixpath.join(posixpath.dirname(chapter), unquote(address)))
    return read_part(archive, part) if part in names else None


def _labels(archive: ZipFile, package: Any, folder: str) -> dict[str, str]:
    """Return what the contents of the book call its chapters, by part; those of version 3 go first."""
    found: dict[str, str] = {}
    for item in package.iter("{*}item"):
        part = posixpath.normpath(posixpath.join(folder, unquote(item.get("href", ""))))
        is_new = "nav" in item.get("properties", "").split()
        if not is_new and item.get("media-type") != "application/x-dtbncx+xml":
            continue
        try:
            pairs = _nav_links(archive, part) if is_new else _ncx_links(archive, part)
        except Unreadable:
            continue  # A book can be read without.
        for address, words in pairs:
            chapter = posixpath.normpath(posixpath.join(posixpath.dirname(part), unquote(address.partition("#")[0])))
            if words and (is_new or chapter not in found):
                found.setdefault(chapter, words)
    return found


def _nav_links(archive: ZipFile, part: str) -> list[tuple[str, str]]:
    root = parse(read_part(archive, part).decode("utf-8-sig", "replace"))
    return [
        (link.get("href"), " ".join("".join(link.itertext()).split())) for link in root.iter("a") if link.get("href")
    ]


def _ncx_links(archive: ZipFile, part: str) -> list[tuple[str, str]]:
    source = _DOCTYPE.sub(b"", read_part(archive, part), count=1)
    root = parse_xml(source)
    pairs = []
    for point in root.iter("{*}navPoint"):
        words = next((one.text or "" for one in point.iter("{*}text")), "")
        address = next((one.get("src", "") for one in point.iter("{*}content")), "")
        pairs.append((address, " ".join(words.split())))
    return pairs


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
