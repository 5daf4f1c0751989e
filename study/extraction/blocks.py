"""Takes HTML apart into blocks that stand for themselves, in the few elements that the sanitiser lets through.

What a document brings of styles, classes, scripts and forms stays behind; what is left is decided here by name, and
once more by ``core.markup.safe``.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

from lxml import etree, html

from study.enums import ExtractionFault
from study.extraction.parts import Unreadable
from study.extraction.texts import without_declarations

_DROPPED_NAMES: Final = (
    "script style template noscript head title iframe object embed audio video button input select textarea link meta "
    "base map canvas"
)
_DROPPED: Final = _DROPPED_NAMES.split()
_RENAMED: Final = {
    **dict.fromkeys(("i", "cite", "dfn", "var"), "em"),
    **dict.fromkeys(("tt", "kbd", "samp"), "code"),
    **dict.fromkeys(("dt", "dd"), "li"),
    **dict.fromkeys(("figcaption", "caption", "address"), "p"),
    "b": "strong", "strike": "s", "dl": "ul", "tfoot": "tbody", "image": "img",
}  # fmt: skip
_BLOCK_NAMES: Final = "p h1 h2 h3 h4 h5 h6 ul ol table pre blockquote figure hr math"
_BLOCKS: Final = frozenset(_BLOCK_NAMES.split())
_INLINE_NAMES: Final = "a strong em code s del sub sup small br ruby rt rp img"
_INLINE: Final = frozenset(_INLINE_NAMES.split())
_INSIDE: Final = frozenset({"li", "thead", "tbody", "tr", "td", "th"})
_ATTRIBUTES: Final = {
    "a": {"href"},
    "img": {"src", "alt"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    "ol": {"start"},
}
_ADDRESSES: Final = ("src", "href", "xlink:href", "{http://www.w3.org/1999/xlink}href")
# HTML knows no empty elements of these names; XHTML, as in books, writes them all the same.
_EMPTY: Final = re.compile(
    r"<(a|b|div|em|h[1-6]|i|li|ol|p|s|script|span|strong|style|sub|sup|t[dhr]|title|u|ul)((?:\s[^<>]*)?)/>"
)
DEPTH_MAX: Final = 200


def parse(source: str) -> Any:
    """Parse HTML as browsers would.

    Raises:
        Unreadable: there is nothing in it.
    """
    try:
        parser = html.HTMLParser(
            no_network=True, remove_comments=True, remove_pis=True, encoding="utf-8", huge_tree=False
        )
        root = html.document_fromstring(
            _EMPTY.sub(r"<\1\2></\1>", without_declarations(source)).encode("utf-8"), parser=parser
        )
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable(ExtractionFault.BROKEN) from error
    return root


def blocks_in(root: Any) -> Iterator[tuple[Any, set[str]]]:
    """Yield the blocks of a page in order, each with the names by which links lead to it."""
    for element in list(root.iter(*_DROPPED)):
        element.drop_tree()
    names: set[str] = set()
    found = root.find(".//body")
    for block in _gathered(root if found is None else found, names, 0):
        names |= {name for one in block.iter() for name in (one.get("id"), one.get("name")) if name}
        _simplify(block)
        if block.tag == "hr" or "".join(block.itertext()).strip() or next(block.iter("img", "math"), None) is not None:
            yield block, set(names)
            names.clear()


def _gathered(container: Any, names: set[str], depth: int) -> Iterator[Any]:
    """Yield blocks out of any depth of boxes; words that stand loose between them become paragraphs."""
    names |= {name for name in (container.get("id"), container.get("name")) if name}
    loose = _paragraph(container.text)
    for child in list(container):
        rest, child.tail = child.tail, None
        tag = _RENAMED.get(child.tag, child.tag)
        if tag in _BLOCKS or _is_box(child):
            yield loose
            loose = _paragraph(None)
            if tag in _BLOCKS or depth > DEPTH_MAX:
                child.tag = tag if tag in _BLOCKS else "p"
                yield child
            else:
                yield from _gathered(child, names, depth + 1)
        else:
            loose.append(child)
        _add_text(loose, rest)
    yield loose


def _is_box(element: Any) -> bool:
    if element.tag in {"div", "section", "article", "main", "header", "footer", "aside", "nav", "body", "center"}:
        return True
    return any(_RENAMED.get(one.tag, one.tag) in _BLOCKS for one in element.iterdescendants(etree.Element))


def _paragraph(text: str | None) -> Any:
    made = html.Element("p")
    made.text = text
    return made


def _add_text(element: Any, text: str | None) -> None:
    if text and len(element):
        element[-1].tail = (element[-1].tail or "") + text
    elif text:
        element.text = (element.text or "") + text


def _simplify(block: Any) -> None:
    """Leave nothing in a block but known elements with known attributes."""
    if block.tag == "math":
        return
    for element in list(block.iter(etree.Element)):
        if element.tag == "math" or _is_in_formula(element):
            continue
        address = next((element.get(name) for name in _ADDRESSES if element.get(name)), None)
        element.tag = tag = _RENAMED.get(element.tag, element.tag)
        if tag not in _BLOCKS | _INLINE | _INSIDE:
            if element is not block:
                element.drop_tag()
            continue
        kept = {name: element.get(name) for name in _ATTRIBUTES.get(tag, ()) if element.get(name)}
        if tag == "img" and address:
            kept["src"] = address
        element.attrib.clear()
        element.attrib.update(kept)


def _is_in_formula(element: Any) -> bool:
    return any(True for _one in element.iterancestors("math"))


def heading(words: str, level: int = 1) -> Any:
    """Return a heading of our own making."""
    made = html.Element(f"h{level}")
    made.text = words
    return made
