"""Reads Aiken, the simplest format: a question, its options as ``A. …`` or ``A) …``, and a line ``ANSWER: B``.

https://docs.moodle.org/en/Aiken_format. Chinese signs are understood too: ``Ａ、``, ``答案：Ｂ``.
"""

import re
import unicodedata
from dataclasses import dataclass, field

from core.i18n import _l
from study.enums import QuestionKind
from study.quiz.formats.items import Choice, Item, ItemFault, NoQuestions, Parsed, Refused, decode
from study.quiz.formats.texts import Text

_CHOICE = re.compile(r"([A-ZＡ-Ｚ])\s?[).、）．]\s*(.*)")
_ANSWER = re.compile(r"(?:ANSWER|答案|正确答案)\s*[:：]\s*(.*)", re.IGNORECASE)
_BEGINS = re.compile(r"[A-ZＡ-Ｚ]\s?[).、）．]", re.IGNORECASE)
_ENDS = re.compile(r"(?:ANSWER|答案|正确答案)[ \t]*+[:：]", re.IGNORECASE)
LEAST_CHOICES = 2


@dataclass
class Draft:
    """A question as far as it was read."""

    line: int
    words: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    choices: list[str] = field(default_factory=list)
    is_cut: bool = False
    """A blank line follows, so that the next words begin a question of their own."""


class Reader:
    """Takes line after line; each question ends with its answer, or with a fault where the next one begins."""

    def __init__(self) -> None:
        self.parsed = Parsed()
        self._draft: Draft | None = None
        self._number = 0

    def take(self, line: int, words: str) -> None:
        """Read a line."""
        if not words:
            if self._draft:
                self._draft.is_cut = True
        elif found := _ANSWER.fullmatch(words):
            self._close(line, found[1])
        elif found := _CHOICE.fullmatch(words):
            draft = self._draft or self._open(line)
            draft.labels.append(unicodedata.normalize("NFKC", found[1]))
            draft.choices.append(found[2].strip())
        else:
            self._take_words(line, words)

    def _open(self, line: int) -> Draft:
        self._number += 1
        self._draft = Draft(line=line)
        return self._draft

    def _take_words(self, line: int, words: str) -> None:
        if self._draft and (self._draft.choices or self._draft.is_cut):
            self.end()
        (self._draft or self._open(line)).words.append(words)

    def _close(self, line: int, answer: str) -> None:
        draft = self._draft or self._open(line)
        try:
            self.parsed.items.append(_item(draft, self._number, answer))
        except ItemFault as fault:
            self._refuse(draft, fault)
        self._draft = None

    def _refuse(self, draft: Draft, fault: ItemFault) -> None:
        self.parsed.refused.append(Refused(number=self._number, line=draft.line, error=str(fault)))

    def end(self) -> None:
        """Refuse the question that has no answer so far."""
        if self._draft:
            self._refuse(self._draft, ItemFault(_l("No line “ANSWER: …” ends this question.")))
        self._draft = None


def parse(data: bytes) -> Parsed:
    """Read a whole file.

    Raises:
        NotUtf8: it is written in another encoding.
        NoQuestions: it holds none.
    """
    reader = Reader()
    for line, words in enumerate(decode(data).split("\n"), start=1):
        reader.take(line, words.strip())
    reader.end()
    if not reader.parsed.items and not reader.parsed.refused:
        raise NoQuestions
    return reader.parsed


def looks_like(text: str) -> bool:
    """Tell whether options with letters are followed by an answer."""
    lines = (line.lstrip(" \t") for line in text.split("\n"))
    # The second looks only at the lines that the first has left.
    return any(map(_BEGINS.match, lines)) and any(map(_ENDS.match, lines))


def _item(draft: Draft, number: int, answer: str) -> Item:
    if not draft.words:
        raise ItemFault(_l("The question has no text."))
    if len(draft.choices) < LEAST_CHOICES:
        raise ItemFault(_l("A choice needs at least two answers."))
    if draft.labels != [chr(ord("A") + place) for place in range(len(draft.labels))]:
        raise ItemFault(_l("The answers are not named A, B, C and so on in this order, each on one line."))
    if not all(draft.choices):
        raise ItemFault(_l("One of the answers is empty."))
    right = unicodedata.normalize("NFKC", answer).strip().rstrip(".)").upper()
    if len(right) != 1:
        raise ItemFault(_l("“ANSWER: %(answer)s” does not name one letter."), answer=answer[:40])
    if right not in draft.labels:
        raise ItemFault(_l("The answer names option %(letter)s, which the question does not have."), letter=right)
    return Item(
        number=number,
        line=draft.line,
        kind=QuestionKind.SINGLE_CHOICE,
        text=Text("\n".join(draft.words)),
        options=tuple(
            Choice(text=Text(words), fraction=1000 if label == right else 0)
            for label, words in zip(draft.labels, draft.choices, strict=True)
        ),
    )
