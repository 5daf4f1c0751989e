"""Answers as people write them in tables and texts: ＡＢＤ, 对 and 错, several words, numbers, pairs."""

import re
import unicodedata

from core.i18n import _l
from study.enums import QuestionKind
from study.quiz.formats.gift_answers import decimal
from study.quiz.formats.items import Choice, ItemFault, Number, Pair
from study.quiz.formats.texts import Text, TextFormat
from study.quiz.marking import shares_for

_BETWEEN = re.compile(r"[\s,;/|、.和&]+")
_ACCEPTED = re.compile(r"[|;；]")
_ARROW = re.compile(r"=>|->|→|——|＝＞")
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
    ("说明", QuestionKind.DESCRIPTION),
    ("description", QuestionKind.DESCRIPTION),
    ("排序", QuestionKind.ORDERING),
    ("order", QuestionKind.ORDERING),
)


def fold(words: str) -> str:
    """Return words as they are compared: width, case and blanks around them do not matter."""
    return unicodedata.normalize("NFKC", words).strip().casefold()


def kind_of_row(said: str, choices: dict[str, str], answer: str) -> QuestionKind:
    """Return the kind that a row names, or that its answer makes it.

    Raises:
        ItemFault: it names one that is not known.
    """
    folded = fold(said)
    # In English, what has one right answer is called so as well.
    is_any_choice = folded.replace("-", " ").startswith("multiple choice")
    for word, kind in KIND_WORDS:
        if word in folded and not is_any_choice:
            return kind
    if folded and not any(word in folded for word in ("选择", "choice", "客观")):
        raise ItemFault(_l("The kind of question “%(kind)s” is not known."), kind=said[:40])
    if choices:
        several = len(right_of(answer, choices)) > 1
        return QuestionKind.MULTIPLE_CHOICE if several else QuestionKind.SINGLE_CHOICE
    return QuestionKind.TRUE_FALSE if fold(answer) in TRUE_WORDS | FALSE_WORDS else QuestionKind.SHORT_ANSWER


def right_of(answer: str, choices: dict[str, str]) -> set[str]:
    """Return the letters of the right options: the answer names letters, or repeats an option."""
    if not answer:
        raise ItemFault(_l("The answer is missing."))
    same = {letter for letter, words in choices.items() if fold(words) == fold(answer)}
    letters = _BETWEEN.sub("", unicodedata.normalize("NFKC", answer)).upper()
    if letters and all(letter in choices for letter in letters):
        return set(letters)
    if same:
        return same
    if letters and all("A" <= letter <= "Z" for letter in letters) and len(letters) <= len(choices) + 2:
        missing = next(letter for letter in letters if letter not in choices)
        raise ItemFault(_l("The answer names option %(letter)s, which the row does not have."), letter=missing)
    raise ItemFault(_l("The answer “%(answer)s” is none of the options."), answer=answer[:40])


def options_of(
    kind: QuestionKind, choices: dict[str, str], right: set[str], fmt: TextFormat = TextFormat.PLAIN
) -> list[Choice]:
    """Return the options of a choice."""
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
        Choice(text=Text(choices[letter], fmt), fraction=fraction)
        for letter, fraction in zip(letters, fractions, strict=True)
    ]


def truth_of(answer: str, choices: dict[str, str]) -> list[Choice]:
    """Return true and false, the right one first told by the answer."""
    said = fold(choices.get(fold(answer).upper(), answer))
    if said not in TRUE_WORDS | FALSE_WORDS:
        raise ItemFault(_l("The answer “%(answer)s” says neither true nor false."), answer=answer[:40])
    is_true = said in TRUE_WORDS
    return [
        Choice(text=Text("true"), fraction=1000 if is_true else 0),
        Choice(text=Text("false"), fraction=0 if is_true else 1000),
    ]


def _cut(answer: str) -> list[str]:
    return [words for part in _ACCEPTED.split(answer) if (words := part.strip())]


def accepted_of(answer: str, *, as_written: bool = False) -> list[Choice]:
    """Return the accepted answers of a cell; ``as_written`` leaves stars as they are."""
    accepted = _cut(answer)
    if not accepted:
        raise ItemFault(_l("The answer is missing."))
    # In a table the star is a star, not a wildcard.
    return [Choice(text=Text(words if as_written else words.replace("*", "\\*")), fraction=1000) for words in accepted]


def numbers_of(answer: str) -> list[Number]:
    """Return the accepted numbers of a cell: ``3.14``, ``3.14±0.01``, ``1..5``, several between ``|``."""
    found = []
    for words in _cut(unicodedata.normalize("NFKC", answer)):
        if ".." in words or "~" in words:
            low, high = (decimal(part) for part in words.replace("..", "~").split("~", 1))
            value, tolerance = (low + high) / 2, abs(high - low) / 2
        else:
            number, _sign, around = words.replace("+-", "±").partition("±")
            value, tolerance = decimal(number), abs(decimal(around or "0"))
        found.append(Number(value=f"{value:f}", tolerance=f"{tolerance:f}"))
    if not found:
        raise ItemFault(_l("The answer is missing."))
    return found


def _halves(words: str) -> tuple[str, str, str]:
    """Cut a pair at its arrow. Where there are several signs, the plainest arrow is meant, and the last of them."""
    if "=>" in words:
        return words.rpartition("=>")
    return _ARROW.sub("\ue030", words, count=1).partition("\ue030")


def pairs_of(choices: dict[str, str], fmt: TextFormat) -> list[Pair]:
    """Return the pairs of a row: each option is written ``left => right``."""
    pairs = []
    for letter in sorted(choices):
        left, arrow, right = _halves(choices[letter])
        if not arrow or not right.strip():
            raise ItemFault(_l("“%(text)s” is no pair. Write it as “left => right”."), text=choices[letter][:40])
        pairs.append(Pair(left=Text(left.strip(), fmt), right=right.strip()))
    if len([pair for pair in pairs if pair.left]) < 2:
        raise ItemFault(_l("A matching question needs at least two pairs."))
    return pairs


def ordered_of(choices: dict[str, str], answer: str, fmt: TextFormat) -> list[Choice]:
    """Return the items of a row in the right order: that of the letters in the answer, or as they stand."""
    letters = list(_BETWEEN.sub("", unicodedata.normalize("NFKC", answer)).upper()) or sorted(choices)
    if sorted(letters) != sorted(choices) or len(letters) < 2:
        raise ItemFault(_l("The answer does not name every item once, such as CABD."))
    return [Choice(text=Text(choices[letter], fmt), fraction=0) for letter in letters]
