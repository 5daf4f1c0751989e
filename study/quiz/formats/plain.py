"""Reads questions as people type them: numbered, options A. B. C. D., then 答案 and 解析.

``1. 支部几天内答复？（ B ）``, options each on a line or all on one, ``答案：B``, ``解析：…``. The answer may stand in
brackets at the end of the question too, or in a list at the end of the text: ``参考答案：1-5 ABCDA``. Headings such
as ``一、单选题`` say the kind of what follows; where each part counts anew, the list names its parts as well.
"""

import re
import unicodedata

from core.i18n import _l
from study.enums import QuestionKind
from study.quiz.formats import trivia
from study.quiz.formats.grids import decode
from study.quiz.formats.items import Choice, Item, ItemFault, NoQuestions, Parsed, Refused
from study.quiz.formats.plain_lines import Draft, Reader
from study.quiz.formats.table_answers import (
    FALSE_WORDS,
    TRUE_WORDS,
    accepted_of,
    fold,
    options_of,
    right_of,
    truth_of,
)
from study.quiz.formats.texts import Text

_BRACKETS = re.compile(r"[（(]\s*+([A-Za-z]{1,8}+|[√×✓✗对错]|正确|错误)\s*+[）)]\s*+[。.？?]?\s*+$")
_LOOKS = re.compile(r"(?:第\s*+)?\d{1,4}\s*+[.．、)）](?!\d)")
_ANSWERED = re.compile(r"[【\[（(]?\s*+(?:参考|正确|标准)?答案|answer\s*+[:：]", re.IGNORECASE)
_BLANKS = re.compile(r"[^\S\n]{2,}")
_HALF = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
"""Letters and digits in full width, which name questions and options as those in half width do."""
_GAP = re.compile(r"_{2,}|＿{2,}|（\s+）|\(\s{2,}\)")


def looks_like(text: str) -> bool:
    """Tell whether numbered questions are followed by answers."""
    if text.startswith(trivia.MARK):
        return True
    # Line by line: a pattern that steps over blanks at the start of any line is slow on many empty ones.
    lines = [line.strip() for line in _cut(text)]
    return any(map(_LOOKS.match, lines)) and any(map(_ANSWERED.match, lines))


def _cut(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def parse(data: bytes) -> Parsed:
    """Read a whole text.

    Raises:
        NotText, NoQuestions: see there.
    """
    if trivia.looks_like(data):
        return trivia.parse(data)
    return parse_lines(_cut(decode(data)))


def parse_lines(lines: list[str]) -> Parsed:
    """Read the lines of a text or document.

    Raises:
        NoQuestions: there are none.
    """
    reader, parsed = Reader(), Parsed()
    for line, words in enumerate(lines, start=1):
        if words.strip():
            reader.take(line, _squeezed(words.translate(_HALF).strip()))
    reader.settle()
    for number, draft in enumerate(reader.drafts, start=1):
        try:
            parsed.items.append(_item(draft, number))
        except ItemFault as fault:
            parsed.refused.append(Refused(number=number, line=draft.line, error=str(fault)))
    if not reader.drafts:
        raise NoQuestions
    return parsed


def _squeezed(words: str) -> str:
    """Return a line with one blank for many, so that no pattern steps over them again and again."""

    def blank(found: re.Match[str]) -> str:
        # Two between brackets are a gap to be filled.
        return "  " if words.endswith("(", 0, found.start()) and words.startswith(")", found.end()) else " "

    return _BLANKS.sub(blank, words)


def _item(draft: Draft, number: int) -> Item:
    words, answer = "\n".join(draft.words), " ".join(draft.answers)
    if not answer and (found := _BRACKETS.search(words)):
        answer = found[1]
        words = f"{words[: found.start()]}（）{words[found.end() :]}".strip()
    if not words:
        raise ItemFault(_l("The question has no text."))
    choices = {letter: "\n".join(filter(None, lines)) for letter, lines in draft.options}
    kind = _kind(draft, choices, answer)
    if kind is not QuestionKind.ESSAY and not answer:
        raise ItemFault(_l("The answer is missing."))
    return Item(
        number=number,
        line=draft.line,
        kind=kind,
        text=Text(words),
        options=tuple(_options(kind, choices, answer)),
        feedback=Text("\n".join(draft.reason)),
    )


def _kind(draft: Draft, choices: dict[str, str], answer: str) -> QuestionKind:
    if choices:
        if draft.kind in (QuestionKind.SINGLE_CHOICE, QuestionKind.MULTIPLE_CHOICE):
            return draft.kind
        several = bool(answer) and len(right_of(answer, choices)) > 1
        return QuestionKind.MULTIPLE_CHOICE if several else QuestionKind.SINGLE_CHOICE
    if draft.kind in (QuestionKind.SHORT_ANSWER, QuestionKind.ESSAY, QuestionKind.TRUE_FALSE):
        return draft.kind
    if fold(answer) in TRUE_WORDS | FALSE_WORDS:
        return QuestionKind.TRUE_FALSE
    if draft.kind in (QuestionKind.SINGLE_CHOICE, QuestionKind.MULTIPLE_CHOICE):
        raise ItemFault(_l("A choice needs at least two answers."))
    has_gap = _GAP.search("\n".join(draft.words)) is not None
    return QuestionKind.SHORT_ANSWER if has_gap or (answer and len(answer) <= SHORT) else QuestionKind.ESSAY


SHORT = 30
"""Characters up to which an answer without options is typed and compared."""


def _options(kind: QuestionKind, choices: dict[str, str], answer: str) -> list[Choice]:
    if kind in (QuestionKind.SINGLE_CHOICE, QuestionKind.MULTIPLE_CHOICE):
        return options_of(kind, choices, right_of(unicodedata.normalize("NFKC", answer).rstrip(".。 "), choices))
    if kind is QuestionKind.TRUE_FALSE:
        return truth_of(answer.strip("。. "), choices)
    return accepted_of(answer) if kind is QuestionKind.SHORT_ANSWER else []
