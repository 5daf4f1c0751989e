"""Reads lists of trivia: ``#Q`` question, ``^`` the right answer in words, then options ``A`` to ``D``, one a line."""

import re

from core.i18n import _l
from study.enums import QuestionKind
from study.quiz.formats.items import Choice, Item, ItemFault, Parsed, Refused
from study.quiz.formats.texts import Text

MARK = "#Q "
_OPTION = re.compile(r"^([A-Z])\s+(.*)$")


def looks_like(data: bytes) -> bool:
    """Tell whether a file begins with a question of this kind."""
    return data.lstrip(b"\xef\xbb\xbf\r\n ").startswith(MARK.encode())


def decode(data: bytes) -> str:
    """Return the text: such lists were put together by many, so each line may have an encoding of its own."""
    return "\n".join(_line(line) for line in data.lstrip(b"\xef\xbb\xbf\r\n ").splitlines())


def _line(line: bytes) -> str:
    for encoding in ("utf-8", "cp1252"):
        try:
            return line.decode(encoding)
        except UnicodeDecodeError:
            continue
    return line.decode("latin-1")


def parse(data: bytes) -> Parsed:
    """Read a whole file."""
    parsed = Parsed()
    skipped = data[: len(data) - len(data.lstrip(b"\xef\xbb\xbf\r\n "))].count(b"\n")
    for number, (at, block) in enumerate(_blocks(decode(data)), start=1):
        line = at + skipped
        try:
            parsed.items.append(_item(block, number, line))
        except ItemFault as fault:
            parsed.refused.append(Refused(number=number, line=line, error=str(fault)))
    return parsed


def _blocks(text: str) -> list[tuple[int, list[str]]]:
    found: list[tuple[int, list[str]]] = []
    for line, words in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), start=1):
        if words.startswith("#Q"):
            found.append((line, [words[2:].strip()]))
        elif found and words.strip():
            found[-1][1].append(words.strip())
    return found


def _item(block: list[str], number: int, line: int) -> Item:
    answer = next((words[1:].strip() for words in block if words.startswith("^")), "")
    place = next((at for at, words in enumerate(block) if words.startswith("^")), len(block))
    options = [found[2].strip() for words in block[place + 1 :] if (found := _OPTION.match(words))]
    text = "\n".join(block[:place]).strip()
    if not text:
        raise ItemFault(_l("The question has no text."))
    if not answer:
        raise ItemFault(_l("The answer is missing."))
    if len(options) < 2:
        raise ItemFault(_l("A choice needs at least two answers."))
    right = [at for at, words in enumerate(options) if words == answer]
    if not right:
        raise ItemFault(_l("The answer “%(answer)s” is none of the options."), answer=answer[:40])
    return Item(
        number=number,
        line=line,
        kind=QuestionKind.SINGLE_CHOICE,
        text=Text(text),
        options=tuple(
            Choice(text=Text(words), fraction=1000 if at == right[0] else 0) for at, words in enumerate(options)
        ),
    )
