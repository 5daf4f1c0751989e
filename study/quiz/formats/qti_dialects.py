"""What differs between the versions of QTI that are written, and the parts of texts in them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from study.quiz.kinds import FULL, cloze

_KEBAB = re.compile(r"[A-Z]")


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """What differs between the versions."""

    namespace: str
    item_type: str
    template: str
    is_third: bool = False

    def name(self, name: str) -> str:
        """Return the name of an element."""
        return f"qti-{self.attribute(name)}" if self.is_third else name

    def attribute(self, name: str) -> str:
        """Return the name of an attribute."""
        return _KEBAB.sub(lambda found: f"-{found[0].lower()}", name) if self.is_third else name


SECOND = Dialect(
    namespace="http://www.imsglobal.org/xsd/imsqti_v2p1",
    item_type="imsqti_item_xmlv2p1",
    template="http://www.imsglobal.org/question/qti_v2p1/rptemplates/",
)
THIRD = Dialect(
    namespace="http://www.imsglobal.org/xsd/imsqtiasi_v3p0",
    item_type="imsqti_item_xmlv3p0",
    template="https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/",
    is_third=True,
)

MARK = "gap-"


def marked(html: str) -> str:
    """Return rendered HTML with an element in place of each gap."""
    return "".join(f'{piece}<span id="{MARK}{key}"></span>' if key else piece for piece, key in cloze.pieces(html))


def numbered(text: str, places: Mapping[str, str]) -> str:
    """Return a text with its gaps named by their places."""
    return cloze.GAP.sub(lambda found: f"[[{places[found[1]].removeprefix('GAP')}]]", text)


def share(thousandths: int) -> str:
    """Return a share in thousandths as QTI writes it."""
    return f"{thousandths / FULL:g}"


def fragment(html: str, namespace: str) -> Any:
    """Return HTML as elements in the namespace of the item."""
    from lxml import etree  # noqa: PLC0415 -- as above
    from lxml import html as reader  # noqa: PLC0415 -- as above

    found = reader.fragment_fromstring(f"<div>{html}</div>") if html else etree.Element("div")
    for element in found.iter():
        if isinstance(element.tag, str):
            element.tag = f"{{{namespace}}}{element.tag}"
    return found
