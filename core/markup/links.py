"""Which addresses a text may link to, and where a bare one ends."""

from __future__ import annotations

import re
from typing import Final

REL: Final = "nofollow noopener ugc"

_WEB: Final = re.compile(r"https?://[^/?#\\]", re.IGNORECASE)
_MAIL: Final = re.compile(r"mailto:[^\s@]+@[^\s@]+", re.IGNORECASE)
# Browsers drop white space and controls inside an address and read \ as /, so neither may be there.
_SLY: Final = re.compile(r"[\x00-\x20\x7f-\xa0\\\u2028\u2029]")
_BEFORE_PATH: Final = re.compile(r"[^/?#]*")

# What ends a bare link although it is no white space: quotes, brackets and the punctuation of Chinese and Japanese.
_STOP: Final = r"\s<>\"'`|{}\\^“”‘’…—·～，。、；：！？（）《》〈〉「」『』【】〔〕〖〗［］｛｝＂＇￥"
_HOST: Final = r"[A-Za-z0-9._-]+"
# A host in other letters must begin with one and hold a dot, else words written right after an address would join it.
_WORD_HOST: Final = rf"[^\x00-\x7f{_STOP}][^{_STOP}/?#:.]*(?:\.[^{_STOP}/?#:.]+)+"
_REST: Final = rf"(?::\d{{1,5}})?(?:[/?#][^{_STOP}]*)?"
BARE: Final = re.compile(rf"(?:{_HOST}|\[[0-9A-Fa-f:.]{{2,45}}\]|{_WORD_HOST}){_REST}")
_TRAILING: Final = "?!.,:;*_~'\"&"


def is_allowed(address: str) -> bool:
    """Tell whether an address may be linked to: web, mail, or a place on this site."""
    if _SLY.search(address) or address.startswith("//"):
        return False
    if ":" in (_BEFORE_PATH.match(address) or [""])[0]:
        return bool(_WEB.match(address) or _MAIL.fullmatch(address))
    return True


def is_own(address: str) -> bool:
    """Tell whether an address leads to a place on this site."""
    return is_allowed(address) and ":" not in (_BEFORE_PATH.match(address) or [""])[0]


def bare_length(text: str, start: int) -> int:
    """Return how many characters of the address after ``://`` belong to a bare link; 0 when there is none."""
    found = BARE.match(text, start)
    return len(trimmed(found[0])) if found else 0


def trimmed(address: str) -> str:
    """Return a bare link without the punctuation that belongs to the sentence around it."""
    closing = {")": address.count(")") - address.count("("), "]": address.count("]") - address.count("[")}
    end = len(address)
    while end:
        last = address[end - 1]
        if closing.get(last, 0) > 0:
            closing[last] -= 1
        elif last not in _TRAILING:
            break
        end -= 1
    return address[:end]
