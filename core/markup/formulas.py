"""Formulas: what is written between dollar signs, from LaTeX to MathML, by elements and never by strings.

Browsers set MathML themselves and screen readers speak it; ``alttext`` carries what was typed for those that cannot.
"""

from __future__ import annotations

import html
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from markdown_it.common.utils import escapeHtml

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

INLINE_MAX: Final = 400
BLOCK_MAX: Final = 2_000
NODES_MAX: Final = 600
"""Elements of one formula."""
TEXT_NODES_MAX: Final = 2_500
"""Elements of all formulas of one text: cleaning takes its time for each."""
FAILED_COSTS: Final = 12
"""What a formula that is not understood takes away of those."""
DEPTH_MAX: Final = 40
BRACES_MAX: Final = 24

_NAMES: Final = (
    "math mrow mi mn mo ms mtext mspace msup msub msubsup mfrac msqrt mroot mover munder munderover "
    "mtable mtr mtd mstyle mpadded mphantom menclose mmultiscripts"
)
ELEMENTS: Final = frozenset(_NAMES.split())
_LENGTH: Final = r"-?[0-9]{0,2}(?:\.[0-9]{1,3})?(?:em|ex|pt|px)|0"
VALUES: Final = {
    "display": re.compile("block|inline"),
    "stretchy": re.compile("true|false"),
    "fence": re.compile("true|false"),
    "accent": re.compile("true|false"),
    "form": re.compile("prefix|infix|postfix"),
    "minsize": re.compile(_LENGTH),
    "maxsize": re.compile(_LENGTH),
    "width": re.compile(_LENGTH),
    "linethickness": re.compile(_LENGTH),
    "columnalign": re.compile("(?:left|center|right)(?: (?:left|center|right)){0,20}"),
    "notation": re.compile("box|updiagonalstrike|downdiagonalstrike|longdiv"),
    "mathvariant": re.compile("normal|bold|italic|bold-italic|double-struck|script|fraktur|sans-serif|monospace"),
}
"""What the attributes of these elements may say; no colour, size or address of the writer's choosing gets through."""
_ATTRIBUTES: Final = {
    "math": ("display",),
    "mo": ("stretchy", "fence", "accent", "form", "minsize", "maxsize", "mathvariant"),
    "mi": ("mathvariant",),
    "mn": ("mathvariant",),
    "mtext": ("mathvariant",),
    "mspace": ("width",),
    "mpadded": ("width",),
    "mfrac": ("linethickness",),
    "mover": ("accent",),
    "mtable": ("columnalign",),
    "mtd": ("columnalign",),
    "menclose": ("notation",),
}
ATTRIBUTES: Final = {
    name: frozenset(_ATTRIBUTES.get(name, ())) | ({"alttext"} if name == "math" else frozenset()) for name in ELEMENTS
}
_REFUSED: Final = re.compile(r"\\(?:newcommand|renewcommand|def|let|href|style|class|color|require)(?![a-zA-Z])")
# "$5 to US$" is money, not a formula: words in a row, or Chinese, without anything a formula has.
_SIGN: Final = re.compile(r"[\\^_={}+<>/*]")
_WORDS: Final = re.compile(r"[A-Za-z]{2,}|[^\x00-\u2fff]")


def is_formula(source: str) -> bool:
    """Tell whether what stands between two dollar signs is meant as a formula and not as money in a sentence."""
    return bool(_SIGN.search(source)) or not _WORDS.search(source)


@lru_cache(maxsize=256)
def mathml(source: str, *, block: bool) -> tuple[str, int] | None:
    """Return (markup, number of elements) of a formula, or None for one that is not understood or too large."""
    if _REFUSED.search(source) or source.count("{") > NODES_MAX or _depth(source) > BRACES_MAX:
        return None
    from latex2mathml.converter import convert_to_element  # noqa: PLC0415 -- reads its table of signs; few texts need it

    # An alignment of several lines is a table; the library knows it by its older name.
    known = source.replace("{aligned}", "{align*}")
    try:
        tree = convert_to_element(known, display="block" if block else "inline")
    except Exception:
        return None  # A library reads what anybody wrote: whatever fails there, the source is shown.
    parts: list[str] = []
    if not _write(tree, parts, depth=0):
        return None
    opening = f' alttext="{escapeHtml(source)}"' + (' display="block"' if block else "")
    return f"<math{opening}>{''.join(parts)}</math>", len(parts)


def _depth(source: str) -> int:
    depth = deepest = 0
    for sign in source:
        depth += (sign == "{") - (sign == "}")
        deepest = max(deepest, depth)
    return deepest + source.count("\\begin") + source.count("\\left")


def _write(element: Element, parts: list[str], *, depth: int) -> bool:
    """Write what is inside an element; False when it holds what we do not show."""
    if depth > DEPTH_MAX or len(parts) > NODES_MAX:
        return False
    for child in element:
        name, words = child.tag, html.unescape(child.text or "").strip(" \n\t")
        # Commands that the library does not know come out as names with their backslash.
        if name not in ELEMENTS or name == "math" or words.startswith("\\") or (words == "&" and name == "mi"):
            return False
        kept = [
            f' {key}="{value}"'
            for key, value in child.attrib.items()
            if key in ATTRIBUTES[name] and VALUES[key].fullmatch(value)
        ]
        inner: list[str] = []
        if not _write(child, inner, depth=depth + 1):
            return False
        parts.append(f"<{name}{''.join(kept)}>{escapeHtml(words)}")
        parts.extend(inner)
        parts[-1] += f"</{name}>"
    return True
