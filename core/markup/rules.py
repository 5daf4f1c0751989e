"""Rules that work on the parsed text: bare links, mentions, headings, pictures, tasks, quotes, anchors."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final
from urllib.parse import quote

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import image, link
from markdown_it.rules_inline.state_inline import StateInline
from markdown_it.token import Token

from core.markup import attached, links
from core.markup.mentions import AT, MENTIONS_MAX, named_at, names_at

HEADING_MAX: Final = 6
_SCHEME: Final = re.compile(r"(?<![A-Za-z0-9.+-])https?$", re.IGNORECASE)
_SCHEME_LENGTH: Final = 5
_WWW_OR_MAIL: Final = re.compile(
    r"(?<![\w.+/@-])(?:(?P<www>www\.(?=[A-Za-z0-9]))|(?P<mail>[A-Za-z0-9][A-Za-z0-9._+-]{0,63}@[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}\.)+[A-Za-z]{2,24}(?![A-Za-z0-9-])))"
)
_TASK: Final = re.compile(r"\[([ xX])\][ \t]+")


def install(md: MarkdownIt) -> None:
    """Add every rule to a parser."""
    md.inline.ruler.at("linkify", bare_link)
    md.inline.ruler.at("link", _if_closed(link))
    md.inline.ruler.at("image", _if_closed(image))
    # Before text_join, so that an escaped \@ is still apart from the name that follows.
    md.core.ruler.before("text_join", "xuetan_inline", inline_rules)
    md.core.ruler.push("xuetan_blocks", block_rules)


def _if_closed(rule: Callable[[StateInline, bool], bool]) -> Callable[[StateInline, bool], bool]:
    """Spare a rule the search for the end of a label where no bracket closes: thousands would take a second."""

    def look(state: StateInline, silent: bool) -> bool:
        return state.src[state.pos] in "[!" and state.src.find("]", state.pos) >= 0 and rule(state, silent)

    return look


def bare_link(state: StateInline, silent: bool) -> bool:
    """Link an address that stands in the text, up to where the sentence goes on."""
    pos = state.pos
    if state.linkLevel or not state.src.startswith("://", pos):
        return False
    scheme = _SCHEME.search(state.src[max(0, pos - _SCHEME_LENGTH - 1) : pos])
    length = links.bare_length(state.src, pos + 3) if scheme and state.pending.endswith(scheme[0]) else 0
    if not scheme or not length:
        return False
    shown = f"{scheme[0]}://{state.src[pos + 3 : pos + 3 + length]}"
    address = state.md.normalizeLink(shown)
    if not links.is_allowed(address):
        return False
    if not silent:
        state.pending = state.pending[: -len(scheme[0])]
        for token in _link(address, shown):
            token.level = state.level
            state.push(token.type, token.tag, token.nesting)
            state.tokens[-1].attrs, state.tokens[-1].content = token.attrs, token.content
    state.pos = pos + 3 + length
    return True


def _link(address: str, shown: str, css: str = "") -> tuple[Token, Token, Token]:
    text = Token("text", "", 0, content=shown)
    attributes: dict[str, str | int | float] = {"class": css, "href": address} if css else {"href": address}
    return Token("link_open", "a", 1, attrs=attributes), text, Token("link_close", "a", -1)


def inline_rules(state: StateCore) -> None:
    """Link addresses without a scheme and members, and turn foreign pictures into links."""
    quotes = 0
    for token in state.tokens:
        quotes += token.nesting if token.tag == "blockquote" else 0
        if token.type != "inline" or not token.children:
            continue
        content = token.content
        if "@" in content or "www." in content or "![" in content or state.env.get("files"):
            token.children = list(_linked(state, token.children, quoted=quotes > 0))


def _linked(state: StateCore, children: list[Token], *, quoted: bool) -> Iterator[Token]:
    depth, behind = 0, ""
    for child in children:
        depth += child.nesting if child.type in {"link_open", "link_close"} else 0
        if child.type == "image":
            yield from _picture(state, child, depth)
        elif child.type == "text" and not depth:
            yield from _split(state, child, quoted=quoted)
        else:
            yield child
        if child.type == "link_open":
            behind = _words_behind(state, child)
        elif child.type == "link_close" and behind:
            yield Token("text", "", 0, content=f" ({behind})")


def _words_behind(state: StateCore, link: Token) -> str:
    """Say what a link to a file of this text leads to; nothing of other links."""
    found = attached.find(state, link.attrGet("href"))
    if found is None or found.thumbnail:
        return ""
    link.attrSet("class", "file")
    return found.words


def _picture(state: StateCore, token: Token, depth: int) -> Iterator[Token]:
    address = str(token.attrGet("src") or "")
    known = attached.find(state, address)
    if known and known.thumbnail:
        yield from attached.picture(token, known, linked=depth > 0)
        return
    if known and known.plays and not depth:
        yield from attached.sound(token, known)
        return
    if known and not known.kilobytes:
        yield Token("text", "", 0, content=f"{token.content} ({known.words})".lstrip())
        return
    if known:
        yield from _link(address, token.content or known.alt, "file")
        yield Token("text", "", 0, content=f" ({known.words})")
        return
    if links.is_own(address):
        yield token
        return
    words = token.content or address
    if depth:
        yield Token("text", "", 0, content=words)
    else:
        yield from _link(address, words)


def _split(state: StateCore, token: Token, *, quoted: bool) -> Iterator[Token]:
    text, done = token.content, 0
    for start, end, new in _finds(state, text, quoted=quoted):
        if start >= done:
            if start > done:
                yield Token("text", "", 0, content=text[done:start])
            yield from new
            done = end
    if done < len(text):
        token.content = text[done:]
        yield token


def _finds(state: StateCore, text: str, *, quoted: bool) -> list[tuple[int, int, tuple[Token, ...]]]:
    """List the links to make in a text as (start, end, tokens)."""
    found: list[tuple[int, int, tuple[Token, ...]]] = []
    for match in _WWW_OR_MAIL.finditer(text):
        shown = match["mail"] or "www." + text[match.end() : match.end() + links.bare_length(text, match.end())]
        if shown != "www.":
            address = f"mailto:{shown}" if match["mail"] else state.md.normalizeLink(f"http://{shown}")
            found.append((match.start(), match.start() + len(shown), _link(address, shown)))
    if state.env.get("named") or "candidates" in state.env:
        found.extend(_mentions(state, text, quoted=quoted))
        found.sort(key=lambda find: find[0])
    return found


def _mentions(state: StateCore, text: str, *, quoted: bool) -> Iterator[tuple[int, int, tuple[Token, ...]]]:
    for match in AT.finditer(text):
        if state.env.setdefault("seen", 0) >= MENTIONS_MAX:
            return
        state.env["seen"] += 1
        if "candidates" in state.env:
            state.env["candidates"].update(names_at(match[1]))
        elif found := named_at(match[1], state.env["named"]):
            name, (room, key) = found
            if not quoted:  # Who is quoted has been told by the post that is quoted.
                state.env["mentions"].append((room, key))
            end = match.start() + 1 + len(name)
            yield match.start(), end, _link(f"/{room}/{quote(key, safe='')}", f"@{name}", "mention")


def block_rules(state: StateCore) -> None:
    """Shift headings, mark quotes, tasks and number columns, and give anchors."""
    _shift_headings(state)
    _mark_tasks(state.tokens)
    if state.env.get("files"):
        attached.mark_figures(state)
    number = 0
    for token in state.tokens:
        if token.type == "footnote_block_open":
            break
        if token.tag == "blockquote" and token.nesting == 1:
            token.attrSet("class", "quote")
        elif token.tag in {"td", "th"}:
            _align(token)
        if state.env.get("anchors") and token.level == 0 and token.nesting >= 0 and token.type != "inline":
            number += 1
            token.attrSet("id", f"p{number}")


def _align(token: Token) -> None:
    """Turn the column's alignment, a style attribute, into the class of numbers or nothing."""
    style = token.attrs.pop("style", "")
    if style == "text-align:right":
        token.attrSet("class", "n")


