"""Marks that stand on lines of their own: ``:::`` boxes and ``$$`` formulas.

``:::spoiler`` and ``:::check`` open when they are asked to; ``:::note`` and ``:::warning`` stand out. Each also has its
Chinese names, and what follows the name is its title. ``:::question`` is one line: it names a question that is asked
there.
"""

from __future__ import annotations

import re
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_block.state_block import StateBlock

from core.markup.formulas import BLOCK_MAX

TITLE_MAX: Final = 120
LINES_MAX: Final = 60
BOXES: Final = {
    **dict.fromkeys(("spoiler", "剧透", "劇透"), "spoiler"),
    **dict.fromkeys(("check", "自测", "自測", "想一想"), "check"),
    **dict.fromkeys(("note", "提示"), "note"),
    **dict.fromkeys(("warning", "注意"), "warning"),
}
"""What is written after the colons → the kind of box."""
_OPENING: Final = re.compile(rf":::+[ \t]*({'|'.join(BOXES)})(?:[ \t:：]+(.{{0,{TITLE_MAX}}}).*)?", re.IGNORECASE)
TAGS: Final = {"spoiler": "details", "check": "details", "note": "div", "warning": "div"}
_ASKED: Final = re.compile(r":::+[ \t]*(?:question|题目|題目)[ \t:：]+(\S.{0,199})", re.IGNORECASE)
_ASKED_LINE: Final = re.compile(rf"^[ ]{{0,3}}{_ASKED.pattern}$", re.IGNORECASE | re.MULTILINE)
_CLOSING: Final = re.compile(r":::+[ \t]*")
_FENCE: Final = ("```", "~~~")


def install(md: MarkdownIt) -> None:
    """Add the boxes to a parser."""
    ends: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}
    md.block.ruler.before("fence", "box", box, ends)
    md.block.ruler.before("fence", "formula", formula, ends)
    md.block.ruler.before("fence", "asked", asked, ends)


def asked_names(source: str) -> list[str]:
    """Return what the lines of a text that ask questions name; too many rather than too few."""
    return [found.strip() for found in _ASKED_LINE.findall(source)] if ":::" in source else []


def asked(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Read the line that names a question, in texts that may ask; a closing line right below belongs to it."""
    is_box = state.src.startswith(":::", state.bMarks[start] + state.tShift[start])
    if not is_box or "asks" not in state.env or state.is_code_block(start):
        return False
    found = _ASKED.fullmatch(_line(state, start).rstrip())
    if not found:
        return False
    if not silent:
        token = state.push("asked", "div", 0)
        token.content, token.map = found[1].strip(), [start, start + 1]
        is_closed = start + 1 < end and _CLOSING.fullmatch(_line(state, start + 1))
        state.line = start + (2 if is_closed else 1)
    return True


def _line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]]


def box(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Read a box; without its closing line it goes on to the end."""
    if not state.src.startswith(":::", state.bMarks[start] + state.tShift[start]) or state.is_code_block(start):
        return False
    found = _OPENING.fullmatch(_line(state, start))
    if not found:
        return False
    if silent:
        return True
    last = _end_of_box(state, start, end)
    kind = BOXES[found[1].lower()]
    opening = state.push(f"{kind}_open", TAGS[kind], 1)
    opening.info, opening.map = (found[2] or "").strip(), [start, last]
    kept, state.lineMax = state.lineMax, last
    kept_parent, state.parentType = state.parentType, "blockquote"
    state.md.block.tokenize(state, start + 1, last)
    state.lineMax, state.parentType = kept, kept_parent
    state.push(f"{kind}_close", TAGS[kind], -1)
    state.line = min(last + 1, end)
    return True


def _end_of_box(state: StateBlock, start: int, end: int) -> int:
    depth, fence = 1, ""
    for number in range(start + 1, end):
        if state.sCount[number] < state.blkIndent:
            return number
        line = _line(state, number)
        if line.startswith(_FENCE):
            fence = "" if fence and line.startswith(fence) else fence or line[:3]
        elif not fence and line.startswith(":::"):
            depth += 1 if _OPENING.fullmatch(line) else -1 if _CLOSING.fullmatch(line) else 0
            if not depth:
                return number
    return end


def formula(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Read a formula between two pairs of dollar signs, on one line or on several without an empty one."""
    if not state.src.startswith("$$", state.bMarks[start] + state.tShift[start]) or state.is_code_block(start):
        return False
    lines = [_line(state, start)[2:]]
    number = start
    while not lines[-1].rstrip().endswith("$$"):
        number += 1
        if number >= min(end, start + LINES_MAX) or state.isEmpty(number) or state.sCount[number] < state.blkIndent:
            return False
        lines.append(_line(state, number))
    source = "\n".join(lines).rstrip()[:-2].strip()
    if not source or "$$" in source or len(source) > BLOCK_MAX:
        return False
    if not silent:
        token = state.push("formula_block", "math", 0)
        token.content, token.map = source, [start, number + 1]
        state.line = number + 1
    return True
