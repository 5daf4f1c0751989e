"""Reads GIFT, Moodle's plain-text question format: https://docs.moodle.org/en/GIFT_format, all kinds of questions.

A file is cut into blocks at blank lines; each block is one question, faults stay inside their block. Escaped signs are
swapped for private characters first, so that every later step may look for bare signs only.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from core.i18n import _l
from study.enums import Difficulty, QuestionKind
from study.quiz.formats.gift_answers import ESCAPED, LINE_BREAK, Answers, parse_answers, unescape
from study.quiz.formats.items import Item, ItemFault, NoQuestions, Parsed, Refused, decode
from study.quiz.formats.texts import EMPTY, Text, TextFormat

_ESCAPE = re.compile(r"\\([\\:#={}~n])")
_CATEGORY = re.compile(r"\$CATEGORY:(.*)")
_ID = re.compile(r"\[id:((?:\\\]|[^\]])+)\]")
_TAG = re.compile(r"\[tag:((?:\\\]|[^\]])+)\]")
_LANGUAGE = re.compile(r"\[lang:(zh|en)\]")
_LEVEL = re.compile(rf"\[level:({'|'.join(Difficulty)})\]")
_NAME = re.compile(r"::(.*?)::", re.DOTALL)
_FORMAT = re.compile(r"\s*\[(html|moodle|plain|markdown)\]")
BLANK = "_____"
FAR = 500
"""Lines after a blank one in which the end of braces or code is looked for."""


@dataclass
class Block:
    """Lines between two blank lines, without comments."""

    line: int = 0
    lines: list[str] = field(default_factory=list)
    external_id: str = ""
    tags: list[str] = field(default_factory=list)
    language: str = ""
    level: Difficulty | None = None

    @property
    def text(self) -> str:
        """The block in one piece."""
        return "\n".join(self.lines)

    def add(self, number: int, line: str) -> None:
        """Take in a line; comments give their id and tags only."""
        bare = line.strip()
        if bare.startswith("//"):
            if found := _ID.search(bare):
                self.external_id = found[1].replace("\\]", "]").strip()
            self.tags += [tag.replace("\\]", "]").strip() for tag in _TAG.findall(bare)]
            if found := _LANGUAGE.search(bare):
                self.language = found[1]
            if found := _LEVEL.search(bare):
                self.level = Difficulty(found[1])
            return
        if not self.lines:
            self.line = number
        self.lines.append(line)


def parse(data: bytes) -> Parsed:
    """Read a whole file.

    Raises:
        NotUtf8: it is written in another encoding.
        NoQuestions: it holds none.
    """
    text = decode(data)
    parsed = Parsed()
    category, number = "", 0
    for block in _blocks(text):
        while block.lines and (found := _CATEGORY.match(block.lines[0].strip())):
            category = unescape(found[1]).strip()
            del block.lines[0]
            block.line += 1
        if not block.text.strip():
            continue
        number += 1
        try:
            parsed.items.append(_item(block, number, category))
        except ItemFault as fault:
            parsed.refused.append(Refused(number=number, line=block.line, error=str(fault)))
    if not number:
        raise NoQuestions
    return parsed


def _protect(text: str) -> str:
    return _ESCAPE.sub(lambda found: LINE_BREAK if found[1] == "n" else ESCAPED[found[1]], text)


def _blocks(text: str) -> Iterator[Block]:
    """Cut at blank lines, but not within braces or ``<pre>`` when nothing else begins before their end."""
    lines = [_protect(line) for line in text.split("\n")]
    block = Block()
    for number, line in enumerate(lines, start=1):
        if line.strip():
            block.add(number, line)
        elif block.lines and (_goes_on(block, lines, number) or _is_in_code(block, lines, number)):
            block.lines.append("")
        else:
            if block.lines:
                yield block
            block = Block()
    if block.lines:
        yield block


def _goes_on(block: Block, lines: list[str], at: int) -> bool:
    text = block.text
    if text.count("{") <= text.count("}"):
        return False
    for line in islice(lines, at, at + FAR):
        for sign in line if not line.strip().startswith("//") else "":
            if sign in "{}":
                return sign == "}"
    return False


def _is_in_code(block: Block, lines: list[str], at: int) -> bool:
    """Tell whether a blank line stands inside ``<pre>``: code has such lines, and the answers come after it."""
    text = block.text.lower()
    if text.count("<pre") <= text.count("</pre"):
        return False
    for line in islice(lines, at, at + FAR):
        if line.lstrip().startswith("::") or "<pre" in line.lower():
            return False
        if "</pre" in line.lower():
            return True
    return False


def _item(block: Block, number: int, category: str) -> Item:
    """Read one question.

    Raises:
        ItemFault: it breaks the grammar.
    """
    name, text = _named(block.text)
    before, inside, after = _braces(text)
    fmt = TextFormat.MOODLE
    if found := _FORMAT.match(before):
        fmt = TextFormat(found[1])
        before = before[found.end() :]
    stem = before.strip() + (f" {BLANK}{_gap(after)}{after.strip()}" if after.strip() else "")
    question = Text(clean(stem, fmt), fmt)
    if not question:
        raise ItemFault(_l("The question has no text."))
    found_answers = Answers(kind=QuestionKind.DESCRIPTION) if inside is None else parse_answers(inside, fmt)
    return Item(
        number=number,
        line=block.line,
        kind=found_answers.kind,
        name=name,
        text=question,
        options=tuple(found_answers.options),
        numbers=tuple(found_answers.numbers),
        pairs=tuple(found_answers.pairs),
        feedback=found_answers.feedback or EMPTY,
        category=category,
        external_id=block.external_id,
        tags=tuple(block.tags),
        language=block.language,
        level=block.level,
    )


def _named(text: str) -> tuple[str, str]:
    text = text.strip()
    if not text.startswith("::"):
        return "", text
    found = _NAME.match(text)
    if found is None:
        raise ItemFault(_l("The name begins with :: but does not end with ::."))
    return clean(found[1], TextFormat.PLAIN), text[found.end() :]


def _braces(text: str) -> tuple[str, str | None, str]:
    """Return what stands before, within and after the braces; within is None where there are none."""
    opening, closing = text.find("{"), text.find("}")
    if opening < 0 and closing < 0:
        return text, None, ""
    if opening < 0 or 0 <= closing < opening:
        raise ItemFault(_l("There is a } without a { before it. Write \\} for the sign itself."))
    if closing < 0:
        raise ItemFault(_l("The answers begin with { but do not end with }."))
    before, inside, after = text[:opening], text[opening + 1 : closing], text[closing + 1 :]
    if "{" in inside or "{" in after or "}" in after:
        raise ItemFault(
            _l("There is more than one { or }. Leave a blank line between questions, write \\{ and \\} for the signs.")
        )
    return before, inside, after


def _gap(after: str) -> str:
    return "" if after.strip()[:1] in ".,;:!?。，；：！？、)）" else " "


def clean(text: str, fmt: TextFormat) -> str:
    """Return a text without the layout of the file: line ends count only where the format lets them."""
    if fmt in (TextFormat.MOODLE, TextFormat.PLAIN):
        text = re.sub(r"[ \t]*\n[ \t]*", " ", text)
    return unescape(text.strip())
