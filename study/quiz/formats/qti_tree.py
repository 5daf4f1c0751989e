"""The tree of a QTI file, read the same whether it is in 2.x or 3.0, and its texts as HTML."""

import re
from collections.abc import Callable, Iterator
from html import escape
from typing import TYPE_CHECKING

from core.i18n import _l
from core.markup import SOURCE_MAX, render
from core.text import plain
from study.quiz.formats.entries import undress
from study.quiz.formats.items import ItemFault
from study.quiz.formats.texts import EMPTY, PICTURE, Text, TextFormat

if TYPE_CHECKING:
    from lxml.etree import _Element

SOURCE = "xuetan-markdown"
"""The processing instruction in which our own files keep the Markdown of a text."""
_LINES = ("p", "b", "i", "em", "strong", "u", "s", "del", "sub", "sup", "a", "span", "code", "br", "img")
_BLOCKS = ("ul", "ol", "li", "hr", "pre", "blockquote", "div", "h1", "h2", "h3", "h4", "h5", "h6")
_TABLES = ("table", "thead", "tbody", "tr", "th", "td", "caption")
END, BREAK = "?\ue040>", "\ue041"
"""Stand in it for what would end it, and for the ends of lines."""
_READINGS = ("ruby", "rb", "rt", "rp")
KEPT = frozenset({*_LINES, *_BLOCKS, *_TABLES, *_READINGS, "audio", "video", "object"})
VOID = frozenset({"br", "hr", "img"})
SHOWN_ATTRIBUTES = ("src", "alt", "href", "data", "class", "lang")
_STEP = re.compile(r"-([a-z])")
_SPACES = re.compile(r"\s+")


class Node:
    """One element, by its name without namespace; names of 3.0 are read as those of 2.x."""

    def __init__(self, element: "_Element") -> None:
        self.element = element
        self.name = _name(element.tag)
        self.line = int(element.sourceline or 1)

    def get(self, name: str, default: str = "") -> str:
        """Return an attribute."""
        found = self.element.get(name)
        return str(self.element.get(_kebab(name), default) if found is None else found)

    def children(self, *names: str) -> Iterator["Node"]:
        """Return the elements inside, those of these names only if any are given."""
        for child in self.element:
            if isinstance(child.tag, str) and (not names or _name(child.tag) in names):
                yield Node(child)

    def all(self, *names: str) -> Iterator["Node"]:
        """Return the elements of these names at any depth."""
        for found in self.element.iter():
            if isinstance(found.tag, str) and _name(found.tag) in names:
                yield Node(found)

    def first(self, name: str) -> "Node | None":
        """Return the first element of this name at any depth."""
        return next(self.all(name), None)

    def has(self, name: str) -> bool:
        """Tell whether there is an element of this name at any depth."""
        return self.first(name) is not None

    @property
    def words(self) -> str:
        """The bare words inside, on one line."""
        return _SPACES.sub(" ", "".join(self.element.itertext())).strip()

    @property
    def text(self) -> str:
        """The text inside as it stands."""
        return (self.element.text or "").strip()


def node_of(element: "_Element") -> Node:
    """Return the node of an element."""
    return Node(element)


def _name(tag: object) -> str:
    name = str(tag).rpartition("}")[2]
    if name.startswith("qti-"):
        return _STEP.sub(lambda found: found[1].upper(), name[4:])
    return name


def _kebab(name: str) -> str:
    return re.sub(r"[A-Z]", lambda found: f"-{found[0].lower()}", name)


Replace = Callable[[Node], str | None]
"""Says what stands in the text for an element; None leaves it as it is."""


def html_of(node: Node, replaced: Replace = lambda _node: None) -> str:
    """Return what is inside an element as HTML.

    Raises:
        ItemFault: it shows something that cannot be taken from files.
    """
    parts = [escape(node.element.text or "", quote=False)]
    for child in node.element:
        if isinstance(child.tag, str):
            parts.append(_html(Node(child), replaced))
        parts.append(escape(child.tail or "", quote=False))
    return "".join(parts)


def _html(node: Node, replaced: Replace) -> str:
    said = replaced(node)
    if said is not None:
        return said
    if node.name == "math":
        raise ItemFault(_l("The question holds a formula in MathML, which is not taken from files."))
    inside = html_of(node, replaced)
    if node.name not in KEPT:
        return inside
    told = {name: node.get(name) for name in SHOWN_ATTRIBUTES if node.get(name)}
    if node.name == "object":
        told["src"] = told.pop("data", "")
    attributes = "".join(f' {name}="{escape(value)}"' for name, value in told.items())
    if node.name in VOID:
        return f"<{node.name}{attributes}>"
    return f"<{node.name}{attributes}>{inside}</{node.name}>"


def source_of(node: Node) -> str | None:
    """Return the Markdown that our own files keep beside the HTML of a text."""
    from lxml import etree  # noqa: PLC0415 -- only imports of questions need it

    for child in node.element:
        if child.tag is etree.ProcessingInstruction and child.target == SOURCE:
            return (child.text or "").replace(END, "?>").replace(BREAK, "\n").strip()
    return None


def text_of(node: Node | None, replaced: Replace = lambda _node: None) -> Text:
    """Return what is inside an element as a text of a question."""
    if node is None:
        return EMPTY
    kept = source_of(node)
    # Whoever changed the HTML since meant it.
    if (
        kept is not None
        and len(kept) <= SOURCE_MAX
        and _bare(_shown(kept)) == _bare(plain(html_of(node, _with_formulas(replaced))))
    ):
        return Text(kept, TextFormat.MARKDOWN)
    html = html_of(node, replaced).strip()
    return Text(html, TextFormat.HTML) if html else EMPTY


def _with_formulas(replaced: Replace) -> Replace:
    """Return what stands for an element, formulas as their bare words: only to compare with what they came from."""
    return lambda node: escape("".join(node.element.itertext())) if node.name == "math" else replaced(node)


def _shown(source: str) -> str:
    """Return the words that a text shows, in both languages where it has two."""
    bare = PICTURE.sub("", source)
    return " ".join(plain(render(part).html) for part in undress(bare) or (bare,))


def _bare(words: str) -> str:
    return _SPACES.sub("", words)
