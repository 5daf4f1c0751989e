"""Finds the files that items of QTI show, inside their package, and lets the items name them by what they hold."""

import posixpath
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from core.i18n import _l
from study.quiz.formats.enclosed import Enclosures, NotEnclosed
from study.quiz.formats.items import FileRefused, ItemFault
from study.quiz.formats.packages import Package
from study.quiz.formats.qti_tree import SOURCE, Node

if TYPE_CHECKING:
    from lxml.etree import _Element

OUTSIDE = _l("it points outside of the package")
_SCHEME = re.compile(r"(?:[a-z][a-z0-9+.-]*:|//)", re.IGNORECASE)
_BASE = re.compile(r"(?:\$|%24)IMS[-_]CC[-_]FILE[-_]?BASE(?:\$|%24)/?", re.IGNORECASE)
_SHOWING = frozenset({"img", "audio", "video", "source", "object", "track", "embed"})
Find = Callable[[str], bytes | None]


class QtiFiles:
    """The files of a package, or of a single item, which has none."""

    def __init__(self, package: Package | None = None) -> None:
        self.enclosures = Enclosures()
        self._package = package
        self._names = set(package.names) if package else set()

    def settle(self, root: Node, name: str) -> None:
        """Let the texts of an item, which lies at ``name``, name their files by what they hold."""

        def find(address: str) -> bytes | None:
            return self._found(address, posixpath.dirname(name))

        for element in list(root.element.iter()):
            if isinstance(element.tag, str):
                self._settle_element(Node(element), find)
            elif getattr(element, "target", "") == SOURCE:
                element.text = self.enclosures.settled(element.text or "", find)

    def _settle_element(self, node: Node, find: Find) -> None:
        if node.name == "mattext" and node.element.text:
            node.element.text = self.enclosures.settled(node.element.text, find)
        elif node.name in ("matimage", "mataudio", "matvideo"):
            _as_text(node)
            node.element.text = self.enclosures.settled(node.element.text or "", find)
        elif node.name in _SHOWING:
            if node.name == "object" and node.get("type").startswith(("image/", "audio/")):
                _as_picture(node)
            for attribute in ("src", "data"):
                if address := node.get(attribute):
                    node.element.set(attribute, self._named(address, find))

    def _named(self, address: str, find: Find) -> str:
        tag = self.enclosures.settled(f'<img src="{address.replace(chr(34), "%22")}">', find)
        return tag.removeprefix('<img src="').removesuffix('">')

    def _found(self, address: str, folder: str) -> bytes | None:
        """Return the bytes of a file of the package.

        Raises:
            NotEnclosed: it lies elsewhere.
            ItemFault: it would lie outside of the package, or cannot be unpacked.
        """
        address, count = _BASE.subn("", address, count=1)
        folder = "" if count else folder
        if _SCHEME.match(address) or not address:
            raise NotEnclosed
        path = posixpath.normpath(posixpath.join(folder, unquote(address.partition("?")[0].partition("#")[0])))
        if path.startswith(("../", "/")):
            raise ItemFault(OUTSIDE)
        known = self._place_of(path, posixpath.normpath(unquote(address)))
        if known is None or self._package is None:
            return None
        try:
            return self._package.read(known)
        except FileRefused as error:
            raise ItemFault(str(error)) from error

    def _place_of(self, path: str, written: str) -> str | None:
        """Return the part of the package at a path.

        Some tools write addresses from elsewhere than the item: then the one part whose path ends so.
        """
        if path in self._names:
            return path
        ending = [name for name in self._names if f"/{name}".endswith(f"/{written}")]
        return ending[0] if len(ending) == 1 else None


def _as_picture(node: Node) -> None:
    """Turn an object that is a picture or recording into one of a text; the words inside say what it shows."""
    element: Any = node.element
    alt, tail = node.words, element.tail
    address = node.get("data")
    element.clear()
    element.tail = tail
    element.tag = str(element.tag).replace("object", "img")
    element.set("src", address)
    element.set("alt", alt)


def _as_text(node: Node) -> None:
    """Turn a picture or recording of QTI 1.2 that stands beside a text into one that stands in a text."""
    element: _Element = node.element
    tag = {"matimage": "img", "mataudio": "audio", "matvideo": "video"}[node.name]
    address, alt = node.get("uri"), node.get("label")
    packed = (element.text or "").strip()
    if node.get("embedded") == "base64" and packed:
        address = f"data:{node.get('imagtype') or 'image/png'};base64,{packed}"
    element.tag = str(element.tag).replace(node.name, "mattext")
    element.set("texttype", "text/html")
    element.text = f'<{tag} src="{address.replace(chr(34), "%22")}" alt="{alt.replace(chr(34), "")}">'
