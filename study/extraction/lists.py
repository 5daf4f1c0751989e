"""Counts the numbered lists of a DOCX as Word does, and lets its HTML count the same.

Numbering: ISO/IEC 29500-1, 17.9. The library that makes the HTML knows that a paragraph is in a list, not which number
it has: so each paragraph is given its number as a bookmark, and the HTML is mended by these.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from lxml import etree

from study.extraction.archives import local_name

LEVELS: Final = 9
"""Levels of a list, at most."""
NESTED_MAX: Final = 20
"""Styles that are based on one another, and lists that refer to one another, at most."""
COUNT: Final = re.compile(r"count-(\d{1,9})")


@dataclass
class _Level:
    """How one level of a list counts."""

    start: int = 1
    restarts_below: int = LEVELS
    """It begins anew after a paragraph of a level above this one; 0 for never."""


@dataclass
class _List:
    """Paragraphs that count together: all whose numbering has one abstract description."""

    levels: dict[int, _Level]
    styles: dict[str, int]
    """Styles of paragraphs that bring it, and at which level."""
    counted: dict[int, int] = field(default_factory=dict)

    def next(self, level: int, *, start: int | None) -> int:
        """Count one paragraph; with a start the level begins there."""
        how = self.levels.get(level, _Level())
        if start is not None:
            self.counted[level] = start
        else:
            self.counted[level] = self.counted.get(level, how.start - 1) + 1
        for deeper in [one for one in self.counted if one > level]:
            if level < min(self.levels.get(deeper, _Level()).restarts_below, deeper):
                del self.counted[deeper]
        return self.counted[level]


@dataclass
class _Number:
    """A numbering that paragraphs name: which list, and from where it begins when it is first used."""

    abstract: str
    starts: dict[int, int]


def mark_numbers(body: Any, numbering: Any | None, styles: Any | None) -> None:
    """Give each paragraph of a numbered list a bookmark that says its number."""
    lists, numbers = _read(numbering)
    styled = _by_style(styles, lists, numbers)
    used: set[tuple[str, int]] = set()
    for properties, ident, level in _in_lists(body, styled):
        number = numbers.get(ident)
        if number is not None:
            start = None if (ident, level) in used else number.starts.get(level)
            used.add((ident, level))
            _mark(properties, ident, level, lists[number.abstract].next(level, start=start))


def _in_lists(body: Any, styled: dict[str, tuple[str, int]]) -> Iterator[tuple[Any, str, int]]:
    """Yield the paragraphs of lists by their properties, with numbering and level."""
    for properties in body.iter("{*}pPr"):
        place = _place(properties, styled)
        # What is drawn stands twice; the library reads the one for old programs.
        if place is not None and not any(local_name(above) == "Choice" for above in properties.iterancestors()):
            yield properties, *place


def _mark(properties: Any, ident: str, level: int, count: int) -> None:
    """Say the number of a paragraph, and where only its style names the list, name it: the library knows no such."""
    space = f"{{{etree.QName(properties).namespace}}}"
    if next(properties.iterchildren("{*}numPr"), None) is None:
        said = etree.SubElement(properties, f"{space}numPr")
        etree.SubElement(said, f"{space}ilvl", {f"{space}val": str(level)})
        etree.SubElement(said, f"{space}numId", {f"{space}val": ident})
    mark = etree.Element(f"{space}bookmarkStart", {f"{space}id": "0", f"{space}name": f"count-{count}"})
    properties.addnext(mark)


def _place(properties: Any, styled: dict[str, tuple[str, int]]) -> tuple[str, int] | None:
    """Return numbering and level of a paragraph, its own before those of its style."""
    style = _said(properties, "pStyle")
    ident, level = styled.get(style, ("", 0))
    own = next(properties.iterchildren("{*}numPr"), None)
    if own is not None:
        ident = _said(own, "numId") or ident
        said = _whole(_said(own, "ilvl"))
        level = level if said is None else said
    return (ident, level) if ident and level < LEVELS else None


def _read(numbering: Any | None) -> tuple[dict[str, _List], dict[str, _Number]]:
    if numbering is None:
        return {}, {}
    lists, links, named = {}, {}, {}
    for one in numbering.iterchildren("{*}abstractNum"):
        ident = _attribute(one, "abstractNumId")
        lists[ident] = _described(one)
        links[ident], named[_said(one, "styleLink")] = _said(one, "numStyleLink"), ident
    numbers = {}
    for one in numbering.iterchildren("{*}num"):
        abstract = _said(one, "abstractNumId")
        for _time in range(NESTED_MAX):  # What only names a style of lists counts as that one.
            abstract = named.get(links.get(abstract, "") or "-", abstract)
        if abstract in lists:
            numbers[_attribute(one, "numId")] = _Number(abstract, dict(_overrides(one)))
    return lists, numbers


def _described(element: Any) -> _List:
    levels, styles = {}, {}
    for one in element.iterchildren("{*}lvl"):
        place, how = _level(one)
        levels[place] = how
        styles[_said(one, "pStyle")] = place
    styles.pop("", None)
    return _List(levels, styles)


def _level(element: Any) -> tuple[int, _Level]:
    start, restart = _whole(_said(element, "start")), _whole(_said(element, "lvlRestart"))
    how = _Level(1 if start is None else start, LEVELS if restart is None else restart)
    return _whole(_attribute(element, "ilvl")) or 0, how


def _overrides(number: Any) -> Iterator[tuple[int, int]]:
    """Yield the levels that begin anew where this numbering is first used, and with which number."""
    for one in number.iterchildren("{*}lvlOverride"):
        level, start = _whole(_attribute(one, "ilvl")) or 0, _whole(_said(one, "startOverride"))
        if start is None:
            start = next((_level(own)[1].start for own in one.iterchildren("{*}lvl")), None)
        if start is not None:
            yield level, start


def _by_style(styles: Any | None, lists: dict[str, _List], numbers: dict[str, _Number]) -> dict[str, tuple[str, int]]:
    """Return numbering and level that each style of paragraphs brings, its own or that of the style it is based on."""
    found: dict[str, tuple[str, int]] = {}
    for ident, number in numbers.items():
        for style, level in lists[number.abstract].styles.items():
            found.setdefault(style, (ident, level))
    based: dict[str, str] = {}
    for style in () if styles is None else styles.iterchildren("{*}style"):
        ident = _attribute(style, "styleId")
        based[ident] = _said(style, "basedOn")
        for own in style.iter("{*}numPr"):
            said = _whole(_said(own, "ilvl"))
            found[ident] = _said(own, "numId"), found.get(ident, ("", 0))[1] if said is None else said
    for ident in based:
        parent = ident
        for _time in range(NESTED_MAX):
            parent = based.get(parent, "")
            if ident not in found and parent in found:
                found[ident] = found[parent]
    return found


def _said(element: Any, name: str) -> str:
    """Return the value that an element gives to one of its children; nothing where it has none."""
    child = next(element.iterchildren(f"{{*}}{name}"), None)
    return "" if child is None else _attribute(child, "val")


def _attribute(element: Any, name: str) -> str:
    return next((str(value) for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "")


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < LEVELS else None


def count_as_marked(page: Any) -> None:
    """Let the numbered lists of a page count as the bookmarks of their paragraphs say, and take these away.

    Where the number is not the next one a new list begins.
    """
    marks = [one for one in page.iter("a") if COUNT.fullmatch(one.get("id") or "")]
    counts: dict[Any, int] = {}
    for mark in marks:
        item = next(mark.iterancestors("li", "td", "body"), None)
        if item is not None and item.tag == "li":
            counts.setdefault(item, int(str(mark.get("id"))[len("count-") :]))
        mark.drop_tag()
    for element in list(page.iter("ol")):
        _split(element, counts)


def _split(element: Any, counts: dict[Any, int]) -> None:
    current, expected = element, 1
    for item in [one for one in element if local_name(one) == "li"]:
        count = counts.get(item, expected)
        if count != expected and item is not current[0]:
            fresh = current.makeelement("ol")
            current.addnext(fresh)
            fresh.tail, current.tail = current.tail, None
            fresh.extend([item, *item.itersiblings()])
            current = fresh
        if count != expected:
            current.set("start", str(count))
        expected = count + 1
