"""Reads JSON in which questions stand as objects: a text, a list of options, and which of them are right.

Programs name these parts in many ways; those that are read are listed below. What is around the questions, as lists of
quizzes with their titles, does not matter, but the titles become folders.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from core.i18n import _l
from study.enums import QuestionKind
from study.quiz.formats.items import Choice, FileRefused, Item, ItemFault, Parsed, Refused, decode
from study.quiz.formats.texts import EMPTY, Text
from study.quiz.kinds import FULL
from study.quiz.marking import shares_for

TEXTS = ("questionText", "question", "question_text", "prompt", "stem", "题目")
OPTIONS = ("answerOptions", "options", "choices", "answers", "选项")
WORDS = ("answerText", "text", "answer", "option", "value", "content")
RIGHT = ("isCorrect", "is_correct", "correct", "right", "isRight")
ANSWERS = ("correctAnswer", "correct_answer", "answer", "correct", "correctIndex", "correct_index", "答案")
REMARKS = ("explanation", "feedback", "rationale", "解析")
TITLES = ("title", "name", "category")
DEPTH_MAX = 40
TRUE, FALSE = frozenset({"true", "正确", "对"}), frozenset({"false", "错误", "错"})


class NotJson(FileRefused):
    """The file is broken, or none of this kind."""

    message = _l("The file is not whole JSON: line %(line)s cannot be read.")


class NoObjects(FileRefused):
    """JSON of another kind."""

    message = _l("The file is JSON, but nothing in it is a question with its options.")


def parse(data: bytes) -> Parsed:
    """Read a whole file.

    Raises:
        NotUtf8, NotJson, NoObjects: see there.
    """
    text = decode(data)
    try:
        tree = json.loads(text)
    except json.JSONDecodeError as error:
        raise NotJson(line=error.lineno) from error
    except (ValueError, RecursionError) as error:
        # A number of thousands of digits, or brackets in brackets without end.
        raise NotJson(line=1) from error
    parsed = Parsed()
    lines = _Lines(text)
    for number, (question, folder) in enumerate(_questions(tree), start=1):
        line = lines.next_of(_key(question, TEXTS))
        try:
            parsed.items.append(_item(question, folder, number, line))
        except ItemFault as fault:
            parsed.refused.append(Refused(number=number, line=line, error=str(fault)))
    if not parsed.items and not parsed.refused:
        raise NoObjects
    return parsed


class _Lines:
    """Finds the lines on which questions begin: JSON itself forgets them."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts: dict[str, Iterator[re.Match[str]]] = {}
        self._at: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 1))

    def next_of(self, key: str) -> int:
        """Return the line of the next question whose text has this name."""
        if key not in self._starts:
            self._starts[key] = re.finditer(rf'(?<!\\)"{re.escape(key)}"\s*:', self._text)
        found = next(self._starts[key], None)
        position, line = self._at[key]
        if found is not None:
            line += self._text.count("\n", position, found.start())
            self._at[key] = (found.start(), line)
        return line


def _questions(tree: Any, folder: str = "", depth: int = 0) -> Iterator[tuple[Mapping[str, Any], str]]:
    """Return the questions in the order of the file, each with the title of what they stand in."""
    if depth > DEPTH_MAX:
        return
    if isinstance(tree, dict):
        if _key(tree, TEXTS) and (_key(tree, OPTIONS) or _key(tree, ANSWERS)):
            yield tree, folder
            return
        title = tree.get(_key(tree, TITLES))
        inside = title.replace("/", " ") if isinstance(title, str) else ""
        for value in tree.values():
            yield from _questions(value, inside or folder, depth + 1)
    elif isinstance(tree, list):
        for value in tree:
            yield from _questions(value, folder, depth + 1)


def _key(tree: Mapping[str, Any], names: Sequence[str]) -> str:
    """Return under which of these names an object has something."""
    return next((name for name in names if name in tree), "")


def _said(value: Any) -> str:
    """Return what stands for a text, empty where nothing does."""
    if isinstance(value, dict):
        value = value.get(_key(value, WORDS), "")
    return str(value).strip() if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _item(question: Mapping[str, Any], folder: str, number: int, line: int) -> Item:
    text = _said(question[_key(question, TEXTS)])
    if not text:
        raise ItemFault(_l("The question has no text."))
    remark = _said(question.get(_key(question, REMARKS)))
    return Item(
        number=number,
        line=line,
        text=Text(text),
        category=folder,
        feedback=Text(remark) if remark else EMPTY,
        **_answers(question),
    )


def _answers(question: Mapping[str, Any]) -> dict[str, Any]:
    options = question.get(_key(question, OPTIONS))
    if not isinstance(options, list) or not options:
        raise ItemFault(_l("A choice needs at least two answers."))
    words = [_said(option) for option in options]
    if len(words) < 2:
        raise ItemFault(_l("A choice needs at least two answers."))
    if not all(words):
        raise ItemFault(_l("One of the answers is empty."))
    right = _right(question, options, words)
    if not any(right):
        raise ItemFault(_l("The question does not say which answer is right."))
    if sum(right) == 1 and len(words) == 2 and (truth := _truth(words, right)):
        return {"kind": QuestionKind.TRUE_FALSE, "options": truth}
    is_single = sum(right) == 1
    shares = [FULL * one for one in right] if is_single else shares_for(right)
    return {
        "kind": QuestionKind.SINGLE_CHOICE if is_single else QuestionKind.MULTIPLE_CHOICE,
        "options": tuple(Choice(text=Text(word), fraction=share) for word, share in zip(words, shares, strict=True)),
    }


def _right(question: Mapping[str, Any], options: Sequence[Any], words: Sequence[str]) -> list[bool]:
    """Return which options are right: each says so itself, or the question names them."""
    if all(isinstance(option, dict) and _key(option, RIGHT) for option in options):
        return [_is_true(option[_key(option, RIGHT)]) for option in options]
    named = question.get(_key(question, ANSWERS))
    several = named if isinstance(named, list) else [named]
    places = {_place(one, words) for one in several}
    return [place in places for place in range(len(words))]


def _is_true(value: Any) -> bool:
    """Tell whether an option says that it is right.

    Raises:
        ItemFault: it says neither.
    """
    said = str(value).strip().casefold()
    if said in ("true", "1", "yes"):
        return True
    if said in ("false", "0", "no", "none", ""):
        return False
    raise ItemFault(_l("An option says “%(said)s” where it should say whether it is right."), said=said[:20])


def _place(named: Any, words: Sequence[str]) -> int:
    """Return the place of an answer that is named by its words, its letter, or its place from 0.

    Raises:
        ItemFault: it is none of the options.
    """
    said = _said(named)
    if said in words:
        return words.index(said)
    if len(said) == 1 and 0 <= ord(said.upper()) - ord("A") < len(words):
        return ord(said.upper()) - ord("A")
    if isinstance(named, int) and not isinstance(named, bool) and 0 <= named < len(words):
        return named
    raise ItemFault(_l("The answer “%(answer)s” is none of the options."), answer=said[:40])


def _truth(words: Sequence[str], right: Sequence[bool]) -> tuple[Choice, ...] | None:
    """Return true and false where these are the two options."""
    folded = [word.casefold() for word in words]
    places = [next((at for at, word in enumerate(folded) if word in names), -1) for names in (TRUE, FALSE)]
    if sorted(places) != [0, 1]:
        return None
    return tuple(Choice(text=Text(words[at]), fraction=FULL * right[at]) for at in places)
