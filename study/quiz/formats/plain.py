"""Reads questions as people type them: numbered, options A. B. C. D., then 答案 and 解析.

``1. 支部几天内答复？（ B ）``, options each on a line or all on one, ``答案：B``, ``解析：…``. The answer may stand in
brackets at the end of the question too, or in a list at the end of the text: ``参考答案：1-5 ABCDA``. Headings such
as ``一、单选题`` say the kind of what follows.
"""

import re
import unicodedata
from dataclasses import dataclass, field

from core.i18n import _l
from study.enums import QuestionKind
from study.quiz.formats import trivia
from study.quiz.formats.grids import decode
from study.quiz.formats.items import Choice, Item, ItemFault, NoQuestions, Parsed, Refused
from study.quiz.formats.table_answers import (
    FALSE_WORDS,
    KIND_WORDS,
    TRUE_WORDS,
    accepted_of,
    fold,
    options_of,
    right_of,
    truth_of,
)
from study.quiz.formats.texts import Text

_NUMBER = re.compile(r"^(?:第\s*)?(\d{1,4})\s*(?:[.．、)）]|题[.．、:：]?)(?!\d)\s*(.*)$", re.DOTALL)
_HEADING = re.compile(r"^(?:第?[一二三四五六七八九十]{1,3}(?:部分)?[、.．:：]|[IVX]{1,4}[.、])\s*(.{1,60})$")
_OPTION = re.compile(r"(?:^|(?<=[\s　;；]))[（(]?([A-Za-z])\s*[.．、:：)）]\s*")
_CASED = re.IGNORECASE | re.DOTALL
_ANSWER = re.compile(
    r"^[【\[（(]?\s*(?:参考答案|正确答案|标准答案|答案|answer)\s*[】\])）]?\s*[:：为是]?\s*(.*)$", _CASED
)
_REASON = re.compile(r"^[【\[（(]?\s*(?:答案解析|试题解析|解析|分析|explanation)\s*[】\])）]?\s*[:：]?\s*(.*)$", _CASED)
_BRACKETS = re.compile(r"[（(]\s*+([A-Za-z]{1,8}+|[√×✓✗对错]|正确|错误)\s*+[）)]\s*+[。.？?]?\s*+$")
_LIST = re.compile(
    r"(\d{1,4})\s*+(?:[-–—~～至]\s*+(\d{1,4}))?\s*+[.．、:：)）]?\s*+"
    r"([A-Za-z]+(?:[\s,，]+[A-Za-z]+)*|[√×✓✗对错]+)"
)
_LOOKS = re.compile(r"(?:第\s*+)?\d{1,4}\s*+[.．、)）](?!\d)")
_ANSWERED = re.compile(r"[【\[（(]?\s*+(?:参考|正确|标准)?答案|answer\s*+[:：]", re.IGNORECASE)
_KEY = re.compile(
    r"^(?:\d{1,4}\s*+(?:[-–—~～至]\s*+\d{1,4})?\s*+[.．、:：)）]?\s*+[A-Za-z√×✓✗对错]{1,12}(?:[\s,，;；]++|$))+$"
)
_BLANKS = re.compile(r"[^\S\n]{2,}")
_HALF = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
"""Letters and digits in full width, which name questions and options as those in half width do."""
_GAP = re.compile(r"_{2,}|＿{2,}|（\s+）|\(\s{2,}\)")


@dataclass
class Draft:
    """A question as far as it was read."""

    line: int
    label: str = ""
    kind: QuestionKind | None = None
    words: list[str] = field(default_factory=list)
    options: list[tuple[str, list[str]]] = field(default_factory=list)
    """By letter, line by line."""
    answers: list[str] = field(default_factory=list)
    reason: list[str] = field(default_factory=list)
    part: str = "words"


class Reader:
    """Takes line after line."""

    def __init__(self) -> None:
        self.drafts: list[Draft] = []
        self.key: dict[str, str] = {}
        self._kind: QuestionKind | None = None
        self._in_key = False

    @property
    def _open(self) -> Draft | None:
        return self.drafts[-1] if self.drafts else None

    def take(self, line: int, words: str) -> None:
        """Read a line that says something."""
        if self._in_key and _KEY.match(words):
            self._take_list(words)
            return
        self._in_key = False
        if found := _ANSWER.match(words):
            self._answer(found[1].strip())
        elif found := _REASON.match(words):
            self._continue("reason", found[1].strip())
        elif (found := _HEADING.match(words)) and (kind := _kind_in(found[1])):
            self._kind = kind
        elif (found := _NUMBER.match(words)) and not self._is_option_line(words):
            self.drafts.append(Draft(line=line, label=found[1], kind=self._kind))
            self._words(found[2].strip())
        elif self._open is not None:
            self._words(words)

    def _is_option_line(self, words: str) -> bool:
        return bool(_OPTION.match(words))

    def _answer(self, said: str) -> None:
        pairs = _LIST.findall(said)
        if self._open is None or (pairs and (len(pairs) > 1 or pairs[0][1])):
            self._take_list(said)
            self._in_key = True
        elif not said:
            self._in_key = True
        else:
            if not self._open.answers:
                self._open.part = "answer"
            self._open.answers.append(said)

    def _take_list(self, said: str) -> None:
        for first, last, letters in _LIST.findall(said):
            self._list(int(first), int(last or first), letters)

    def _list(self, first: int, last: int, letters: str) -> None:
        """Take ``1-5 ABCDA``: a letter each; or ``3 ABD``: all for one."""
        marks = list(re.sub(r"[\s,，]+", "", letters))
        if last > first:
            words = re.split(r"[\s,，]+", letters)
            marks = words if len(words) == last - first + 1 else marks
            for number, mark in zip(range(first, last + 1), marks, strict=False):
                self.key[str(number)] = mark
        else:
            self.key[str(first)] = "".join(marks)

    def _continue(self, part: str, words: str) -> None:
        if self._open is not None:
            self._open.part = part
            if words:
                self._open.reason.append(words)

    def _words(self, words: str) -> None:
        draft = self._open
        if draft is None or not words:
            return
        if draft.part == "reason":
            draft.reason.append(words)
        elif draft.part == "answer":
            draft.answers.append(words)
        else:
            self._options(draft, words)

    def _options(self, draft: Draft, words: str) -> None:
        """Take a line of the question, or one with options."""
        before, *rest = _OPTION.split(words)
        letters = rest[0::2]
        if letters and self._continues(draft, letters):
            if before.strip():
                draft.words.append(before.strip())
            said = (part.strip(" \t;；\u3000") for part in rest[1::2])
            draft.options += [(letter.upper(), [part]) for letter, part in zip(letters, said, strict=True)]
        elif draft.options:
            draft.options[-1][1].append(words)
        else:
            draft.words.append(words)

    def _continues(self, draft: Draft, letters: list[str]) -> bool:
        """Tell whether letters go on where the options of a question stand: A first, then one after the other."""
        start = len(draft.options)
        wanted = [chr(ord("A") + start + place) for place in range(len(letters))]
        return [letter.upper() for letter in letters] == wanted


def _kind_in(heading: str) -> QuestionKind | None:
    folded = fold(heading)
    return next((kind for word, kind in KIND_WORDS if word in folded and not word.isascii()), None)


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
    for number, draft in enumerate(reader.drafts, start=1):
        if not draft.answers and draft.label in reader.key:
            draft.answers = [reader.key[draft.label]]
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
