"""Where a click on a hit lands: at its place on the page, with the words that were found lit up.

Browsers light up the words an address names after ``:~:text=``, without any script. One that does not know it, or does
not find them, goes to the place before it.
"""

import re
from urllib.parse import quote

from core.documents import Document
from search.snippets import Snippet

BEFORE = 16
"""Characters that lead to the words, so that they are not lit up where they stand earlier on the page."""

LIT_MAX = 80
PLAYER = "#player"
"""What is said in a film stands nowhere on its page."""

_BREAK = re.compile(r"[\n\f\r]")


def _encoded(text: str) -> str:
    # A hyphen parts the words from what is before them.
    return quote(text, safe="", errors="replace").replace("-", "%2D")


def _lead(text: str, at: int) -> str:
    """Return the few characters before a place in its own line, beginning with a word."""
    before = _BREAK.split(text[max(0, at - BEFORE) : at])[-1]
    if len(before) == BEFORE and before[0].isascii():
        before = before.partition(" ")[2]
    return before.strip()


def _place(document: Document, snippet: Snippet) -> str:
    """Return the place of the hit, where the document names places, else its page."""
    if snippet.page and not document.places:
        return f"{document.url}#page-{snippet.page}"
    return document.address_at(snippet.at)


def address(document: Document, snippet: Snippet) -> str:
    """Return where the hit stands."""
    place = _place(document, snippet)
    # The snippet may begin with a hit of its own before the place.
    found = (piece.text for piece in snippet.pieces if piece.is_hit)
    words = next((text for text in found if document.text.startswith(text, max(0, snippet.at))), "")
    # The address of a post leads on to its place in the thread; what stands after # is lost on the way.
    if not words or snippet.at < 0 or document.ref.kind == "post" or place.endswith(PLAYER):
        return place
    lead = _lead(document.text, snippet.at)
    lit = (f"{_encoded(lead)}-," if lead else "") + _encoded(words[:LIT_MAX])
    return f"{place}{'' if '#' in place else '#'}:~:text={lit}"
