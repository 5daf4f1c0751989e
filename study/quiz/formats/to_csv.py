"""Writes a table that reads back as the same questions; what a row has no place for is left out."""

import csv
import io
from collections.abc import Iterable, Sequence
from string import ascii_uppercase

from core.i18n import _l, current_locale
from study.enums import QuestionKind
from study.quiz.formats.entries import Entry, middle, refuse_kind
from study.quiz.formats.items import ItemFault
from study.quiz.formats.tables import GUARDED
from study.quiz.kinds import FULL, Option

COLUMNS_LEAST = 4
HEADINGS = {
    "zh": ("题型", "名称", "题目", "答案", "解析", "文件夹", "标签", "难度", "语言", "格式"),
    "en": ("Type", "Name", "Question", "Answer", "Explanation", "Folder", "Tags", "Level", "Language", "Format"),
}
PICKED = frozenset({QuestionKind.SINGLE_CHOICE, QuestionKind.MULTIPLE_CHOICE})
LISTED = PICKED | {QuestionKind.ORDERING, QuestionKind.MATCHING}


def write(entries: Iterable[Entry]) -> bytes:
    """Return a whole file, in UTF-8 with the mark that spreadsheets look for.

    Raises:
        ItemFault: a table has no questions of this kind.
    """
    found = list(entries)
    width = max([COLUMNS_LEAST, *(len(e.content.options) for e in found if e.content.kind in LISTED)])
    names = HEADINGS["en" if current_locale() == "en" else "zh"]
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([*names[:3], *ascii_uppercase[:width], *names[3:]])
    for entry in found:
        writer.writerow([guard(cell) for cell in _row(entry, width)])
    return out.getvalue().encode("utf-8-sig")


def guard(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith((*GUARDED, "'")) else cell


def _row(entry: Entry, width: int) -> Sequence[str]:
    content = entry.content
    if content.kind is QuestionKind.CLOZE:
        raise refuse_kind(content.kind)
    cells = [_cell(entry, option) for option in content.options] if content.kind in LISTED else []
    return [
        content.kind.value,
        entry.name,
        entry.dress(content.text),
        *cells,
        *([""] * (width - len(cells))),
        _answer(entry),
        entry.dress(content.feedback),
        entry.folder,
        ", ".join(entry.tags),
        entry.level.value if entry.level else "",
        entry.language,
        "markdown",
    ]


def _cell(entry: Entry, option: Option) -> str:
    words, partner = entry.dress(option.text), entry.dress(option.partner)
    if "=>" in partner:
        raise ItemFault(_l("“%(text)s” holds the sign that parts pairs in a table."), text=partner[:40])
    return f"{words} => {partner}" if partner else words


def _answer(entry: Entry) -> str:
    content = entry.content
    if content.kind in PICKED:
        return "".join(letter for letter, o in zip(ascii_uppercase, content.options, strict=False) if o.fraction > 0)
    if content.kind is QuestionKind.TRUE_FALSE:
        return "true" if content.options[0].fraction > 0 else "false"
    if content.kind is QuestionKind.SHORT_ANSWER:
        return " | ".join(option.pattern for option in content.options if option.fraction == FULL)
    if content.kind is QuestionKind.NUMERICAL:
        pairs = (middle(option) for option in content.options if option.fraction == FULL)
        return " | ".join(f"{value}±{around}" if around != "0" else value for value, around in pairs)
    return ascii_uppercase[: len(content.options)] if content.kind is QuestionKind.ORDERING else ""
