"""Which column of a table holds what: told by headings in Chinese or English, or by somebody who looked."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

HEADINGS: dict[str, frozenset[str]] = {
    "text": frozenset({"question", "questiontext", "stem", "题目", "问题", "题干", "试题", "试题内容", "题目内容"}),
    "answer": frozenset(
        {"answer", "answers", "correct", "correctanswer", "rightanswer", "key"}
        | {"答案", "正确答案", "参考答案", "标准答案"}
    ),
    "feedback": frozenset({"explanation", "feedback", "rationale", "analysis", "解析", "答案解析", "试题解析", "解释"}),
    "kind": frozenset({"type", "kind", "questiontype", "题型", "类型", "题目类型", "试题类型"}),
    "name": frozenset({"name", "title", "名称", "题目名称"}),
    "folder": frozenset({"folder", "category", "chapter", "文件夹", "分类", "章节", "目录", "知识点"}),
    "tags": frozenset({"tags", "tag", "标签"}),
    "level": frozenset({"level", "difficulty", "难度", "难易度", "难易程度"}),
    "language": frozenset({"language", "语言"}),
    "format": frozenset({"format", "格式"}),
}

_OPTION = re.compile(r"(?:选项|option|choice)?([a-z])(?:选项)?")
_NUMBERED = re.compile(r"(?:选项|option|choice|答案选项)(\d{1,2})")
_LABEL = re.compile(r"^([A-Za-z])\s*[.、:：)）．]\s*")


@dataclass
class Columns:
    """Where what stands in a row."""

    text: int = -1
    answer: int = -1
    feedback: int = -1
    kind: int = -1
    name: int = -1
    folder: int = -1
    tags: int = -1
    level: int = -1
    language: int = -1
    format: int = -1
    options: dict[str, int] = field(default_factory=dict)

    def cell(self, row: Sequence[str], name: str) -> str:
        """Return the trimmed cell of a column, empty where there is none."""
        place = int(getattr(self, name))
        return row[place].strip() if 0 <= place < len(row) else ""

    def choices(self, row: Sequence[str]) -> dict[str, str]:
        """Return the options of a row that are filled, by letter."""
        cells = {letter: row[place].strip() for letter, place in self.options.items() if place < len(row)}
        return {letter: _LABEL.sub("", words, count=1) if _labelled(letter, words) else words
                for letter, words in cells.items() if words}  # fmt: skip


def _labelled(letter: str, words: str) -> bool:
    found = _LABEL.match(words)
    return found is not None and found[1].upper() == letter and len(words) > found.end()


def find_columns(row: Sequence[str]) -> Columns | None:
    """Recognise a row of headings; at least the question and the answer must be named."""
    columns = Columns()
    for place, cell in enumerate(row):
        heading = re.sub(r"[\s_\-*:()\[\]]+", "", unicodedata.normalize("NFKC", cell).casefold())
        for name, words in HEADINGS.items():
            if heading in words and getattr(columns, name) < 0:
                setattr(columns, name, place)
        if found := _OPTION.fullmatch(heading):
            columns.options.setdefault(found[1].upper(), place)
        elif (found := _NUMBERED.fullmatch(heading)) and 1 <= int(found[1]) <= 26:
            columns.options.setdefault(chr(64 + int(found[1])), place)
    return columns if columns.text >= 0 and columns.answer >= 0 else None


def roles_of(columns: Columns, width: int) -> list[str]:
    """Return what stands in each column: a name of ``HEADINGS``, the letter of an option, or nothing."""
    named = {getattr(columns, name): name for name in HEADINGS if getattr(columns, name) >= 0}
    named |= {place: letter for letter, place in columns.options.items()}
    return [named.get(place, "") for place in range(width)]


def columns_for(roles: Sequence[str]) -> Columns:
    """Return the columns that somebody named one by one; of two with the same name the first counts."""
    columns = Columns()
    for place, role in enumerate(roles):
        if role in HEADINGS and getattr(columns, role) < 0:
            setattr(columns, role, place)
        elif len(role) == 1 and "A" <= role <= "Z":
            columns.options.setdefault(role, place)
    return columns
