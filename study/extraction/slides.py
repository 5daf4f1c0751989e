"""Reads PPTX: a page for each slide, its title first, the speaker's notes behind it.

Parts and relations: ISO/IEC 29500-1 (Office Open XML), PresentationML.
"""

import posixpath
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from lxml import etree

from study.enums import ExtractionFault
from study.extraction.archives import local_name, open_archive, parse_part
from study.extraction.diagrams import chart_lines, chart_rows, diagram_lines
from study.extraction.parts import TEXT_MAX, Extracted, Unreadable, clean_page

MAIN = "ppt/presentation.xml"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
TITLES = frozenset({"title", "ctrTitle"})
# What stands on every slide, or is a picture of the slide itself.
NOT_READ = frozenset({"sldNum", "dt", "ftr", "hdr", "sldImg"})
ROW = 360_000
"""Height of a row in units of the format, a centimetre: shapes in one row are read from left to right."""


def read_pptx(path: Path) -> Extracted:
    """Return the text of a PPTX by slide, in the order they are shown; hidden slides are read as well.

    Raises:
        Unreadable: it is damaged, a bomb, or declares document types.
    """
    with open_archive(path, MAIN) as archive:
        names = set(archive.namelist())
        pages: list[str] = []
        title = ""
        for part in slide_parts(archive, names):
            heading, words = _slide(archive, names, part)
            title = title or heading
            pages.append(clean_page(words))
            if sum(map(len, pages)) > TEXT_MAX:
                raise Unreadable(ExtractionFault.TOO_LARGE_INSIDE)
    return Extracted(tuple(pages), title)


def slide_parts(archive: ZipFile, names: set[str]) -> Iterator[str]:
    """Yield the parts of the slides in their order."""
    targets = relations(archive, names, MAIN)
    for element in parse_part(archive, MAIN).iter(etree.Element):
        part = targets.get(element.get(_RELATION, ""), ("", ""))[1] if local_name(element) == "sldId" else ""
        if part in names:
            yield part


def relations(archive: ZipFile, names: set[str], part: str) -> dict[str, tuple[str, str]]:
    """Return what a part points at: id → kind and part."""
    return pointed_at(archive, names, part)[0]


def pointed_at(archive: ZipFile, names: set[str], part: str) -> tuple[dict[str, tuple[str, str]], dict[str, str]]:
    """Return what a part points at, id → kind and part, and the addresses outside the file, id → address."""
    folder, name = posixpath.split(part)
    rels = f"{folder}/_rels/{name}.rels"
    inner: dict[str, tuple[str, str]] = {}
    outer: dict[str, str] = {}
    for one in parse_part(archive, rels).iterchildren(etree.Element) if rels in names else ():
        ident, target = one.get("Id", ""), one.get("Target", "")
        if one.get("TargetMode") == "External":
            outer[ident] = target
        else:
            kind = one.get("Type", "").rpartition("/")[2]
            inner[ident] = kind, posixpath.normpath(posixpath.join(folder, target)).lstrip("/")
    return inner, outer


def position(shape: Any) -> tuple[int, int]:
    """Return row and column of a shape, so that slides are read as they are seen.

    What stands where its layout says goes first, as titles do.
    """
    offset = next(shape.iter("{*}off"), None)
    if offset is None:
        return (-1, 0)
    try:
        return int(offset.get("y", 0)) // ROW, int(offset.get("x", 0))
    except ValueError:
        return (-1, 0)


def _slide(archive: ZipFile, names: set[str], part: str) -> tuple[str, str]:
    """Return the title of a slide and all of its words."""
    titles: list[str] = []
    others: list[str] = []
    targets = relations(archive, names, part)

    def beside(frame: Any) -> list[str]:
        drawn = chart_lines(*chart_rows(archive, names, targets, frame))
        return [*drawn, *diagram_lines(archive, names, targets, frame)]

    for kind, words in _shapes(parse_part(archive, part), beside):
        (titles if kind in TITLES else others).append(words)
    for kind, target in targets.values():
        if kind == "notesSlide" and target in names:
            others += [words for _kind, words in _shapes(parse_part(archive, target))]
    heading = " ".join(" ".join(titles).split())
    return heading, "\n".join([*([heading] if heading else []), *others])


def _nothing(_frame: Any) -> list[str]:
    return []


def _shapes(element: Any, beside: Callable[[Any], list[str]] = _nothing) -> Iterator[tuple[str, str]]:
    """Yield the place that each shape with words fills, such as ``title``, and its words.

    What a frame shows may stand in a part of its own: ``beside`` reads that.
    """
    for child in sorted(element.iterchildren(etree.Element), key=position):
        name = local_name(child)
        if name in ("sp", "graphicFrame"):
            place = next((one.get("type", "") for one in child.iter("{*}ph")), "")
            words = "" if place in NOT_READ else "".join(_words(child)).strip()
            lines = [*words.splitlines(), *(beside(child) if name == "graphicFrame" else ())]
            if any(lines):
                yield place, "\n".join(line.strip() for line in lines if line.strip())
        elif name != "Fallback":  # The same once more for old programs.
            yield from _shapes(child, beside)


def _words(element: Any) -> Iterator[str]:
    """Yield the words under an element, with line ends after paragraphs and rows."""
    for child in element.iterchildren(etree.Element):
        name = local_name(child)
        if name == "t":
            yield child.text or ""
        elif name == "br":
            yield "\n"
        elif name == "tc":
            yield " ".join("".join(_words(child)).split()) + "\t"
        elif name != "Fallback":
            yield from _words(child)
            if name in ("p", "tr"):
                yield "\n"
