"""What completes a lesson: the rules an author can choose, and the verdict of each on a ledger. No rows, no words."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from study.enums import CompletionRule, LessonKind, ProgressKind

Reason = dict[str, Any]
Verdict = tuple[datetime | None, Reason]
"""When the lesson was completed, if it is, and why."""

_TEXT: Final = (
    CompletionRule.READ,
    CompletionRule.READ_THROUGH,
    CompletionRule.OPENED,
    CompletionRule.BY_HAND,
)
_PLAYED: Final = (CompletionRule.WATCHED, CompletionRule.READ, CompletionRule.OPENED, CompletionRule.BY_HAND)
FITTING: Final[Mapping[LessonKind, tuple[CompletionRule, ...]]] = {
    LessonKind.PAGE: _TEXT,
    LessonKind.DOCUMENT: _TEXT,
    LessonKind.LINK: (CompletionRule.READ, CompletionRule.OPENED, CompletionRule.BY_HAND),
    LessonKind.VIDEO: _PLAYED,
    LessonKind.AUDIO: _PLAYED,
    LessonKind.ASSIGNMENT: (CompletionRule.MARKED,),
    LessonKind.MEETING: (CompletionRule.ATTENDED,),
    LessonKind.QUIZ: (CompletionRule.QUIZ_PASSED,),
}
"""Which rules fit a kind of lesson, the usual one first."""

WATCHED_PERCENT: Final = 90
"""Which share of a film has to be played when the author says nothing else."""

STAFF_KINDS: Final = frozenset({ProgressKind.MARKED, ProgressKind.ATTENDED})
"""Entries that others write about a member; they open no lesson."""


@dataclass(frozen=True)
class Rule:
    """What completes a lesson."""

    kind: CompletionRule
    number: int = 0
    """Minutes at least to read, or percent at least to watch."""


class Entry(NamedTuple):
    """One row of the ledger."""

    kind: ProgressKind
    at: datetime
    detail: Mapping[str, Any] = MappingProxyType({})


def usual_rule(kind: LessonKind, minutes: int) -> Rule:
    """Return the rule of a lesson whose author chose none."""
    rule = FITTING[kind][0]
    return Rule(rule, usual_number(rule, minutes))


def usual_number(rule: CompletionRule, minutes: int) -> int:
    """Return the number of a rule whose author chose none; a quick reader needs half of the minutes a lesson takes."""
    if rule is CompletionRule.READ_THROUGH:
        return max(minutes // 2, 1)
    return WATCHED_PERCENT if rule is CompletionRule.WATCHED else 0


def rule_in_force(kind: LessonKind, quiz_id: int | None, rule: Rule) -> Rule:
    """Return the rule that counts: a lesson whose quiz was deleted is done by reading."""
    gone = kind is LessonKind.QUIZ and quiz_id is None
    return Rule(CompletionRule.READ) if gone and rule.kind is CompletionRule.QUIZ_PASSED else rule


def verdict(entries: Sequence[Entry], rule: Rule) -> Verdict:
    """Say whether the entries, oldest first, complete a lesson under a rule."""
    return _VERDICTS[rule.kind](entries, rule)


def _opened(entries: Sequence[Entry], _rule: Rule) -> Verdict:
    for entry in entries:
        if entry.kind not in STAFF_KINDS:
            return entry.at, {"code": "seen"}
    return None, {"code": "opened"}


def _read(entries: Sequence[Entry], _rule: Rule) -> Verdict:
    for entry in entries:
        if entry.kind is ProgressKind.READ:
            return entry.at, {"code": "read"}
    return None, {"code": "opened"}


def _read_through(entries: Sequence[Entry], rule: Rule) -> Verdict:
    """Both have to be there: the end was reached, or the button at the foot pressed, and the time was taken."""
    seconds, at_end = 0, False
    for entry in entries:
        at_end = at_end or entry.kind in (ProgressKind.REACHED_END, ProgressKind.READ)
        if entry.kind is ProgressKind.STUDIED:
            seconds += int(entry.detail.get("seconds", 0))
        if at_end and seconds >= rule.number * 60:
            return entry.at, {"code": "read_through", "seconds": seconds}
    return None, {"code": "reading", "seconds": seconds, "minutes": rule.number, "end": at_end}


def _watched(entries: Sequence[Entry], rule: Rule) -> Verdict:
    """Without scripts nothing is counted; then the member says so, and that is what the reason says."""
    played = [entry for entry in entries if entry.kind is ProgressKind.WATCHED]
    best = max(map(_percent, played), default=0)
    for entry in entries:
        if entry.kind is ProgressKind.WATCHED and _percent(entry) >= rule.number:
            return entry.at, {"code": "watched", "percent": best}
        if entry.kind is ProgressKind.READ:
            return entry.at, {"code": "said_watched", "percent": best}
    return None, {"code": "watching", "percent": best, "needed": rule.number}


def may_say_watched(opened_at: datetime | None, length: timedelta, percent: int, now: datetime) -> bool:
    """Tell whether somebody without scripts may say that a recording was watched.

    Nothing counts the seconds played then, so the clock is asked: playing so much of it has to fit between the first
    opening and now. A recording that does not say how long it is may always be marked.
    """
    return not length or (opened_at is not None and now - opened_at >= length * percent / 100)


def _quiz_passed(entries: Sequence[Entry], _rule: Rule) -> Verdict:
    """The last verdict on each attempt counts (a key may be corrected); one passed attempt is enough."""
    verdicts: dict[object, Entry] = {}
    for entry in entries:
        if entry.kind in (ProgressKind.QUIZ_PASSED, ProgressKind.QUIZ_FAILED):
            verdicts[entry.detail.get("attempt")] = entry
    passed = [entry for entry in verdicts.values() if entry.kind is ProgressKind.QUIZ_PASSED]
    if passed:
        best = max(_percent(entry) for entry in passed)
        return min(entry.at for entry in passed), {"code": "quiz_passed", "percent": best}
    if verdicts:
        best = max(_percent(entry) for entry in verdicts.values())
        return None, {"code": "quiz_failed", "percent": best}
    return None, {"code": "opened"}


def _marked(entries: Sequence[Entry], _rule: Rule) -> Verdict:
    """The last mark counts: work may be handed in again, and a mark be corrected."""
    since, last = _standing_yes(entries, ProgressKind.MARKED, "passed")
    if last is None:
        return None, {"code": "unmarked"}
    return since, {"code": "marked_passed" if since else "marked_failed", "percent": _percent(last)}


def _attended(entries: Sequence[Entry], _rule: Rule) -> Verdict:
    since, _last = _standing_yes(entries, ProgressKind.ATTENDED, "attended")
    return since, {"code": "attended" if since else "unattended"}


def _by_hand(entries: Sequence[Entry], _rule: Rule) -> Verdict:
    since, _last = _standing_yes(entries, ProgressKind.MARKED, "passed")
    return since, {"code": "confirmed" if since else "unconfirmed"}


def _standing_yes(entries: Sequence[Entry], kind: ProgressKind, word: str) -> tuple[datetime | None, Entry | None]:
    """Return since when the entries of a kind say yes without a later no, and the last of them."""
    since, last = None, None
    for entry in entries:
        if entry.kind is kind:
            last = entry
            since = (since or entry.at) if entry.detail.get(word, True) else None
    return since, last


def _percent(entry: Entry) -> int:
    return int(entry.detail.get("percent", 0))


_VERDICTS: Final[Mapping[CompletionRule, Callable[[Sequence[Entry], Rule], Verdict]]] = {
    CompletionRule.OPENED: _opened,
    CompletionRule.READ: _read,
    CompletionRule.READ_THROUGH: _read_through,
    CompletionRule.WATCHED: _watched,
    CompletionRule.QUIZ_PASSED: _quiz_passed,
    CompletionRule.MARKED: _marked,
    CompletionRule.ATTENDED: _attended,
    CompletionRule.BY_HAND: _by_hand,
}
