"""The answers of a gap as an author types them, one a line: ``=50% words | English words # remark | English remark``.

``=`` marks the right option of a menu. A weight is needed only where a line earns neither all nor nothing. A number is
written ``3.14``, ``3.14 ± 0.01``, ``3.14 ± 2%`` or ``1..5``. Before ``|`` and ``#`` that belong to the words stands a
backslash.
"""

import re
from decimal import Decimal

from core.faces import Faces
from study.enums import QuestionKind
from study.quiz.kinds import FULL, Option

_REMARK = re.compile(r"(?<!\\)#")
_FACES = re.compile(r"(?<!\\)\|")
_MEANT = re.compile(r"\\([#|])")
_SIGN = re.compile(r"[#|]")
_WEIGHT = re.compile(r"(-?\d{1,3}(?:\.\d)?)\s*[%％](?=\s)\s*")
_SIGN_FIRST = re.compile(r"\\*=")
"""Words that begin like the mark of a right option, or like such words with a backslash before."""
_KEPT_SIGN = re.compile(r"\\+=")
_WIDTH = re.compile(r"\s*(?:±|\+/?-)\s*")


def read_answers(kind: QuestionKind, typed: str) -> tuple[Option, ...]:
    """Return the options of a gap from what was typed."""
    lines = (line.strip() for line in typed.splitlines())
    return tuple(_option(kind, line) for line in lines if line)


def _option(kind: QuestionKind, line: str) -> Option:
    words, remark = [*_REMARK.split(line, maxsplit=1), ""][:2]
    words, fraction = _weighed(kind, words.strip())
    feedback = _faces(remark)
    if kind is QuestionKind.SINGLE_CHOICE:
        return Option(fraction=fraction, text=_faces(words), feedback=feedback)
    if kind is QuestionKind.NUMERICAL:
        pattern, width = [*_WIDTH.split(words, maxsplit=1), ""][:2]
        return Option(fraction=fraction, pattern=pattern.strip(), tolerance=width.strip(), feedback=feedback)
    return Option(fraction=fraction, pattern=_MEANT.sub(r"\1", words), feedback=feedback)


def _weighed(kind: QuestionKind, words: str) -> tuple[str, int]:
    is_menu = kind is QuestionKind.SINGLE_CHOICE
    fraction = 0 if is_menu else FULL
    if is_menu and words.startswith("="):
        words, fraction = words[1:].lstrip(), FULL
    if found := _WEIGHT.match(words):
        words, fraction = words[found.end() :], max(-FULL, min(FULL, int(Decimal(found[1]) * 10)))
    return words[1:] if _KEPT_SIGN.match(words) else words, fraction


def _faces(words: str) -> Faces:
    zh, *rest = (_MEANT.sub(r"\1", part.strip()) for part in _FACES.split(words, maxsplit=1))
    return Faces(zh=zh, en=rest[0] if rest else "")


def write_answers(kind: QuestionKind, options: tuple[Option, ...]) -> str:
    """Return the options of a gap as an author would type them."""
    return "\n".join(_line(kind, option) for option in options)


def _line(kind: QuestionKind, option: Option) -> str:
    is_menu = kind is QuestionKind.SINGLE_CHOICE
    words = _said(option.text) if is_menu else _meant(option.pattern)
    if option.tolerance:
        words += f" ± {option.tolerance}"
    looks_weighed = bool(_WEIGHT.match(words))
    if _SIGN_FIRST.match(words):
        words = f"\\{words}"
    if looks_weighed or option.fraction not in ((0, FULL) if is_menu else (FULL,)):
        words = f"{Decimal(option.fraction) / 10:f}% {words}"
    elif is_menu and option.fraction == FULL:
        words = f"={words}"
    return f"{words} # {_said(option.feedback)}" if option.feedback else words


def _meant(words: str) -> str:
    return _SIGN.sub(r"\\\g<0>", " ".join(words.split()))


def _said(faces: Faces) -> str:
    zh, en = _meant(faces.zh), _meant(faces.en)
    return f"{zh} | {en}" if en else zh
