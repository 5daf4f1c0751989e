"""What an item of QTI 2 or 3 says about right answers."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from core.i18n import _l
from study.enums import QuestionKind
from study.quiz.formats.gift_answers import decimal
from study.quiz.formats.items import Choice, ItemFault, Number, Pair
from study.quiz.formats.qti_tree import Node
from study.quiz.formats.texts import Text, TextFormat
from study.quiz.kinds import FULL, Settings
from study.quiz.marking import shares_for

NUMBERS = frozenset({"float", "integer"})
NONE_RIGHT = _l("The question does not say which answer is right.")


@dataclass(kw_only=True)
class Declared:
    """One response and what it takes for right."""

    base: str
    is_single: bool
    correct: list[str] = field(default_factory=list)
    mapped: dict[str, Decimal] = field(default_factory=dict)
    case_counts: bool = False

    @property
    def weight(self) -> int:
        """What it counts beside others: the most it maps to, in whole numbers."""
        most = max(self.mapped.values(), default=Decimal(1))
        return int(most) if most == int(most) and most >= 1 else 1

    def weights(self, names: Sequence[str]) -> dict[str, int]:
        """Return what each choice earns, in thousandths of the mark.

        Raises:
            ItemFault: none earns anything, or one is named that is not there.
        """
        right = [name for name in self.correct if name in names]
        gains = [value for name, value in self.mapped.items() if value > 0 and name in names]
        if gains and (self.is_single or any(value < 0 for value in self.mapped.values()) or not right):
            whole = max(gains) if self.is_single else sum(gains)
            return {name: _thousandths(self.mapped.get(name, Decimal(0)) / whole) for name in names}
        if not right or (self.is_single and len(right) > 1):
            raise ItemFault(NONE_RIGHT)
        marks = [name in right for name in names]
        shares = [FULL if is_right else 0 for is_right in marks] if self.is_single else shares_for(marks)
        return dict(zip(names, shares, strict=True))


def _thousandths(share: Decimal) -> int:
    return max(-FULL, min(FULL, int((share * FULL).to_integral_value())))


def declared_in(node: Node) -> dict[str, Declared]:
    """Return the responses of an item by their names."""
    return {one.get("identifier"): _declared(one) for one in node.all("responseDeclaration")}


def _declared(node: Node) -> Declared:
    found = Declared(base=node.get("baseType"), is_single=node.get("cardinality", "single") == "single")
    for correct in node.children("correctResponse"):
        found.correct = [value.text for value in correct.all("value") if value.text]
    for entry in node.all("mapEntry"):
        found.mapped[entry.get("mapKey")] = weight(entry.get("mappedValue"))
        found.case_counts = found.case_counts or entry.get("caseSensitive") == "true"
    return found


def weight(said: str) -> Decimal:
    """Return what something earns; nothing where nothing is said.

    Raises:
        ItemFault: it is no number, or beyond all measure.
    """
    try:
        value = Decimal(said or "0")
    except InvalidOperation as error:
        raise ItemFault(_l("“%(weight)s” is not a weight."), weight=said[:12]) from error
    if not value.is_finite() or abs(value.adjusted()) > 9:
        raise ItemFault(_l("“%(weight)s” is not a weight."), weight=said[:12])
    return value


def typed(declared: Declared, node: Node) -> tuple[QuestionKind, dict[str, Any]]:
    """Return the kind of a field to type into, and what it takes."""
    if declared.base in NUMBERS:
        return QuestionKind.NUMERICAL, {"numbers": _numbers(declared, node)}
    whole = max(declared.mapped.values(), default=Decimal(1))
    if whole <= 0:
        raise ItemFault(NONE_RIGHT)
    mapped = {words: _thousandths(value / whole) for words, value in declared.mapped.items()}
    accepted = mapped or dict.fromkeys(declared.correct, FULL)
    if not accepted:
        raise ItemFault(NONE_RIGHT)
    options = tuple(Choice(text=Text(_literal(words)), fraction=share) for words, share in accepted.items())
    return QuestionKind.SHORT_ANSWER, {"options": options, "settings": Settings(case_counts=declared.case_counts)}


def _literal(words: str) -> str:
    """Return an accepted answer in which stars are stars: QTI has no signs that stand for any text."""
    return words.strip().replace("*", "\\*")


def _numbers(declared: Declared, node: Node) -> tuple[Number, ...]:
    """Return the accepted numbers: as the rules compare them, else the right one, exactly."""
    found = [number for rule in node.all("responseIf", "responseElseIf") if (number := _number(declared, rule))]
    whole = max((score for score, _number in found), default=Decimal(1))
    if found and whole > 0:
        return tuple(
            Number(value=value, tolerance=width, fraction=_thousandths(score / whole))
            for score, (value, width) in found
        )
    accepted = [(words, value) for words, value in declared.mapped.items()] or [
        (words, Decimal(1)) for words in declared.correct
    ]
    whole = max((value for _words, value in accepted), default=Decimal(0))
    if whole <= 0:
        raise ItemFault(NONE_RIGHT)
    return tuple(Number(value=f"{decimal(words):f}", fraction=_thousandths(value / whole)) for words, value in accepted)


def _number(declared: Declared, rule: Node) -> tuple[Decimal, tuple[str, str]] | None:
    """Return what a rule gives for which number, if it compares with one and a tolerance."""
    equal = rule.first("equal")
    if equal is None or equal.get("toleranceMode") not in ("absolute", "exact"):
        return None
    said = equal.first("baseValue")
    value = said.text if said is not None else next(iter(declared.correct), "")
    width = next(iter(equal.get("tolerance").split()), "0")
    score = rule.first("setOutcomeValue")
    given = score.first("baseValue") if score is not None else None
    earned = weight(given.text) if given is not None else Decimal(1)
    return earned, (f"{decimal(value):f}", f"{abs(decimal(width)):f}")


def pairs_of(correct: Sequence[str], lefts: Sequence[str], rights: Sequence[str]) -> dict[str, str]:
    """Return which right belongs to which left.

    Raises:
        ItemFault: a left has no partner, or several.
    """
    found: dict[str, str] = {}
    for value in correct:
        one, _blank, other = value.partition(" ")
        one, other = (one, other.strip()) if one in lefts else (other.strip(), one)
        if one not in lefts or other not in rights:
            raise ItemFault(_l("A right pair names something that the question does not have."))
        if one in found:
            raise ItemFault(_l("A text has several partners, which is not known here."))
        found[one] = other
    if set(found) != set(lefts):
        raise ItemFault(_l("Each text needs its partner."))
    return found


def joined(lefts: dict[str, Text], rights: dict[str, Text], pairs: dict[str, str]) -> tuple[Pair, ...]:
    """Return the pairs of a matching question; partners that belong to nothing only distract."""
    found = [Pair(left=text, right=_partner(rights[pairs[name]])) for name, text in lefts.items()]
    spare = [text for name, text in rights.items() if name not in pairs.values()]
    if len(found) < 2:
        raise ItemFault(_l("A matching question needs at least two pairs."))
    return (*found, *(Pair(left=Text(""), right=_partner(text)) for text in spare))


def _partner(text: Text) -> str | Text:
    if text.shows:
        return text
    return text.text if text.format is TextFormat.MARKDOWN else text.words()
