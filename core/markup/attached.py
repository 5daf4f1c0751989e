"""Pictures and files that belong to a text: shown with their sizes, so that a page does not jump while it loads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from markdown_it.rules_core import StateCore
from markdown_it.token import Token

FIGURE_PARTS: Final = 3
"""Tokens of a paragraph that holds one picture and nothing else: a link, the picture, the link's end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """What a text shows of one file. ``thumbnail`` is empty for what is no picture."""

    kind: str
    """Its type in a word, such as PDF."""
    kilobytes: int
    """Its size; 0 for a file that is not there, of which ``kind`` says so."""
    alt: str = ""
    """What the picture shows, for a text that does not say so itself."""
    thumbnail: str = ""
    plays: bool = False
    """Whether it is a recording, which the text plays."""
    width: int = 0
    height: int = 0
    """Of the thumbnail, in pixels."""

    @property
    def words(self) -> str:
        """Type and size as they stand behind a link."""
        if not self.kilobytes:
            return self.kind
        if self.kilobytes >= 1024:
            return f"{self.kind}, {self.kilobytes / 1024:.1f} MB"
        return f"{self.kind}, {self.kilobytes} KB"


def find(state: StateCore, address: object) -> Attached | None:
    """Return the file behind an address of this text."""
    found: Attached | None = state.env.get("files", {}).get(str(address))
    return found


def picture(token: Token, attached: Attached, *, linked: bool) -> Iterator[Token]:
    """Show a picture's thumbnail, which leads to the picture itself unless it stands in a link already."""
    address = str(token.attrGet("src"))
    sizes: dict[str, Any] = {"width": attached.width, "height": attached.height, "data-kb": attached.kilobytes}
    token.attrs = {"src": attached.thumbnail, **sizes}
    if not (token.content or "").strip():
        token.children = [Token("text", "", 0, content=attached.alt)]
    if linked:
        yield token
        return
    yield Token("link_open", "a", 1, attrs={"class": "pic", "href": address})
    yield token
    yield Token("link_close", "a", -1)


def sound(token: Token, attached: Attached) -> Iterator[Token]:
    """Play a recording, with its name as a link beside the player: for those who cannot hear, and to take it along."""
    # Without the marks that were typed, as signs that a backslash keeps from being any.
    said = "".join([" " if child.type.endswith("break") else child.content for child in token.children or ()])
    address, words = str(token.attrGet("src")), said.strip() or attached.alt
    yield Token("sound", "audio", 0, attrs={"src": address, "title": words})
    yield Token("text", "", 0, content=" ")
    yield Token("link_open", "a", 1, attrs={"class": "file", "href": address})
    yield Token("text", "", 0, content=words)
    yield Token("link_close", "a", -1)
    yield Token("text", "", 0, content=f" ({attached.words})")


def mark_figures(state: StateCore) -> None:
    """Turn paragraphs that hold one picture and nothing else into figures."""
    tokens = state.tokens
    for index, token in enumerate(tokens):
        children = token.children if token.type == "inline" else None
        if (
            children
            and len(children) == FIGURE_PARTS
            and children[0].attrGet("class") == "pic"
            and tokens[index - 1].type == "paragraph_open"
            and not tokens[index - 1].hidden
        ):
            tokens[index - 1].tag = tokens[index + 1].tag = "figure"