def _shift_headings(state: StateCore) -> None:
    open_levels: list[tuple[int, int]] = []
    first = state.env.get("heading", 3)
    for token in state.tokens:
        if token.type == "heading_open":
            level = int(token.tag[1])
            while open_levels and open_levels[-1][0] >= level:
                open_levels.pop()
            new = min(open_levels[-1][1] + 1 if open_levels else first, HEADING_MAX)
            open_levels.append((level, new))
            token.tag = f"h{new}"
        elif token.type == "heading_close":
            token.tag = f"h{open_levels[-1][1]}"


def _mark_tasks(tokens: list[Token]) -> None:
    """Turn list items that begin with [ ] or [x] into labelled boxes."""
    lists: list[Token] = []
    for index, token in enumerate(tokens):
        if token.type in {"bullet_list_open", "ordered_list_open"}:
            lists.append(token)
        elif token.type in {"bullet_list_close", "ordered_list_close"}:
            lists.pop()
        elif _begins_item(tokens, index) and _make_task(token):
            tokens[index - 2].attrSet("class", "task")
            lists[-1].attrSet("class", "tasks")


def _begins_item(tokens: list[Token], index: int) -> bool:
    return index > 1 and tokens[index].type == "inline" and tokens[index - 2].type == "list_item_open"


def _make_task(inline: Token) -> bool:
    children = inline.children or []
    first = children[0] if children else None
    found = _TASK.match(first.content) if first and first.type == "text" else None
    if not first or not found:
        return False
    first.content = first.content[found.end() :]
    box = Token("task_box", "input", 0, meta={"done": found[1] != " "})
    inline.children = [Token("label_open", "label", 1), box, *children, Token("label_close", "label", -1)]
    return True
