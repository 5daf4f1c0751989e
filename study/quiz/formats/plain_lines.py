"""Takes the lines of a typed text apart: which is a question, an option, an answer, a reason, a heading."""

import re
from dataclasses import dataclass, field

from study.enums import QuestionKind
from study.quiz.formats.answer_keys import AnswerKey, answers_several, is_key
from study.quiz.formats.table_answers import KIND_WORDS, fold

_NUMBER = re.compile(r"^(?:第\s*)?(\d{1,4})\s*(?:[.．、)）]|题[.．、:：]?)(?!\d)\s*(.*)$", re.DOTALL)
_HEADING = re.compile(r"^(?:第?([一二三四五六七八九十]{1,3})(?:部分)?[、.．:：]|([IVX]{1,4})[.、])\s*+(.+)$")
HEADING_MAX = 60
_OPTION = re.compile(r"(?:^|(?<=[\s　;；]))[（(]?([A-Za-z])\s*[.．、:：)）]\s*")
_CASED = re.IGNORECASE | re.DOTALL
_ANSWER = re.compile(
    r"^[【\[（(]?\s*(?:参考答案|正确答案|标准答案|答案|answer)\s*[】\])）]?\s*[:：为是]?\s*(.*)$", _CASED
)
_REASON = re.compile(r"^[【\[（(]?\s*(?:答案解析|试题解析|解析|分析|explanation)\s*[】\])）]?\s*[:：]?\s*(.*)$", _CASED)
_NAME = re.compile(r"^[^\d:：]*+[:：]?\s*+")


@dataclass
class Draft:
    """A question as far as it was read."""

    line: int
    label: str = ""
    section: str = ""
    """The number of the heading it stands under."""
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
        self._key = AnswerKey()
        self._settled = 0
        self._section = ""
        self._kind: QuestionKind | None = None
        self._in_key = False
        self._points = -1
        """Numbered points of the explanation that is read; -1 outside of one."""

    @property
    def _open(self) -> Draft | None:
        return self.drafts[-1] if self.drafts else None

    def take(self, line: int, words: str) -> None:
        """Read a line that says something."""
        if self._in_key and self._continues_key(words):
            return
        self._in_key = False
        if found := _ANSWER.match(words):
            self._answer(found[1].strip())
        elif found := _REASON.match(words):
            self._reason(found[1].strip())
        elif self._begins_section(words):
            self._points = -1
        elif (found := _NUMBER.match(words)) and not self._is_option_line(words) and not self._is_point(found[1]):
            self._begin(line, found[1])
            self._words(found[2].strip())
        elif self._open is not None:
            self._words(words)

    def _is_option_line(self, words: str) -> bool:
        return bool(_OPTION.match(words))

    def _begin(self, line: int, label: str) -> None:
        if self._key and len(self.drafts) > self._settled:
            # What follows a list is a text of its own, as in a book with one after each chapter.
            self.settle()
        self.drafts.append(Draft(line=line, label=label, section=self._section, kind=self._kind))
        self._points = -1

    def _begins_section(self, words: str) -> bool:
        found = _HEADING.match(words)
        kind = _kind_in(found[3]) if found and len(found[3]) <= HEADING_MAX else None
        if found and kind:
            self._section, self._kind = found[1] or found[2], kind
        return bool(kind)

    def _continues_key(self, words: str) -> bool:
        """Take a line of the list of answers, perhaps after the name of its part: ``二、多选题：1. ABC``."""
        found = _HEADING.match(words)
        rest = _NAME.sub("", found[3], count=1) if found else words
        kind = _kind_in(found[3]) if found else None
        if rest and not is_key(rest):
            if not kind:
                return False
            rest = ""
        if found:
            self._section, self._kind = found[1] or found[2], kind
        self._key.take(self._section, rest)
        return True

    def _is_point(self, number: str) -> bool:
        """Tell whether a numbered line goes on with the explanation, whose points are counted from one."""
        if self._points < 0 or int(number) != self._points + 1:
            return False
        # One point makes no list; after two, the number of the next question is that.
        if self._points > 1 and self._open is not None and int(number) == int(self._open.label) + 1:
            return False
        self._points += 1
        return True

    def settle(self) -> None:
        """Give the questions since the last list what this one says."""
        asked = self.drafts[self._settled :]
        for draft, answer in zip(asked, self._key.answers([(one.section, one.label) for one in asked]), strict=True):
            if answer and not draft.answers:
                draft.answers = [answer]
        self._key, self._settled = AnswerKey(), len(self.drafts)

    def _answer(self, said: str) -> None:
        if self._open is None or answers_several(said):
            self._open_key()
            self._key.take(self._section, said)
        elif not said:
            self._open_key()
            if not self._open.answers:
                self._open.part = "answer"
        else:
            if not self._open.answers:
                self._open.part = "answer"
            self._open.answers.append(said)

    def _open_key(self) -> None:
        """Begin a list of answers: until it names a part, it speaks of all that is numbered through."""
        self._in_key, self._points = True, -1
        if len({draft.section for draft in self.drafts[self._settled :]}) > 1:
            self._section = ""

    def _reason(self, words: str) -> None:
        if self._open is None:
            return
        self._open.part, self._points = "reason", 0
        if words:
            self._open.reason.append(words)
            self._points = int((found := _NUMBER.match(words)) is not None and found[1] == "1")

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
