"""Turns PPTX into HTML: a section for each slide, its title first, then text, tables, charts, pictures, then notes.

Parts and relations: ISO/IEC 29500-1 (Office Open XML), PresentationML and DrawingML.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any, Final
from zipfile import ZipFile

from lxml import etree, html

from core.text import detect_language
from study.extraction.archives import local_name, open_archive, parse_part, read_part
from study.extraction.blocks import blocks_in, heading, parse
from study.extraction.diagrams import chart_markup, chart_rows, diagram_lines, diagram_markup
from study.extraction.flow import Flow
from study.extraction.parts import Rich
from study.extraction.slides import MAIN, NOT_READ, TITLES, pointed_at, position, slide_parts

_R: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_LISTED: Final = frozenset({"body", "obj", "half", "tbl"})
"""Placeholders whose paragraphs carry bullets unless they say otherwise."""
NOTES_WORDS: Final = {"zh-Hans": "讲者备注", "zh-Hant": "講者備註"}
"""What stands above the notes: in the language of the slides, since it becomes part of their text."""
LEVEL_MAX: Final = 8


def rich_pptx(path: Path) -> Rich:
    """Return a PPTX as HTML, a part for each slide.

    Raises:
        Unreadable: it is damaged, a bomb, or declares document types.
    """
    flow = Flow()
    with open_archive(path, MAIN) as archive:
        names = set(archive.namelist())
        for part in slide_parts(archive, names):
            slide = _Slide(archive, names, part)
            flow.begin()
            words = slide.markup()
            blocks = list(blocks_in(parse(words))) if words else []
            if slide.title:
                blocks.insert(0, (heading(slide.title), set()))
            if notes := slide.notes():
                blocks.append((_aside(notes), set()))
            # A slide without words or pictures keeps its number.
            flow.add(blocks, source=part, picture=slide.picture, splits=False)
    return flow.finish()


def _aside(lines: list[str]) -> Any:
    label = NOTES_WORDS.get(detect_language("\n".join(lines)), "Speaker notes")
    inner = "".join(f"<p>{escape(line)}</p>" for line in lines)
    return html.fragment_fromstring(f'<div class="callout"><p><strong>{label}</strong></p>{inner}</div>')


@dataclass
class _Slide:
    """One slide on its way to HTML."""

    archive: ZipFile
    names: set[str]
    part: str
    title: str = ""
    _targets: dict[str, tuple[str, str]] = field(default_factory=dict)
    _outer: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._targets, self._outer = pointed_at(self.archive, self.names, self.part)

    def markup(self) -> str:
        """Return everything on the slide but its title, which is kept beside."""
        return "".join(self._shapes(parse_part(self.archive, self.part)))

    def notes(self) -> list[str]:
        """Return the paragraphs of the speaker's notes."""
        part = next((part for kind, part in self._targets.values() if kind == "notesSlide" and part in self.names), "")
        return [line for shape in _shapes_in(parse_part(self.archive, part)) for line in _lines(shape)] if part else []

    def picture(self, address: str) -> bytes | None:
        """Return the bytes of the picture behind a relation."""
        _kind, part = self._targets.get(address, ("", ""))
        return read_part(self.archive, part) if part in self.names else None

    def _shapes(self, element: Any) -> Iterator[str]:
        for child in sorted(element.iterchildren(etree.Element), key=position):
            name = local_name(child)
            if name == "sp":
                yield self._text_shape(child)
            elif name == "graphicFrame":
                yield "".join(self._table(table) for table in child.iter("{*}tbl"))
                yield chart_markup(*chart_rows(self.archive, self.names, self._targets, child))
                yield diagram_markup(diagram_lines(self.archive, self.names, self._targets, child))
            elif name == "pic":
                yield self._picture(child)
            elif name != "Fallback":
                yield from self._shapes(child)

    def _text_shape(self, shape: Any) -> str:
        place = _place(shape)
        if place in NOT_READ:
            return ""
        if place in TITLES and (words := " ".join(" ".join(_lines(shape)).split())):
            self.title = f"{self.title} {words}".strip()
            return ""
        # A placeholder without a type is one for content.
        has_bullets = place in _LISTED or (not place and next(shape.iter("{*}ph"), None) is not None)
        return "".join(self._paragraphs(shape, has_bullets=has_bullets))

    def _paragraphs(self, shape: Any, *, has_bullets: bool) -> Iterator[str]:
        """Yield paragraphs, with lists opened and closed as their levels ask."""
        found = [one for one in shape.iter("{*}p") if "".join(_texts(one)).strip()]
        is_list = has_bullets and len(found) > 1
        lists: list[str] = []
        for one in found:
            kind = _list_kind(one, is_list=is_list)
            depth = _level(one) + 1 if kind else 0
            while len(lists) > depth or (lists and len(lists) == depth and lists[-1] != kind):
                yield f"</{lists.pop()}>"
            while len(lists) < depth:
                lists.append(kind)
                yield f"<{kind}>"
            tag = "li" if kind else "p"
            yield f"<{tag}>{''.join(self._runs(one))}</{tag}>"
        yield from (f"</{kind}>" for kind in reversed(lists))

    def _runs(self, paragraph: Any) -> Iterator[str]:
        for child in paragraph.iterchildren(etree.Element):
            name = local_name(child)
            if name == "br":
                yield "<br>"
            elif name in ("r", "fld"):
                yield self._run(child)
            else:
                yield escape("".join(_texts(child)))

    def _run(self, run: Any) -> str:
        words = escape("".join(_texts(run)))
        style = next(run.iter("{*}rPr"), None)
        if style is None or not words.strip():
            return words
        if style.get("b") in ("1", "true"):
            words = f"<strong>{words}</strong>"
        if style.get("i") in ("1", "true"):
            words = f"<em>{words}</em>"
        link = next((self._outer.get(one.get(f"{_R}id", ""), "") for one in style.iter("{*}hlinkClick")), "")
        return f'<a href="{escape(link)}">{words}</a>' if link else words

    def _table(self, table: Any) -> str:
        style = next(table.iter("{*}tblPr"), None)
        has_head = style is not None and style.get("firstRow") in ("1", "true")
        rows = []
        for number, row in enumerate(table.iterchildren("{*}tr")):
            tag = "th" if has_head and not number else "td"
            cells = [one for one in row.iterchildren("{*}tc") if not (one.get("hMerge") or one.get("vMerge"))]
            rows.append("".join(self._cell(one, tag) for one in cells))
        return f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"

    def _cell(self, cell: Any, tag: str) -> str:
        spans = "".join(
            f' {name}="{cell.get(said)}"'
            for name, said in (("colspan", "gridSpan"), ("rowspan", "rowSpan"))
            if cell.get(said, "").isdigit()
        )
        lines = ["".join(self._runs(one)) for one in cell.iter("{*}p")]
        return f"<{tag}{spans}>{'<br>'.join(line for line in lines if line.strip())}</{tag}>"

    def _picture(self, picture: Any) -> str:
        said = next(picture.iter("{*}cNvPr"), None)
        alt = said.get("descr", "") if said is not None else ""
        embedded = next((one.get(f"{_R}embed", "") for one in picture.iter("{*}blip")), "")
        return f'<p><img src="{escape(embedded)}" alt="{escape(alt)}"></p>'


