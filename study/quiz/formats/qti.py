"""Reads QTI: single items and packages in 1.2, 2.1, 2.2 and 3.0; kinds that are not known are refused by name."""

import re
from collections.abc import Callable

from core.i18n import _l
from study.quiz.formats.items import FileRefused, Item, ItemFault, NoQuestions, Parsed, Refused
from study.quiz.formats.packages import HEAD, Package, is_package
from study.quiz.formats.qti1 import read_item as read_item_1
from study.quiz.formats.qti2 import read_item as read_item_2
from study.quiz.formats.qti_files import QtiFiles
from study.quiz.formats.qti_tree import Node, node_of
from study.quiz.formats.xml import parse_xml

_ROOT = re.compile(rb"<(?:\w+:)?(?:assessment(?:Item|Test)|qti-assessment-(?:item|test)|questestinterop)\b")
MANIFEST = "imsmanifest.xml"
ITEMS = ("assessmentItem", "questestinterop")
BESIDE = frozenset({"assessmentTest", "assessmentSection", "manifest", "assessmentStimulus"})
"""Roots of parts that hold no questions themselves."""


class NotQti(FileRefused):
    """XML of another kind."""

    message = _l("The file is XML, but not of QTI: it begins with <%(tag)s>.")


class OnlyTest(FileRefused):
    """A test names its questions, which lie in other files."""

    message = _l("The file arranges questions but holds none. Send the whole package (ZIP) with its items.")


def parse(data: bytes) -> Parsed:
    """Read a whole package, or a single file of it.

    Raises:
        NotQti, OnlyTest, NoQuestions, NotXml, HasDoctype, PackageBroken, PackageTooLarge, PackageEscapes: see there.
    """
    package = Package(data) if is_package(data) else None
    files = QtiFiles(package)
    parsed = Parsed(files=files.enclosures.files)
    if package is None:
        root = node_of(parse_xml(data))
        if root.name in BESIDE:
            raise OnlyTest
        if root.name not in ITEMS:
            raise NotQti(tag=root.name[:40])
        _take(root, "", parsed, files)
    else:
        _take_package(package, parsed, files)
    if not parsed.items and not parsed.refused:
        raise NoQuestions
    return parsed


def _take_package(package: Package, parsed: Parsed, files: QtiFiles) -> None:
    for name in _in_order(package):
        try:
            root = node_of(package.parse(name))
        except FileRefused as error:
            _refuse(parsed, 1, name, str(error))
            continue
        if root.name in ITEMS:
            _take(root, name, parsed, files)
        elif root.name not in BESIDE and root.has("itemBody"):
            _refuse(parsed, 1, name, str(ItemFault(NotQti.message, tag=root.name[:40])))


def _in_order(package: Package) -> list[str]:
    """Return the parts that may hold questions, in the order in which the manifest names them."""
    found = {
        name: place
        for place, name in enumerate(package.names)
        if name.lower().endswith(".xml") and not name.startswith("__MACOSX/") and "/._" not in f"/{name}"
    }
    manifest = next((name for name in found if name.rsplit("/", 1)[-1].lower() == MANIFEST), None)
    if manifest is None:
        return list(found)
    folder = manifest[: -len(MANIFEST)]
    named: dict[str, int] = {}
    try:
        for file in node_of(package.parse(manifest)).all("resource"):
            named.setdefault(folder + file.get("href"), len(named))
    except FileRefused:
        pass
    del found[manifest]
    return sorted(found, key=lambda name: (named.get(name, len(named)), found[name]))


def _take(root: Node, name: str, parsed: Parsed, files: QtiFiles) -> None:
    files.settle(root, name)
    if root.name == "assessmentItem":
        _read(read_item_2, root, name, parsed)
        return
    for item in root.all("item"):
        _read(read_item_1, item, name, parsed)


def _read(reader: Callable[..., Item], node: Node, name: str, parsed: Parsed) -> None:
    number = len(parsed.items) + len(parsed.refused) + 1
    try:
        parsed.items.append(reader(node, number=number, line=node.line))
    except ItemFault as fault:
        _refuse(parsed, node.line, name, str(fault))


def _refuse(parsed: Parsed, line: int, name: str, why: str) -> None:
    number = len(parsed.items) + len(parsed.refused) + 1
    parsed.refused.append(Refused(number=number, line=line, error=f"{name}: {why}" if name else why))


def looks_like(data: bytes) -> bool:
    """Tell whether XML begins as QTI does."""
    return _ROOT.search(data.replace(b"\0", b"")[:HEAD]) is not None
