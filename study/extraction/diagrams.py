"""Reads what stands beside a slide in parts of its own: charts with the figures they draw, and diagrams.

Parts: ISO/IEC 29500-1 (Office Open XML), DrawingML charts and diagrams.
"""

from collections.abc import Iterable, Iterator
from html import escape
from typing import Any, Final
from zipfile import ZipFile

from lxml import etree

from study.extraction.archives import local_name, parse_part
from study.extraction.parts import Unreadable

_R: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
POINTS_MAX: Final = 2_000
"""Points of a series that are read; those of measuring instruments have no labels anybody looks for."""
DIGITS: Final = 6
"""Figures that count of a number: files keep sixteen, and no chart shows them."""
Targets = dict[str, tuple[str, str]]
Row = tuple[str, ...]


def chart_rows(archive: ZipFile, names: set[str], targets: Targets, frame: Any) -> tuple[str, list[Row]]:
    """Return the titles of the chart in a frame and of its axes, and its figures: names of series, then by label."""
    root = _part(archive, names, targets, (one.get(f"{_R}id", "") for one in frame.iter("{*}chart")))
    if root is None:
        return "", []
    plot = next(root.iter("{*}plotArea"), None)
    series = [] if plot is None else [_series(one) for one in plot.iter("{*}ser")]
    labels: dict[int, str] = {}
    for _name, own, _values in series:
        labels = {**own, **labels}
    places = sorted(labels.keys() | {place for _name, _own, values in series for place in values})
    rows = [("", *(name for name, _own, _values in series))] if series else []
    rows += [(labels.get(place, ""), *(values.get(place, "") for _n, _own, values in series)) for place in places]
    titles = [words for one in root.iter("{*}title") if (words := _words(one))]
    return " · ".join(titles), [row for row in rows if any(row)]


def chart_lines(title: str, rows: Iterable[Row]) -> list[str]:
    """Return a chart as lines of words."""
    lines = [title, *("\t".join(row).strip() for row in rows)]
    return [line for line in lines if line]


def chart_markup(title: str, rows: Iterable[Row]) -> str:
    """Return a chart as a table."""
    found = list(rows)
    if not found:
        return f"<p>{escape(title)}</p>" if title else ""
    head = "<td></td>" + "".join(f"<th>{escape(cell)}</th>" for cell in found[0][1:])
    body = "".join(
        f"<tr><th>{escape(row[0])}</th>{''.join(f'<td>{escape(cell)}</td>' for cell in row[1:])}</tr>"
        for row in found[1:]
    )
    caption = f"<p><strong>{escape(title)}</strong></p>" if title else ""
    return f"{caption}<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def diagram_lines(archive: ZipFile, names: set[str], targets: Targets, frame: Any) -> list[str]:
    """Return the words of the diagram in a frame, a line for each of its boxes."""
    root = _part(archive, names, targets, (one.get(f"{_R}dm", "") for one in frame.iter("{*}relIds")))
    if root is None:
        return []
    return [words for point in root.iter("{*}pt") if (words := _words(point))]


def diagram_markup(lines: Iterable[str]) -> str:
    """Return a diagram as a list."""
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f"<ul>{items}</ul>" if items else ""


def _part(archive: ZipFile, names: set[str], targets: Targets, idents: Iterable[str]) -> Any | None:
    """Return the part that a frame names, parsed; nothing where it is missing or damaged: the slide is read without."""
    part = next((targets[one][1] for one in idents if one in targets and targets[one][1] in names), "")
    try:
        return parse_part(archive, part) if part else None
    except Unreadable:
        return None


def _series(element: Any) -> tuple[str, dict[int, str], dict[int, str]]:
    """Return the name of a series, its labels and its values, each by place."""
    children = {local_name(one): one for one in element.iterchildren(etree.Element)}
    name = " ".join(_points(children.get("tx")).values())
    labels = _labels(children.get("cat", children.get("xVal")))
    values = _points(children.get("val", children.get("yVal")))
    return name, labels, {place: _figure(value) for place, value in values.items()}


def _labels(element: Any | None) -> dict[int, str]:
    """Return the labels; those of several levels with the outer ones, which are said once for all they cover, first."""
    levels = [] if element is None else list(element.iter("{*}lvl"))
    if not levels:
        return {place: _figure(value) for place, value in _points(element).items()}
    inner = _points(levels[0])
    for level in levels[1:]:
        outer, last = _points(level), ""
        for place in sorted(inner):
            last = outer.get(place, last)
            inner[place] = f"{last} {inner[place]}".strip()
    return inner


def _points(element: Any | None) -> dict[int, str]:
    return {} if element is None else dict(_numbered(element))


def _numbered(element: Any) -> Iterator[tuple[int, str]]:
    points = list(element.iter("{*}pt"))[:POINTS_MAX]
    for number, point in enumerate(points):
        said = point.get("idx", "")
        words = " ".join(" ".join(one.text or "" for one in point.iter("{*}v")).split())
        if words:
            yield int(said) if said.isdigit() and len(said) < DIGITS else number, words
    if not points:  # A name that is written here, not in a sheet.
        yield from ((0, one.text.strip()) for one in element.iter("{*}v") if (one.text or "").strip())


def _figure(text: str) -> str:
    """Return a number as people write it; all else as it is."""
    try:
        number = float(text)
    except ValueError:
        return text
    return f"{number:.0f}" if number.is_integer() and abs(number) < 10**15 else f"{number:.{DIGITS}g}"


def _words(element: Any) -> str:
    lines = ("".join(one.text or "" for one in line.iter("{*}t")) for line in element.iter("{*}p"))
    return " ".join(" ".join(lines).split())
