"""A PDF whose fonts number their signs by place and by numbers of their own: the same words, written both ways."""

import io
import re
import zlib
from pathlib import Path

from fontTools.ttLib import TTFont
from fontTools.ttLib.tables.DefaultTable import DefaultTable

SAMPLE = Path(__file__).parents[2] / "app" / "sample" / "files" / "quarterly-accounts.pdf"
_STREAM = re.compile(rb"(\d+) 0 obj\s*(<<[^\n]*/OpenType[^\n]*>>)\s*stream\r?\n(.*?)endstream\s*endobj\n*", re.DOTALL)


def fonts(content: bytes) -> list[bytes]:
    """Return the OpenType fonts of a PDF."""
    return [zlib.decompress(found[3].rstrip(b"\r\n")) for found in _STREAM.finditer(content)]


def numbers(font: bytes) -> list[str]:
    """Return the names by which a font calls its signs."""
    return list(TTFont(io.BytesIO(font))["CFF "].cff[0].charset)


def renumbered(content: bytes, first: int) -> bytes:
    """Return the PDF with signs that its fonts number from ``first`` on, while its pages still say their places."""

    def put(found: re.Match[bytes]) -> bytes:
        packed = zlib.compress(_renumbered(zlib.decompress(found[3].rstrip(b"\r\n")), first), 9)
        head = re.sub(rb"/Length \d+", b"/Length %d" % len(packed), found[2])
        made = found[1] + b" 0 obj\n" + head + b"\nstream\n" + packed + b"\nendstream\nendobj"
        assert len(made) <= len(found[0]), "the places of what follows would change"
        return made.ljust(len(found[0]), b"\n")

    return _STREAM.sub(put, content)


def _renumbered(content: bytes, first: int) -> bytes:
    font, raw = TTFont(io.BytesIO(content)), TTFont(io.BytesIO(content), recalcTimestamp=False)
    top = font["CFF "].cff[0]
    old = list(top.charset)
    new = [".notdef", *(f"cid{first + place:05d}" for place in range(len(old) - 1))]
    signs = top.CharStrings
    for name in old:
        signs[name].decompile()
    signs.charStrings = {name: signs.charStrings[was] for name, was in zip(new, old, strict=True)}
    top.charset = new
    font.setGlyphOrder(new)
    for tag in raw.reader.keys():  # noqa: SIM118 -- it is no mapping
        table = DefaultTable(tag)
        table.data = font["CFF "].compile(font) if tag == "CFF " else raw.reader[tag]
        raw.tables[tag] = table
    out = io.BytesIO()
    raw.save(out, reorderTables=False)
    return out.getvalue()
