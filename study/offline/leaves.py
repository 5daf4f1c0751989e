"""Turns the stored HTML of a lesson into a leaf that stands alone: well-formed, linked to its fellows, calling nothing.

Links inside the course lead to its other leaves. What lies outside becomes words with the address in brackets: nothing
is there to be opened on the way, and nobody learns of the reading.
"""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup

from core.addresses import absolute

MATHML = "http://www.w3.org/1998/Math/MathML"
NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
KEPT_SCHEMES = ("http", "https", "mailto")


def leaf(html: str, places: Mapping[str, str], pictures: Mapping[str, str], *, form: str = "html") -> Markup:
    """Return the HTML of a leaf, as ``html`` or, for reading programs, as ``xml``.

    Args:
        html: as ``core.markup`` rendered it.
        places: own addresses without their anchor → the leaf they lead to.
        pictures: own addresses of pictures and recordings → the file that lies beside the leaves.
        form: how elements are written that hold nothing.
    """
    # Loaded here: a web worker needs its 6 MB for nothing else.
    from lxml import etree  # noqa: PLC0415 -- as said
    from lxml.html import fragment_fromstring  # noqa: PLC0415 -- as said

    root = fragment_fromstring(clean_text(html), create_parent="div")
    for element in list(root.iter()):
        if isinstance(element.tag, str):
            _settle(element, places, pictures)
    whole = etree.tostring(root, encoding="unicode", method=form)
    return Markup(whole)  # noqa: S704 -- made of cleaned HTML by a parser


def clean_text(text: str) -> str:
    """Return a text without the signs that XML does not know."""
    return NOT_IN_XML.sub("", text)


def _settle(element: Any, places: Mapping[str, str], pictures: Mapping[str, str]) -> None:
    if "id" in element.attrib:
        element.set("id", _name(element.get("id")))
    for flag in ("checked", "disabled"):
        if flag in element.attrib:
            element.set(flag, flag)
    if element.tag == "a":
        _settle_link(element, places)
    elif element.tag == "img":
        _settle_picture(element, pictures)
    elif element.tag == "audio":
        _settle_recording(element, pictures)
    elif element.tag == "math":
        element.set("xmlns", MATHML)


def _name(anchor: str) -> str:
    """Return an anchor as XML allows names."""
    return anchor.replace(":", "-")


def _settle_link(element: Any, places: Mapping[str, str]) -> None:
    address, _sep, anchor = element.get("href", "").partition("#")
    for name in ("rel", "title"):
        element.attrib.pop(name, None)
    inside = places.get(address, "") if address else ""
    if not inside and element.get("class") == "pic":
        element.attrib.clear()
        element.tag = "span"
        return
    if anchor and not address:
        element.set("href", f"#{_name(anchor)}")
    elif inside:
        element.set("href", f"{inside}#{_name(anchor)}" if anchor else inside)
    else:
        element.attrib.pop("href", None)
        element.tag = "span"
        _write_out(element, address, anchor)


def _write_out(element: Any, address: str, anchor: str) -> None:
    """Let the address of a link that leads out stand behind its words, unless it is what they say."""
    whole = f"{address}#{anchor}" if anchor else address
    if not whole:
        return
    shown = absolute(whole) if whole.startswith("/") else whole
    words = "".join(element.itertext()).strip()
    if urlsplit(shown).scheme in KEPT_SCHEMES and words not in (shown, shown.removeprefix("mailto:")):
        element.tail = f" ({shown})" + (element.tail or "")


def _settle_recording(element: Any, pictures: Mapping[str, str]) -> None:
    """Play a recording that goes along; of one that stays behind the link beside its player says where it is."""
    source = pictures.get(element.get("src", ""))
    if not source:
        element.drop_tree()
        return
    element.set("src", source)
    element.set("controls", "controls")


def _settle_picture(element: Any, pictures: Mapping[str, str]) -> None:
    source = pictures.get(element.get("src", ""))
    for name in ("loading", "data-kb"):
        element.attrib.pop(name, None)
    if source:
        element.set("src", source)
        element.set("alt", element.get("alt", ""))
        return
    words = element.get("alt", "")
    element.attrib.clear()
    element.tag = "span"
    element.text = f"[{words}]" if words else ""
