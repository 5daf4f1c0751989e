"""What an answer earns under a changed key: pure rules, no database, no words.

An answer names options by the keys they had in the version that was asked. The version with the new key may have them
in another order, so the options of the two are told to be the same by their words.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from core.faces import Faces
from study.enums import Certainty, KeyRule, QuestionKind
from study.quiz.kinds import CHOSEN, Answer, Option, QuestionContent, fraction_of, is_answered, kind_of
from study.quiz.marking import mark_of, with_certainty

Words = Callable[[Option], Faces]


@dataclass(frozen=True, kw_only=True)
class Change:
    """A change of a key as far as marking goes."""

    change_id: int
    rule: KeyRule
    version_ids: Collection[int]
    quiz_id: int | None = None
    """None for several, or all."""
    quiz_ids: Collection[int] | None = None
    """Those of the course it is about; None for all there are."""
    key: QuestionContent | None = None
    """The question with its new key, where the rule asks for one."""

    def touches(self, quiz_id: int, version_id: int) -> bool:
        """Tell whether it is about a version as asked by a quiz."""
        in_course = self.quiz_ids is None or quiz_id in self.quiz_ids
        return version_id in self.version_ids and self.quiz_id in (None, quiz_id) and in_course


@dataclass(frozen=True, kw_only=True)
class Earned:
    """What a question of a paper earned, of how much."""

    mark: int | None
    max_mark: int


def needs_key(rule: KeyRule) -> bool:
    """Tell whether a rule asks by which version papers are marked."""
    return rule in (KeyRule.EITHER, KeyRule.NEW)


def earned_by(content: QuestionContent, answer: Answer, certainty: Certainty, full: int) -> int | None:
    """Return the mark of an answer under a key; None where a person has to say."""
    fraction = fraction_of(content, answer)
    if fraction is None:
        return None
    if certainty is Certainty.COUNTS and is_answered(content, answer):
        fraction = with_certainty(fraction, answer.get("sure", 1))
    return mark_of(fraction, full)


def changed(
    change: Change, asked: QuestionContent, answer: Answer, certainty: Certainty, before: Earned, full: int
) -> Earned:
    """Return what a question earns after a change.

    Args:
        change: what was decided.
        asked: the question as the paper asked it.
        answer: the one that counts.
        certainty: whether it matters how sure one was.
        before: what the question earned so far.
        full: what it was worth when the paper was drawn.
    """
    if change.rule is KeyRule.DROP:
        return Earned(mark=0, max_mark=0)
    if change.rule is KeyRule.FULL:
        return Earned(mark=full, max_mark=full)
    key = change.key
    new = earned_by(key, translated(asked, key, answer), certainty, full) if key else None
    if new is None:
        return before
    if change.rule is KeyRule.EITHER:
        new = max(new, before.mark or 0) if before.max_mark else new
    return Earned(mark=new, max_mark=full)


def fits(asked: QuestionContent, key: QuestionContent) -> bool:
    """Tell whether answers to one version can be marked by another: it asks the same, in whatever order."""
    if asked.kind is not key.kind or not kind_of(key.kind).is_marked or not kind_of(key.kind).is_asked:
        return False
    if asked.kind is QuestionKind.CLOZE:
        theirs = {gap.key: gap for gap in key.gaps}
        return {gap.key: gap.kind for gap in asked.gaps} == {gap.key: gap.kind for gap in key.gaps} and all(
            _all_found(gap.options, theirs[gap.key].options)
            for gap in asked.gaps
            if gap.kind is QuestionKind.SINGLE_CHOICE
        )
    if asked.kind is QuestionKind.MATCHING:
        return _all_found(_texts(asked), _texts(key)) and len(_partners(asked, key)) == len(asked.options)
    if asked.kind is QuestionKind.ORDERING:
        return len(asked.options) == len(key.options) and _all_found(asked.options, key.options)
    return asked.kind not in CHOSEN or asked.kind is QuestionKind.TRUE_FALSE or _all_found(asked.options, key.options)


def translated(asked: QuestionContent, key: QuestionContent, answer: Answer) -> dict[str, Any]:
    """Return an answer to one version in the keys of another; what the other does not offer is left out."""
    said = dict(answer)
    if asked.kind is QuestionKind.MATCHING:
        texts, partners = _same(_texts(asked), _texts(key)), _partners(asked, key)
        pairs = answer.get("pairs", {}).items()
        said["pairs"] = {texts[one]: partners[other] for one, other in pairs if one in texts and other in partners}
    elif asked.kind is QuestionKind.ORDERING:
        same = _same(asked.options, key.options)
        said["places"] = {same[one]: place for one, place in answer.get("places", {}).items() if one in same}
    elif asked.kind is QuestionKind.CLOZE:
        said["gaps"] = _gaps(asked, key, answer)
    elif asked.kind in CHOSEN and asked.kind is not QuestionKind.TRUE_FALSE:
        same = _same(asked.options, key.options)
        said["keys"] = sorted(same[one] for one in answer.get("keys", ()) if one in same)
    return said


def _gaps(asked: QuestionContent, key: QuestionContent, answer: Answer) -> dict[str, str]:
    mine, theirs = ({gap.key: gap for gap in content.gaps} for content in (asked, key))
    found = {}
    for name, said in answer.get("gaps", {}).items():
        if name in mine and name in theirs:
            is_menu = mine[name].kind is QuestionKind.SINGLE_CHOICE
            word = _same(mine[name].options, theirs[name].options).get(said) if is_menu else said
            if word is not None:
                found[name] = word
    return found


def _text(option: Option) -> Faces:
    return option.text


def _partner(option: Option) -> Faces:
    return option.partner


def _texts(content: QuestionContent) -> list[Option]:
    return [option for option in content.options if option.text]


def _same(old: Sequence[Option], new: Sequence[Option], words: Words = _text) -> dict[str, str]:
    """Return by the key of each old option that of the new one that says the same.

    One whose words are nowhere to be found is the one in its place, if that is new as well: its words were mended.
    """
    by_key = {option.key: words(option) for option in new}
    by_words: dict[Faces, str] = {}
    for option in new:
        by_words.setdefault(words(option), option.key)
    known = {words(option) for option in old}
    found = {}
    for option in old:
        there = by_key.get(option.key)
        if there == words(option) or (there is not None and words(option) not in by_words and there not in known):
            found[option.key] = option.key
        elif words(option) in by_words:
            found[option.key] = by_words[words(option)]
    return found


def _all_found(old: Sequence[Option], new: Sequence[Option]) -> bool:
    found = _same(old, new)
    return len(set(found.values())) == len(old)


def _partners(asked: QuestionContent, key: QuestionContent) -> dict[str, str]:
    """Return the same for the partners of a matching question: equal partners go by the key of the first."""
    first: dict[Faces, str] = {}
    for option in key.options:
        first.setdefault(option.partner, option.key)
    by_key = {option.key: option for option in key.options}
    same = _same(asked.options, key.options, _partner)
    return {old: first[by_key[new].partner] for old, new in same.items()}
