"""Writes GIFT that reads back as the same questions; what GIFT has no place for is left out."""

import re
from collections.abc import Callable, Iterable
from types import MappingProxyType

from core.faces import Faces
from study.enums import QuestionKind
from study.quiz.figures import percent
from study.quiz.formats.entries import Entry, middle, refuse_kind
from study.quiz.kinds import FULL, Option

_SIGNS = re.compile(r"[\\:#={}~]")
_SPACES = re.compile(r"\s+")


def write(entries: Iterable[Entry]) -> bytes:
    """Return a whole file.

    Raises:
        ItemFault: GIFT has no questions of this kind.
    """
    blocks, folder = [], ""
    for entry in entries:
        if entry.folder != folder:
            folder = entry.folder
            blocks.append(f"$CATEGORY: {_escape(folder) or 'top'}")
        blocks.append(_block(entry))
    return ("\n\n".join(blocks) + "\n").encode()


def _block(entry: Entry) -> str:
    marks = [f"[id:{_bracket(entry.key)}]"] if entry.key else []
    marks += [f"[tag:{_bracket(tag)}]" for tag in entry.tags]
    marks.append(f"[lang:{entry.language}]")
    if entry.level:
        marks.append(f"[level:{entry.level.value}]")
    name = f"::{_escape(_SPACES.sub(' ', entry.name))}::" if entry.name else ""
    return f"// {' '.join(marks)}\n{name}[markdown]{_text(entry, entry.content.text)}{_braces(entry)}"


def _bracket(text: str) -> str:
    return _SPACES.sub(" ", text).replace("]", "\\]")


def _escape(text: str) -> str:
    return _SIGNS.sub(r"\\\g<0>", text).replace("\n", "\\n")


def _text(entry: Entry, faces: Faces) -> str:
    return _escape(entry.dress(faces))


def _braces(entry: Entry) -> str:
    kind = entry.content.kind
    if kind is QuestionKind.DESCRIPTION:
        return ""
    if kind not in _WRITERS:
        raise refuse_kind(kind)
    general = _text(entry, entry.content.feedback)
    inside = _WRITERS[kind](entry)
    return f" {{{inside} ####{general}}}" if general else f" {{{inside}}}"


def _remark(entry: Entry, option: Option) -> str:
    # A blank before the next sign: two remarks in a row would look like the mark of the general one.
    return f"#{_text(entry, option.feedback)} " if option.feedback else " "


def _weight(fraction: int) -> str:
    return f"%{percent(fraction)}%"


def _single(entry: Entry) -> str:
    found, is_first = "", True
    for option in entry.content.options:
        sign = "~" if not option.fraction else f"~{_weight(option.fraction)}"
        if option.fraction == FULL and is_first:
            sign, is_first = "=", False
        text = _text(entry, option.text)
        found += f"{sign}{_said(option.fraction, text) if len(sign) == 1 else text}{_remark(entry, option)}"
    return found.rstrip(" ")


def _said(fraction: int, text: str) -> str:
    """Return a text with its weight before it where it would itself be read as one."""
    return f"{_weight(fraction)}{text}" if text.lstrip().startswith("%") else text


def _weighed(fraction: int, usual: int, text: str) -> str:
    return _said(fraction, text) if fraction == usual else f"{_weight(fraction)}{text}"


def _several(entry: Entry) -> str:
    return "".join(
        f"~{_weighed(option.fraction, 0, _text(entry, option.text))}{_remark(entry, option)}"
        for option in entry.content.options
    ).rstrip(" ")


def _truth(entry: Entry) -> str:
    true, false = entry.content.options
    is_true = true.fraction > 0
    right, wrong = (true, false) if is_true else (false, true)
    remarks = [_text(entry, option.feedback) for option in (wrong, right)]
    said = "T" if is_true else "F"
    return f"{said}#{remarks[0]} #{remarks[1]}" if any(remarks) else said


def _short(entry: Entry) -> str:
    found = ""
    for option in entry.content.options:
        found += f"={_weighed(option.fraction, FULL, _escape(option.pattern))}{_remark(entry, option)}"
    return found.rstrip(" ")


def _number(entry: Entry) -> str:
    found = "#"
    for option in entry.content.options:
        weight = "" if option.fraction == FULL else _weight(option.fraction)
        value, width = middle(option)
        around = f":{width}" if width != "0" else ""
        found += f"={weight}{value}{around}{_remark(entry, option)}"
    return found.rstrip(" ")


def _pairs(entry: Entry) -> str:
    return "".join(
        f"={_text(entry, option.text)} -> {_text(entry, option.partner)} " for option in entry.content.options
    ).rstrip(" ")


_WRITERS: MappingProxyType[QuestionKind, Callable[[Entry], str]] = MappingProxyType(
    {
        QuestionKind.SINGLE_CHOICE: _single,
        QuestionKind.MULTIPLE_CHOICE: _several,
        QuestionKind.TRUE_FALSE: _truth,
        QuestionKind.SHORT_ANSWER: _short,
        QuestionKind.NUMERICAL: _number,
        QuestionKind.MATCHING: _pairs,
        QuestionKind.ESSAY: lambda _entry: "",
    }
)
