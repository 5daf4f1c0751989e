"""Reads questions from a table: one row a question, columns recognised by their headings in Chinese or English."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from core.i18n import _l
from study.enums import QuestionKind
from study.quiz.formats.items import (
    Choice,
    ColumnsUnknown,
    FileRefused,
    Item,
    ItemFault,
    NoQuestions,
    Parsed,
    Refused,
)
from study.quiz.formats.texts import Text
from study.quiz.marking import shares_for

HEADINGS: dict[str, frozenset[str]] = {
    "text": frozenset({"question", "questiontext", "stem", "题目", "问题", "题干", "试题", "试题内容", "题目内容"}),
    "answer": frozenset(
        {"answer", "answers", "correct", "correctanswer", "rightanswer", "key"}
        | {"答案", "正确答案", "参考答案", "标准答案"}
    ),
    "feedback": frozenset({"explanation", "feedback", "rationale", "analysis", "解析", "答案解析", "试题解析", "解释"}),
    "kind": frozenset({"type", "kind", "questiontype", "题型", "类型", "题目类型", "试题类型"}),
    "name": frozenset({"name", "title", "名称", "题目名称"}),
}
_OPTION = re.compile(r"(?:选项|option|choice)?([a-z])(?:选项)?")
_NUMBERED = re.compile(r"(?:选项|option|choice|答案选项)(\d{1,2})")
_BETWEEN = re.compile(r"[\s,;/|、.和&]+")
_ACCEPTED = re.compile(r"\s*[|;；]\s*")
_LABEL = re.compile(r"^([A-Za-z])\s*[.、:：)）．]\s*")
HEADING_ROWS = 10
TRUE_WORDS = frozenset(["true", "t", "对", "正确", "是", "√", "✓", "✔", "v", "yes", "y", "1", "right"])
FALSE_WORDS = frozenset(
    {"false", "f", "错", "错误", "否", "不对", "不正确", "×", "✗", "✘", "x", "no", "n", "0", "wrong"}
)
KIND_WORDS: tuple[tuple[str, QuestionKind], ...] = (
    ("单选", QuestionKind.SINGLE_CHOICE),
    ("单项", QuestionKind.SINGLE_CHOICE),
    ("single", QuestionKind.SINGLE_CHOICE),
    ("不定项", QuestionKind.MULTIPLE_CHOICE),
    ("多选", QuestionKind.MULTIPLE_CHOICE),
    ("多项", QuestionKind.MULTIPLE_CHOICE),
    ("multiple", QuestionKind.MULTIPLE_CHOICE),
    ("several", QuestionKind.MULTIPLE_CHOICE),
    ("判断", QuestionKind.TRUE_FALSE),
    ("是非", QuestionKind.TRUE_FALSE),
    ("true", QuestionKind.TRUE_FALSE),
    ("tf", QuestionKind.TRUE_FALSE),
    ("填空", QuestionKind.SHORT_ANSWER),
    ("short", QuestionKind.SHORT_ANSWER),
    ("简答", QuestionKind.ESSAY),
    ("问答", QuestionKind.ESSAY),
    ("论述", QuestionKind.ESSAY),
    ("essay", QuestionKind.ESSAY),
    ("数值", QuestionKind.NUMERICAL),
    ("numer", QuestionKind.NUMERICAL),
    ("匹配", QuestionKind.MATCHING),
    ("连线", QuestionKind.MATCHING),
    ("match", QuestionKind.MATCHING),
    ("排序", QuestionKind.ORDERING),
    ("order", QuestionKind.ORDERING),
)


class NotText(FileRefused):
    """Neither UTF-8 nor GB 18030."""

    message = _l("The file is not text in UTF-8 or GB 18030. Save the table as CSV and send it again.")


@dataclass
class Columns:
    """Where what stands in a row."""

    text: int = -1
    answer: int = -1
    feedback: int = -1
    kind: int = -1
    name: int = -1
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


def decode(data: bytes) -> str:
    """Return the text of a table, from UTF-8, UTF-16 with its mark, or GB 18030.

    Raises:
        NotText: it is none of these.
    """
    encodings = ("utf-16",) if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise NotText


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


def looks_like(text: str) -> bool:
    """Tell whether one of the first rows names the columns."""
    return any(find_columns(row) for mark in ",\t;" for _line, row in _head(text, mark))


def _head(text: str, mark: str) -> list[tuple[int, list[str]]]:
    found = []
    for numbered in _rows(text, mark):
        found.append(numbered)
        if len(found) == HEADING_ROWS:
            break
    return found


# The reader gives up a whole file over one cell of more than 128 KiB; we refuse the one question, by its line.
csv.field_size_limit(2**31 - 1)


def _rows(text: str, mark: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    line = 1
    try:
        for row in reader:
            yield line, row
            line = reader.line_num + 1
    except csv.Error as error:
        raise FileRefused(str(error)) from error


def parse(data: bytes) -> Parsed:
    """Read a whole file.

    Raises:
        NotText, ColumnsUnknown, NoQuestions: see there.
    """
    text = decode(data)
    for mark in ",\t;":
        for place, (_line, row) in enumerate(_head(text, mark)):
            if columns := find_columns(row):
                return parse_rows(list(_rows(text, mark))[place + 1 :], columns)
    raise NoQuestions if not text.strip() else ColumnsUnknown


def parse_rows(rows: Sequence[tuple[int, Sequence[str]]], columns: Columns) -> Parsed:
    """Read the rows below the headings; each comes with the line it begins on.

    Raises:
        NoQuestions: there are none.
    """
    parsed = Parsed()
    number = 0
    for line, row in rows:
        if not any(cell.strip() for cell in row):
            continue
        number += 1
        try:
            parsed.items.append(_item(row, columns, number, line))
        except ItemFault as fault:
            parsed.refused.append(Refused(number=number, line=line, error=str(fault)))
    if not number:
        raise NoQuestions
    return parsed


def _item(row: Sequence[str], columns: Columns, number: int, line: int) -> Item:
    text, answer = columns.cell(row, "text"), columns.cell(row, "answer")
    if not text:
        raise ItemFault(_l("The question has no text."))
    choices = columns.choices(row)
    kind = _kind(columns.cell(row, "kind"), choices, answer)
    options: list[Choice] = []
    if kind in (QuestionKind.SINGLE_CHOICE, QuestionKind.MULTIPLE_CHOICE):
        options = _options(kind, choices, _right(answer, choices))
    elif kind is QuestionKind.TRUE_FALSE:
        options = _true_false(answer, choices)
    elif kind is QuestionKind.SHORT_ANSWER:
        options = _accepted(answer)
    return Item(
        number=number,
        line=line,
        kind=kind,
        name=columns.cell(row, "name"),
        text=Text(text),
        options=tuple(options),
        feedback=Text(columns.cell(row, "feedback")),
    )


def _fold(words: str) -> str:
    return unicodedata.normalize("NFKC", words).strip().casefold()


def _kind(said: str, choices: dict[str, str], answer: str) -> QuestionKind:
    folded = _fold(said)
    for word, kind in KIND_WORDS:
        if word in folded:
            return kind
    if folded and not any(word in folded for word in ("选择", "choice", "客观")):
        raise ItemFault(_l("The kind of question “%(kind)s” is not known."), kind=said[:40])
    if choices:
        several = len(_right(answer, choices)) > 1
        return QuestionKind.MULTIPLE_CHOICE if several else QuestionKind.SINGLE_CHOICE
    return QuestionKind.TRUE_FALSE if _fold(answer) in TRUE_WORDS | FALSE_WORDS else QuestionKind.SHORT_ANSWER


def _right(answer: str, choices: dict[str, str]) -> set[str]:
    """Return the letters of the right options: the answer names letters, or repeats an option."""
    if not answer:
        raise ItemFault(_l("The answer is missing."))
    same = {letter for letter, words in choices.items() if _fold(words) == _fold(answer)}
    letters = _BETWEEN.sub("", unicodedata.normalize("NFKC", answer)).upper()
    if letters and all(letter in choices for letter in letters):
        return set(letters)
    if same:
        return same
    if letters and all("A" <= letter <= "Z" for letter in letters) and len(letters) <= len(choices) + 2:
        missing = next(letter for letter in letters if letter not in choices)
        raise ItemFault(_l("The answer names option %(letter)s, which the row does not have."), letter=missing)
    raise ItemFault(_l("The answer “%(answer)s” is none of the options."), answer=answer[:40])


def _options(kind: QuestionKind, choices: dict[str, str], right: set[str]) -> list[Choice]:
    if len(choices) < 2:
        raise ItemFault(_l("A choice needs at least two answers."))
    if kind is QuestionKind.SINGLE_CHOICE and len(right) > 1:
        raise ItemFault(_l("A question with one answer names several right ones."))
    letters = sorted(choices)
    if kind is QuestionKind.SINGLE_CHOICE:
        fractions = [1000 if letter in right else 0 for letter in letters]
    else:
        fractions = shares_for([letter in right for letter in letters])
    return [
        Choice(text=Text(choices[letter]), fraction=fraction)
        for letter, fraction in zip(letters, fractions, strict=True)
    ]


def _true_false(answer: str, choices: dict[str, str]) -> list[Choice]:
    said = _fold(choices.get(_fold(answer).upper(), answer))
    if said not in TRUE_WORDS | FALSE_WORDS:
        raise ItemFault(_l("The answer “%(answer)s” says neither true nor false."), answer=answer[:40])
    is_true = said in TRUE_WORDS
    return [
        Choice(text=Text("true"), fraction=1000 if is_true else 0),
        Choice(text=Text("false"), fraction=0 if is_true else 1000),
    ]


def _accepted(answer: str) -> list[Choice]:
    accepted = [words for words in _ACCEPTED.split(answer) if words]
    if not accepted:
        raise ItemFault(_l("The answer is missing."))
    # In a table the star is a star, not a wildcard.
    return [Choice(text=Text(words.replace("*", "\\*")), fraction=1000) for words in accepted]
