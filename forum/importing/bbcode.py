"""BBCode of phpBB, old and new, to HTML that ``html_to_markdown`` reads. Pure work for the processor."""

import html
import re
from functools import lru_cache
from typing import Any, Final

from lxml import etree

from core.text import plain

DEPTH_MAX: Final = 40

_PLAIN: Final = {"b": "strong", "i": "em", "u": "em", "s": "del", "strike": "del", "del": "del"}
"""Underlined words are stressed words: Markdown has one way for both."""
_SMILEY: Final = re.compile(r"<!-- s(.*?) -->.*?<!-- s\1 -->", re.DOTALL)
_INLINE_FILE: Final = re.compile(r"<!-- ia(\d+) -->(.*?)<!-- ia\1 -->", re.DOTALL)
_COMMENT: Final = re.compile(r"<!--.*?-->", re.DOTALL)
_EMPTY_ENDS: Final = re.compile(r"^(?:<br>)+|(?:<br>)+$")


@lru_cache(maxsize=4096)
def _tags(uid: str) -> re.Pattern[str]:
    # With a mark, only what carries it was BBCode when it was written; version 2 marks no links.
    mark = rf"(?::[a-z0-9])?:{uid}" if uid else ""
    marked = rf"(?P<end>/?)(?P<name>\*|[a-z][a-z0-9]*)(?P<value>=[^\]\n]*?)?{mark}(?P<late>=[^\]\n]*)?"
    return re.compile(rf"\[(?:{marked}|(?P<end2>/?)(?P<name2>url|email)(?P<value2>=[^\]\n]+)?)\]", re.IGNORECASE)


class _Writer:
    """HTML as it grows, with the tags that are open."""

    def __init__(self) -> None:
        self.out: list[str] = []
        self.open: list[tuple[str, str, int]] = []
        """(name, what closes it, where its content begins in ``out``)"""

    def begin(self, name: str, before: str, after: str) -> None:
        if len(self.open) < DEPTH_MAX:
            self.out.append(before)
            self.open.append((name, after, len(self.out)))

    def end(self, name: str) -> bool:
        """Close the innermost tag of this name and all within it; tell whether there was one."""
        if all(one[0] != name for one in self.open):
            return False
        while True:
            last, after, start = self.open.pop()
            self.out.append(self._finished(last, after, start))
            if last == name:
                return True

    def _finished(self, name: str, after: str, start: int) -> str:
        """Links and pictures without a value have their address as content."""
        if name not in ("url=", "img"):
            return after
        content = "".join(self.out[start:])
        del self.out[start:]
        address = html.escape(plain(content).strip())
        return f'<img src="{address}" alt="">' if name == "img" else f'<a href="{address}">{content}</a>'

    def text(self) -> str:
        while self.open:
            self.end(self.open[-1][0])
        return "".join(self.out)


def bbcode_to_html(source: str, uid: str = "") -> str:
    """Return the HTML of a post as versions 2 and 3.0 keep it: escaped text with BBCode that carries ``uid``."""
    source = _SMILEY.sub(lambda found: html.escape(html.unescape(found[1]), quote=False), source)
    source = _COMMENT.sub("", _INLINE_FILE.sub(r"📎 \2", source))
    writer, done, pattern = _Writer(), 0, _tags(uid)
    while found := pattern.search(source, done):
        writer.out.append(_breaks(source[done : found.start()]))
        done = found.end()
        name = (found["name"] or found["name2"]).lower()
        if name == "code" and not found["end"]:
            done = _code(writer, source, done, uid)
        elif not _tag(writer, name, found):
            writer.out.append(found[0] if not uid else "")
    writer.out.append(_breaks(source[done:]))
    return writer.text()


def _breaks(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "<br>")


def _code(writer: _Writer, source: str, start: int, uid: str) -> int:
    """Copy what stands between the marks of code as it is; return where it ends."""
    closing = re.compile(rf"\[/code(?:(?::[0-9a-z]+)?:{uid})?\]" if uid else r"\[/code\]", re.IGNORECASE)
    found = closing.search(source, start)
    inner = source[start : found.start() if found else len(source)]
    writer.out.append(f"<pre><code>{inner}</code></pre>")
    return found.end() if found else len(source)


def _tag(writer: _Writer, name: str, found: re.Match[str]) -> bool:
    """Begin or end a tag; tell whether it is one that means something."""
    if found["end"] or found["end2"]:
        return _end(writer, name)
    value = html.unescape((found["value"] or found["late"] or found["value2"] or "")[1:]).strip().strip("\"'")
    return _begin(writer, name, value)


def _end(writer: _Writer, name: str) -> bool:
    if name == "*" or name in _DROPPED:
        return True
    return any(writer.end(one) for one in (("url=", "url") if name == "url" else (name,)))


