"""The text of a mail as a post: quotations stay quotations, lines run on, addresses stay back."""

import re
from itertools import groupby
from typing import Final

from forum.importing.markup import text_to_markdown

ADDRESS: Final = re.compile(
    r"(?:<|\(|\bmailto:)?[\w.+%-]{1,64}(?:@| at | \(at\) )[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}(?:>|\))?"
)
HIDDEN_ADDRESS: Final = "[…]"
_MARKS: Final = re.compile(r"^(?:>[ ]?)+")
_SIGNATURE: Final = re.compile(r"^-- ?$", re.MULTILINE)
_STRUCTURE: Final = re.compile(
    r"^\s*(?:[-*+•#|]|\d{1,3}[.)、]|[（(]?[一二三四五六七八九十]{1,3}[)）、])|^\s{2,}|\t|\s{3,}"
)
_WRAPPED: Final = range(50, 100)
_DEPTH_MAX: Final = 8


def mail_to_markdown(source: str) -> str:
    """Return the Markdown of a mail's text, with ``>`` before what it quotes."""
    parts = []
    for depth, lines in groupby(map(_line, without_addresses(source).split("\n")), key=lambda line: line[0]):
        text = text_to_markdown(_run_on([words for _depth, words in lines]))
        if text:
            marks = "> " * depth
            parts.append("\n".join(f"{marks}{line}".rstrip() for line in text.split("\n")))
    return "\n\n".join(parts)


def without_addresses(text: str) -> str:
    """Return the text with every mail address taken out."""
    return ADDRESS.sub(HIDDEN_ADDRESS, text) if "@" in text or " at " in text or "(at)" in text else text


def without_signature(text: str) -> str:
    """Return the text up to the line that begins a signature."""
    found = _SIGNATURE.search(text)
    return text[: found.start()] if found and text[: found.start()].strip() else text


def flowed(text: str, *, drop_space: bool) -> str:
    """Return a text of format "flowed" with each paragraph on one line; quotations end with their depth."""
    out: list[str] = []
    open_depth: int | None = None
    for raw in text.split("\n"):
        depth, line = _line(raw)
        line = line if depth else line.removeprefix(" ")
        soft = line.endswith(" ") and line != "-- "
        shown = line[:-1] if soft and drop_space else line
        if open_depth == depth and out:
            out[-1] += shown
        else:
            out.append(">" * depth + " " * bool(depth) + shown)
        open_depth = depth if soft else None
    return "\n".join(out)


def _line(raw: str) -> tuple[int, str]:
    found = _MARKS.match(raw)
    if not found:
        return 0, raw
    return min(found[0].count(">"), _DEPTH_MAX), raw[found.end() :]


def _run_on(lines: list[str]) -> str:
    """Join lines that a mail program broke at some seventy signs, so that they fit any screen."""
    out: list[str] = []
    broken = False
    for line in lines:
        if broken and line.strip() and not _STRUCTURE.search(line):
            joint = "" if ord(out[-1][-1]) > 0x2E7F or ord(line[0]) > 0x2E7F else " "
            out[-1] += joint + line.strip()
        else:
            out.append(line.rstrip())
        width = sum(2 if ord(sign) > 0x2E7F else 1 for sign in line.rstrip())
        broken = width in _WRAPPED and not _STRUCTURE.search(line)
    return "\n".join(out)
