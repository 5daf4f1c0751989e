"""Writes packages in QTI 2.1 and 3.0, an item for each question."""

import io
import zipfile
from collections.abc import Iterable, Sequence
from html import escape

from study.quiz.formats.entries import Entry, Shown
from study.quiz.formats.qti_dialects import SECOND, THIRD, Dialect
from study.quiz.formats.qti_items import ItemWriter
from study.quiz.formats.qti_pictures import FOLDER


def write_2(entries: Iterable[Entry]) -> bytes:
    """Return a package in QTI 2.1."""
    return _package(list(entries), SECOND)


def write_3(entries: Iterable[Entry]) -> bytes:
    """Return a package in QTI 3.0."""
    return _package(list(entries), THIRD)


def _package(entries: Sequence[Entry], dialect: Dialect) -> bytes:
    from lxml import etree  # noqa: PLC0415 -- only exports of questions need it

    out = io.BytesIO()
    resources: list[str] = []
    pictures: dict[str, Shown] = {}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, entry in enumerate(entries, start=1):
            name = f"items/{number:05d}.xml"
            root = ItemWriter(dialect, entry).item(number)
            data = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
            told = f'identifier="r{number}" type="{dialect.item_type}" href="{name}"'
            shown = entry.shown_in(*(text.all() for text in entry.content.asked_texts + entry.content.told_texts))
            pictures |= {FOLDER + picture.name: picture for picture in shown}
            beside = "".join(f'<file href="{escape(FOLDER + picture.name)}"/>' for picture in shown)
            resources.append(f'<resource {told}><file href="{name}"/>{beside}</resource>')
        for place, picture in pictures.items():
            archive.writestr(zipfile.ZipInfo(place), picture.data, zipfile.ZIP_STORED)
        manifest = (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            '<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" identifier="questions"><organizations/>'
            f"<resources>{''.join(resources)}</resources></manifest>\n"
        )
        archive.writestr(zipfile.ZipInfo("imsmanifest.xml"), manifest.encode(), zipfile.ZIP_DEFLATED)
    return out.getvalue()
