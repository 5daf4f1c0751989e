"""Breaks texts of Chinese and English into lines: between Chinese signs anywhere, in English between words."""

import re
from collections.abc import Callable

_PIECES = re.compile(r"\s+|[^\s\u2e80-\u9fff\uac00-\ud7af\uf900-\uffee]+|.", re.DOTALL)
NOT_FIRST = "，。、；：？！）》」』】〕…—·”’%,.;:?!)]}"
NOT_LAST = "（《「『【〔“‘([{"


def break_lines(text: str, width: float, measure: Callable[[str], float]) -> list[str]:
    """Return the lines of a text that are each at most so wide, where it can be broken at all."""
    lines, line = [], ""
    for piece in units_of(text):
        if line and measure((line + piece).rstrip()) > width:
            lines.append(line.rstrip())
            line = piece.lstrip()
        else:
            line += piece
    return [*lines, line.rstrip()] if line.strip() else lines


def units_of(text: str) -> list[str]:
    """Return what stays together: words, and signs with the marks that may not begin or end a line."""
    units: list[str] = []
    for piece in _PIECES.findall(" ".join(text.split())):
        if units and (piece[0] in NOT_FIRST or units[-1][-1] in NOT_LAST):
            units[-1] += piece
        else:
            units.append(piece)
    return units
