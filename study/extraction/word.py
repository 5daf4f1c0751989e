"""Reads DOCX: paragraphs, tables, foot- and endnotes."""

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from lxml import etree

from study.enums import ExtractionFault
from study.extraction.archives import local_name, open_archive, parse_part, read_part
from study.extraction.blocks import blocks_in, parse
from study.extraction.flow import Flow
from study.extraction.lists import count_as_marked, mark_numbers
from study.extraction.parts import TEXT_MAX, Extracted, Rich, Unreadable, clean_page

MAIN = "word/document.xml"
NOTES = ("word/footnotes.xml", "word/endnotes.xml")

_BREAK = "\f"
_TWO_BREAKS = re.compile(r"\f\s*\f")


def read_docx(path: Path) -> Extracted:
    """Return the text of a DOCX, parted where its writer or Word began a new page.

    Raises:
        Unreadable: it is damaged, a bomb, or declares document types.
    """
    with open_archive(path, MAIN) as archive:
        texts = ["".join(_words(parse_part(archive, MAIN)))]
        names = set(archive.namelist())
        texts += ["".join(_words(parse_part(archive, name))) for name in NOTES if name in names]
    whole = _TWO_BREAKS.sub(_BREAK, "\n".join(text for text in texts if text.strip()))
    if len(whole) > TEXT_MAX:
        raise Unreadable(ExtractionFault.TOO_LARGE_INSIDE)
    pages = tuple(_lines(page) for page in whole.strip(_BREAK).split(_BREAK))
    return Extracted(pages)


NUMBERING, STYLE_PART = "word/numbering.xml", "word/styles.xml"
STYLES = """
p[style-name='Title'] => h1:fresh
p[style-name='Subtitle'] => p:fresh
u => span
strike => s
"""


def rich_docx(path: Path) -> Rich:
    """Return a DOCX as HTML, parted at its headings.

    Raises:
        Unreadable: it is damaged, a bomb, or declares document types.
    """
    # Loaded here: the quick look at an upload needs it not.
    import mammoth  # noqa: PLC0415 -- as said

    with open_archive(path, MAIN) as archive:
        for name in archive.namelist():
            # The library behind this reads XML with fewer questions.
            if name.endswith((".xml", ".rels")):
                parse_part(archive, name)
        counted = _counted(archive)
    pictures: list[bytes] = []

    def keep(image: Any) -> dict[str, str]:
        with image.open() as stream:
            pictures.append(stream.read())
        return {"src": str(len(pictures) - 1)}

    shown = mammoth.convert_to_html(
        counted,
        convert_image=mammoth.images.img_element(keep),
        style_map=STYLES,
        include_embedded_style_map=False,
        external_file_access=False,
    )
    page = parse(shown.value)
    count_as_marked(page)
    flow = Flow()
    flow.add(blocks_in(page), picture=lambda address: pictures[int(address)], splits=True)
    return flow.finish()


def _counted(archive: ZipFile) -> io.BytesIO:
    """Return a copy in which each paragraph of a list carries its number as a bookmark; the library forgets it."""
    root = parse_part(archive, MAIN)
    names = set(archive.namelist())
    numbering, styles = (parse_part(archive, name) if name in names else None for name in (NUMBERING, STYLE_PART))
    mark_numbers(root, numbering, styles)
    copy = io.BytesIO()
    with ZipFile(copy, "w") as out:
        for entry in archive.infolist():
            content = etree.tostring(root) if entry.filename == MAIN else read_part(archive, entry.filename)
            out.writestr(entry.filename, content)
    copy.seek(0)
    return copy


def _lines(page: str) -> str:
    lines = (line.strip() for line in clean_page(page).splitlines())
    return "\n".join(line for line in lines if line)


_PLAIN = {"tab": "\t", "noBreakHyphen": "-", "cr": "\n", "lastRenderedPageBreak": _BREAK}
# Text boxes stand twice, the second time as a picture for old programs; deleted words are no longer in the text.
_SKIPPED = frozenset({"Fallback", "del", "moveFrom", "instrText", "separator", "continuationSeparator"})


def _words(element: Any) -> Iterator[str]:
    """Yield the words under an element in reading order, with line ends after paragraphs and rows."""
    for child in element.iterchildren(etree.Element):
        kind = local_name(child)
        if kind in _SKIPPED:
            continue
        if (sign := _sign(child, kind)) is not None:
            yield sign
        elif kind == "tc":
            yield " ".join("".join(_words(child)).split()) + "\t"
        else:
            yield from _words(child)
            if kind in ("p", "tr"):
                yield "\n"


def _sign(element: Any, kind: str) -> str | None:
    """Return what an element without children of interest stands for; None for all others."""
    if kind == "t":
        return element.text or ""
    if kind == "br":
        is_page = any(key.endswith("}type") and value == "page" for key, value in element.attrib.items())
        return _BREAK if is_page else "\n"
    return _PLAIN.get(kind)
