"""Marks inside a line: ``{汉字|hàn zì}`` with its reading, ``$x^2$`` as a formula, ``||words||`` that stay veiled."""

from __future__ import annotations

import re
from typing import Any, Final

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.rules_inline.state_inline import Delimiter, StateInline

from core.markup import formulas

BAR: Final = ord("|")
_HAN: Final = r"\u3005-\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_RUBY: Final = re.compile(rf"\{{([^{{}}|\n]{{0,40}}[{_HAN}][^{{}}|\n]{{0,40}})\|([^{{}}|\n]{{1,160}})\}}")
_ALL_HAN: Final = re.compile(rf"[{_HAN}]+")
# Nothing but the end of a formula may follow its last sign: "$5 and $6" has a space there, "US$5" a letter before.
_FORMULA: Final = re.compile(rf"\$(?=[^\s$])((?:[^\\$\n]|\\[^\n]){{1,{formulas.INLINE_MAX}}}?)(?<!\s)\$(?![0-9A-Za-z])")
_DISPLAY: Final = re.compile(rf"\$\$((?:[^\\$\n]|\\[^\n]){{1,{formulas.INLINE_MAX}}})\$\$")


def install(md: MarkdownIt) -> None:
    """Add the marks to a parser."""
    inline: Any = md.inline
    inline.add_terminator_char("|")
    inline.ruler.push("marks", mark)
    inline.ruler2.after("balance_pairs", "veil", close_veils)


def mark(state: StateInline, silent: bool) -> bool:
    """Read whichever of the marks begins here."""
    sign = state.src[state.pos]
    if sign == "|":
        return _veil(state, silent=silent)
    if sign == "{":
        return _ruby(state, silent=silent)
    return sign == "$" and _formula(state, silent=silent)


def _ruby(state: StateInline, *, silent: bool) -> bool:
    found = _RUBY.match(state.src, state.pos, state.posMax)
    if not found:
        return False
    if not silent:
        token = state.push("ruby", "ruby", 0)
        token.content = found[1]
        token.meta = {"pairs": _pairs(found[1], found[2].strip())}
    state.pos = found.end()
    return True


def _pairs(base: str, reading: str) -> list[tuple[str, str]]:
    """Give each character its own syllable where there are as many of one as of the other."""
    syllables = reading.split()
    if len(syllables) == len(base) and _ALL_HAN.fullmatch(base):
        return list(zip(base, syllables, strict=True))
    return [(base, reading)]


def ruby(pairs: list[tuple[str, str]]) -> str:
    """Return characters with their readings; browsers without ruby show the readings in brackets."""
    inner = [f"{escapeHtml(base)}<rp>(</rp><rt>{escapeHtml(read)}</rt><rp>)</rp>" for base, read in pairs]
    return f"<ruby>{''.join(inner)}</ruby>"


def _formula(state: StateInline, *, silent: bool) -> bool:
    pos = state.pos
    before = state.src[pos - 1] if pos else " "
    if before.isascii() and before.isalnum():
        return False
    found = _DISPLAY.match(state.src, pos, state.posMax) or _FORMULA.match(state.src, pos, state.posMax)
    if not found or not formulas.is_formula(found[1]):
        return False
    if not silent:
        state.push("formula", "math", 0).content = found[1].strip()
    state.pos = found.end()
    return True


def _veil(state: StateInline, *, silent: bool) -> bool:
    if silent:
        return False
    scanned = state.scanDelims(state.pos, canSplitWord=True)
    if scanned.length != 2:  # One bar is none, and a rule of them is no mark either.
        state.pending += "|" * scanned.length
    else:
        state.push("text", "", 0).content = "||"
        place = len(state.tokens) - 1
        state.delimiters.append(Delimiter(BAR, 0, place, -1, scanned.can_open, scanned.can_close))
    state.pos += scanned.length
    return True


def close_veils(state: StateInline) -> None:
    """Turn pairs of bars into the beginning and the end of a veil."""
    for delimiters in [state.delimiters, *[meta["delimiters"] for meta in state.tokens_meta if meta]]:
        for opening in delimiters:
            if opening.marker == BAR and opening.end != -1:
                for place, name, nesting in (
                    (opening.token, "veil_open", 1),
                    (delimiters[opening.end].token, "veil_close", -1),
                ):
                    token = state.tokens[place]
                    token.type, token.tag, token.nesting, token.content = name, "span", nesting, ""