def _place(shape: Any) -> str:
    return next((str(one.get("type", "")) for one in shape.iter("{*}ph")), "")


def _shapes_in(element: Any) -> Iterator[Any]:
    for child in element.iterchildren(etree.Element):
        name = local_name(child)
        if name == "sp":
            if _place(child) not in NOT_READ:
                yield child
        elif name != "Fallback":
            yield from _shapes_in(child)


def _lines(shape: Any) -> list[str]:
    lines = (" ".join("".join(_texts(one)).split()) for one in shape.iter("{*}p"))
    return [line for line in lines if line]


def _texts(element: Any) -> Iterator[str]:
    for one in element.iter("{*}t", "{*}br"):
        yield (one.text or "") if local_name(one) == "t" else "\n"


def _level(paragraph: Any) -> int:
    style = next(paragraph.iterchildren("{*}pPr"), None)
    said = style.get("lvl", "0") if style is not None else "0"
    return min(int(said), LEVEL_MAX) if said.isdigit() else 0


def _list_kind(paragraph: Any, *, is_list: bool) -> str:
    """Return which list a paragraph belongs to; nothing for one that stands by itself."""
    style = next(paragraph.iterchildren("{*}pPr"), None)
    marks = {local_name(one) for one in style.iterchildren(etree.Element)} if style is not None else set()
    if "buAutoNum" in marks:
        return "ol"
    if "buNone" in marks:
        return ""
    return "ul" if is_list or marks & {"buChar", "buBlip"} else ""
