"""The allow-list, applied three times: by bleach, by nh3, and by our own look at every link.

bleach is slow when it is used through ``bleach.clean``: each call builds a new HTML parser, which defines some forty
classes anew (6 ms). A ``Cleaner`` builds it once, but holds state, so each thread keeps one of its own.
"""

from __future__ import annotations

import html
import re
import threading
from typing import Final

import nh3
from bleach.sanitizer import Cleaner

from core.markup import colours, formulas
from core.markup.links import REL, is_allowed, is_own

_TAG_NAMES: Final = (
    "a audio blockquote br code del details div em figure h2 h3 h4 h5 h6 hr img input label li ol p pre rp rt ruby s "
    "section small span strong sub summary sup table tbody td th thead tr ul"
)
TAGS: Final = frozenset(_TAG_NAMES.split()) | formulas.ELEMENTS
_BLOCK: Final = frozenset({"id"})
ATTRIBUTES: Final[dict[str, frozenset[str]]] = {
    "a": frozenset({"href", "title", "rel", "class", "id"}),
    "audio": frozenset({"src", "title", "controls", "preload"}),
    "blockquote": frozenset({"class", "id"}),
    "code": frozenset({"class"}),
    "div": frozenset({"class", "id", "tabindex", "data-q"}),
    "details": frozenset({"class", "id"}),
    **dict.fromkeys(("figure", "h2", "h3", "h4", "h5", "h6", "p", "hr", "table"), _BLOCK),
    "img": frozenset({"src", "alt", "title", "loading", "width", "height", "data-kb"}),
    "input": frozenset({"type", "checked", "disabled"}),
    "li": frozenset({"class", "id"}),
    "ol": frozenset({"start", "id", "class"}),
    "pre": frozenset({"id", "tabindex"}),
    "section": frozenset({"class"}),
    "span": frozenset({"class", "tabindex"}),
    "sup": frozenset({"class"}),
    **dict.fromkeys(("td", "th"), frozenset({"class", "colspan", "rowspan"})),
    "ul": frozenset({"id", "class"}),
    **formulas.ATTRIBUTES,
}
SCHEMES: Final = frozenset({"http", "https", "mailto"})

# What the values of the remaining attributes may be; everything else about them is decided by the parser's output.
_VALUES: Final = {
    "id": re.compile(r"p[1-9][0-9]{0,5}|fn(?:ref)?-[0-9a-f]{8}-[0-9:]{1,12}"),
    "class": re.compile(
        r"quote|scroll|n|tasks|task|mention|asked|footnote-ref|footnote-backref|footnotes|footnotes-list|footnote-item|"
        rf"veil|check|callout(?: warning)?|pic|file|{'|'.join(sorted(colours.CLASSES))}|language-[a-z0-9_+#.-]{{1,30}}"
    ),
    "rel": re.compile(re.escape(REL)),
    "type": re.compile("checkbox"),
    "loading": re.compile("lazy"),
    "preload": re.compile("none"),
    "tabindex": re.compile("0"),
    "start": re.compile("[0-9]{1,9}"),
    "width": re.compile(rf"[0-9]{{1,5}}|{formulas.VALUES['width'].pattern}"),
    "height": re.compile("[0-9]{1,5}"),
    **dict.fromkeys(("colspan", "rowspan"), re.compile("[1-9][0-9]?")),
    "data-q": re.compile("0|@?[1-9][0-9]{0,8}"),
    "data-kb": re.compile("[0-9]{1,7}"),
    **{name: values for name, values in formulas.VALUES.items() if name != "width"},
}
_FREE: Final = frozenset({"title", "alt", "alttext", "checked", "disabled", "controls"})

_OPEN_TAG: Final = re.compile(r'<([a-z][a-z0-9]*)((?: [a-z-]+="[^"]*+")*+)>')
_ATTRIBUTE: Final = re.compile(r' ([a-z-]+)="([^"]*+)"')
_own = threading.local()


def clean(markup: str) -> str:
    """Return the markup with nothing in it but what the allow-list names."""
    if not markup:
        return ""
    if not hasattr(_own, "bleach"):
        _own.bleach = _bleach_cleaner()
        _own.nh3 = _nh3_cleaner()
    return check_links(_own.nh3.clean(_own.bleach.clean(markup)))


def check_links(markup: str) -> str:
    """Take every refused address out of clean markup and mark links that leave the site."""
    return _OPEN_TAG.sub(_checked_tag, markup)


def _checked_tag(tag: re.Match[str]) -> str:
    name, attributes = tag[1], tag[2]
    if "=" not in attributes or name not in {"a", "audio", "img"}:
        return tag[0]
    kept: dict[str, str] = dict(_ATTRIBUTE.findall(attributes))
    address = html.unescape(kept.get("href") or kept.get("src") or "")
    if not is_allowed(address) or (name in {"audio", "img"} and not is_own(address)):
        kept.pop("href", None)
        kept.pop("src", None)
    kept.pop("rel", None)
    if name == "audio":
        # Whatever made it: one can see and stop it, and it waits until it is asked.
        kept |= {"controls": "", "preload": "none"}
    if "href" in kept and not is_own(address):
        kept["rel"] = REL
    rest = "".join([f' {key}="{value}"' for key, value in kept.items()])
    return f"<{name}{rest}>"


def _may_stay(tag: str, attribute: str, value: str) -> bool:
    """Tell whether one attribute may stay: the twin rule of both cleaners."""
    if attribute not in ATTRIBUTES.get(tag, ()):
        return False
    if attribute in {"href", "src"}:
        return is_allowed(html.unescape(value))
    return attribute in _FREE or bool(_VALUES[attribute].fullmatch(value))


def _bleach_cleaner() -> Cleaner:
    return Cleaner(tags=TAGS, attributes=_may_stay, protocols=SCHEMES, strip=True, strip_comments=True)


def _nh3_cleaner() -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(TAGS),
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        attribute_filter=lambda tag, name, value: value if _may_stay(tag, name, value) else None,
        url_schemes=set(SCHEMES),
        link_rel=None,
        strip_comments=True,
    )
