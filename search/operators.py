"""The small language of the search box: what of a text is an operator, and what is plain words.

``"exact phrase"``, ``-without``, ``author:``, ``board:``, ``course:``, ``kind:``, ``before:``, ``after:`` and ``OR``
between two words or phrases. Nothing is an error: what is not whole, or names what there is not, is plain words.
"""

import re
from dataclasses import dataclass, field
from datetime import date

from search.analysis import HAN

FIELDS = {
    "author": ("author", "作者"),
    "board": ("board", "版块"),
    "course": ("course", "课程"),
    "kind": ("kind", "类型"),
    "before": ("before", "早于"),
    "after": ("after", "晚于"),
}
"""Each field with its names in both languages."""

KINDS = {
    "post": ("post", "帖子", "回帖"),
    "thread": ("thread", "主题"),
    "course": ("course", "课程"),
    "lesson": ("lesson", "课"),
    "material": ("material", "file", "文件", "资料"),
    "note": ("note", "笔记"),
    "question": ("question", "题目", "试题"),
    "member": ("member", "成员"),
    "branch": ("branch", "支部", "组织"),
}
"""Each kind with its names in both languages."""

SENTENCE_WORDS = 3
"""With more words beside it quotation marks belong to a sentence: they tell what matters, not what must be there."""

VALUE_MAX = 120

_FIELD_OF = {name: key for key, names in FIELDS.items() for name in names}
_KIND_OF = {name: key for key, names in KINDS.items() for name in names}

_TOKEN = re.compile(r'([-－]?)["“”]([^"“”]+)["“”]|[^\s"“”]+|["“”]')
_UNWANTED = re.compile(r"[-－]([^\s-].*)")
_FIELD = re.compile(rf"({'|'.join(_FIELD_OF)})[:：](.*)", re.IGNORECASE)
_DATE = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?")
_WORD = re.compile(rf"[{HAN}]+|[^\W_{HAN}]+")
_EITHER = frozenset({"OR", "|", "||"})


@dataclass
class Operators:
    """A text taken apart."""

    plain: str = ""
    exact: list[str] = field(default_factory=list)
    stressed: list[str] = field(default_factory=list)
    """Quoted inside a sentence."""
    unwanted: list[str] = field(default_factory=list)
    either: list[list[tuple[str, bool]]] = field(default_factory=list)
    """Of each group one is enough; each with whether it is a phrase."""
    filters: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class _Token:
    text: str
    quoted: bool = False
    unwanted: bool = False
    glued: bool = False
    """Touches a word: such quotation marks are those of a sentence."""


def _tokens(text: str) -> list[_Token]:
    found = []
    for match in _TOKEN.finditer(text):
        before, after = text[: match.start()][-1:], text[match.end() :][:1]
        touches = bool(before.strip()) or bool(_WORD.match(after))
        if match[2] is None:
            sign = None if before.strip() else _UNWANTED.fullmatch(match[0])
            found.append(_Token(sign[1] if sign else match[0], unwanted=sign is not None, glued=touches))
        else:
            found.append(_Token(match[2], quoted=True, unwanted=bool(match[1]) and not before.strip(), glued=touches))
    return found


def read_date(text: str) -> str:
    """Return a day, month or year as its first day, ``2026-05-01``; an empty string when it is none."""
    match = _DATE.fullmatch(text)
    try:
        return date(int(match[1]), int(match[2] or 1), int(match[3] or 1)).isoformat() if match else ""
    except ValueError:
        return ""


def _filter(name: str, value: str) -> tuple[str, str] | None:
    key, value = _FIELD_OF[name.lower()], value.strip()[:VALUE_MAX]
    if key == "kind":
        value = _KIND_OF.get(value.lower(), "")
    elif key in ("before", "after"):
        value = read_date(value)
    return (key, value) if value else None


def take_apart(text: str) -> Operators:
    """Tell operators from plain words."""
    found, tokens = Operators(), _tokens(text)
    kept: list[_Token] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        named = None if token.quoted or token.unwanted else _FIELD.fullmatch(token.text)
        # author:"Li Si": the value is the token that follows.
        follows = named is not None and not named[2] and at + 1 < len(tokens) and tokens[at + 1].quoted
        taken = _filter(named[1], tokens[at + 1].text if follows else named[2]) if named else None
        if taken:
            found.filters.append(taken)
            at += 1 + follows
            continue
        kept.append(token)
        at += 1
    _sort(kept, found)
    return found


def _is_operand(token: _Token) -> bool:
    return not token.unwanted and token.text not in _EITHER and bool(_WORD.search(token.text))


def _sort(tokens: list[_Token], found: Operators) -> None:
    is_sentence = sum(len(_WORD.findall(token.text)) for token in tokens if not token.quoted) > SENTENCE_WORDS
    plain: list[str] = []
    at = 0
    while at < len(tokens):
        group = _group(tokens, at)
        token = tokens[at]
        if len(group) > 1:
            found.either.append([(one.text, one.quoted) for one in group])
            at += len(group) * 2 - 1
            continue
        at += 1
        if token.unwanted:
            found.unwanted.append(token.text)
        elif token.quoted and not (token.glued or is_sentence):
            found.exact.append(token.text)
        else:
            plain.append(token.text)
            if token.quoted:
                found.stressed.append(token.text)
    found.plain = " ".join(plain)


def _group(tokens: list[_Token], at: int) -> list[_Token]:
    """Return what stands in a row with OR between, from one place on."""
    group: list[_Token] = []
    while at < len(tokens) and _is_operand(tokens[at]):
        group.append(tokens[at])
        if at + 2 >= len(tokens) or tokens[at + 1].text not in _EITHER or not _is_operand(tokens[at + 2]):
            break
        at += 2
    return group