_DROPPED: Final = frozenset(
    ["color", "size", "font", "center", "left", "right", "justify", "align", "highlight", "email"]
)
_CONTENT_COUNTS: Final = {"url": "url=", "img": "img"} | {
    name: name for name in ("attachment", "youtube", "flash", "media", "video")
}


def _begin(writer: _Writer, name: str, value: str) -> bool:
    if name in _PLAIN:
        writer.begin(name, f"<{_PLAIN[name]}>", f"</{_PLAIN[name]}>")
    elif name in ("quote", "spoiler"):
        writer.begin(name, _quote(value if name == "quote" else ""), "</blockquote>")
    elif name == "list":
        writer.begin(name, "<ol>" if value else "<ul>", "</ol>" if value else "</ul>")
    elif name == "*":
        _item(writer)
    elif name == "url" and value:
        writer.begin("url", f'<a href="{html.escape(value)}">', "</a>")
    elif name in _CONTENT_COUNTS:
        writer.begin(_CONTENT_COUNTS[name], "", "")
    else:
        return name in _DROPPED
    return True


def _item(writer: _Writer) -> None:
    """Begin an item of the innermost list; an item before it ends here."""
    names = [one[0] for one in writer.open]
    last = max((place for place, name in enumerate(names) if name in ("list", "li")), default=-1)
    if last >= 0 and names[last] == "li":
        writer.end("li")
    if "list" in names:
        writer.begin("li", "<li>", "</li>")


def _quote(value: str) -> str:
    # Newer versions add numbers: [quote=name post_id=1 time=2 user_id=3].
    name = re.sub(r"\"?\s+(?:post_id|time|user_id|msg_id)=.*$", "", value).strip("\"'").strip()
    return f"<blockquote><p><strong>{html.escape(name)}</strong></p>" if name else "<blockquote>"


_PARSER: Final = etree.XMLParser(
    resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False, remove_comments=True
)
_ENDS: Final = frozenset({"s", "e", "i"})
"""Elements that hold the marks as they were typed."""


def s9e_to_html(source: str) -> str:
    """Return the HTML of a post as version 3.2 and later keep it: XML. What is none is shown as plain text."""
    if "<!" in source:  # No post has declarations, and none are read.
        return html.escape(plain(source)).replace("\n", "<br>")
    try:
        root = etree.fromstring(source, _PARSER)
    except etree.XMLSyntaxError:
        return html.escape(plain(source)).replace("\n", "<br>")
    return _inner(root, 0)


def _inner(element: Any, depth: int) -> str:
    parts = [html.escape(element.text or "", quote=False)]
    for child in element:
        if depth < DEPTH_MAX and isinstance(child.tag, str):
            parts.append(_element(child, depth + 1))
        tail = child.tail or ""
        parts.append(html.escape(tail.lstrip("\n") if child.tag == "br" else tail, quote=False))
    return "".join(parts)


def _element(element: Any, depth: int) -> str:
    name = element.tag
    if name in _ENDS:
        return ""
    make = _ELEMENTS.get(name)
    return make(element, _inner(element, depth)) if make else _inner(element, depth)


def _anchor(element: Any, inner: str) -> str:
    return f'<a href="{html.escape(element.get("url") or "")}">{inner}</a>'


def _shortened(element: Any, inner: str) -> str:
    return html.escape(element.get("text") or "", quote=False) or inner


def _list(element: Any, inner: str) -> str:
    kind = "ol" if element.get("type") and element.get("type") not in ("disc", "circle", "square") else "ul"
    return f"<{kind}>{inner}</{kind}>"


def _video(element: Any, _inner_html: str) -> str:
    address = html.escape(f"https://www.youtube.com/watch?v={element.get('id') or ''}")
    return f'<a href="{address}">{address}</a>'


def _wrapped(name: str) -> Any:
    return lambda _element, inner: f"<{name}>{inner}</{name}>"


_ELEMENTS: Final[dict[str, Any]] = {
    **{name.upper(): _wrapped(tag) for name, tag in _PLAIN.items()},
    "br": lambda _element, _inner: "<br>",
    "p": _wrapped("p"),
    "LI": _wrapped("li"),
    "LIST": _list,
    "QUOTE": lambda element, inner: f"{_quote(element.get('author') or '')}{inner}</blockquote>",
    "CODE": lambda _element, inner: f"<pre><code>{inner.strip(chr(10))}</code></pre>",
    "URL": _anchor,
    "LINK_TEXT": _shortened,
    "IMG": lambda element, _inner: f'<img src="{html.escape(element.get("src") or "")}" alt="">',
    "ATTACHMENT": lambda element, _inner: f"📎 {html.escape(element.get('filename') or '')}",
    "FLASH": _anchor,
    "YOUTUBE": _video,
}
