"""Says why a lesson counts as it does, and what would complete it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final, Protocol

from core.i18n import _, _l, day_words, ngettext
from study.enums import CompletionRule, LessonKind, ProgressKind
from study.rules import FITTING, Reason, Rule

COMPLETION_RULES: dict[CompletionRule, Any] = {
    CompletionRule.OPENED: _l("It was opened"),
    CompletionRule.READ: _l("Marked as read with the button"),
    CompletionRule.READ_THROUGH: _l("Read to the end, and long enough"),
    CompletionRule.WATCHED: _l("Watched, by the seconds really played"),
    CompletionRule.QUIZ_PASSED: _l("The quiz was passed"),
    CompletionRule.MARKED: _l("A teacher marked the work as passed"),
    CompletionRule.ATTENDED: _l("Attended"),
    CompletionRule.BY_HAND: _l("A teacher confirmed it by hand"),
}

ENTRY_KINDS: dict[ProgressKind, Any] = {
    ProgressKind.OPENED: _l("opened"),
    ProgressKind.READ: _l("read"),
    ProgressKind.STUDIED: _l("studied"),
    ProgressKind.REACHED_END: _l("read to the end"),
    ProgressKind.WATCHED: _l("watched"),
    ProgressKind.QUIZ_PASSED: _l("quiz passed"),
    ProgressKind.QUIZ_FAILED: _l("quiz not passed yet"),
    ProgressKind.MARKED: _l("marked by a teacher"),
    ProgressKind.ATTENDED: _l("attended"),
}


class Stands(Protocol):
    """A standing, or the row that keeps one."""

    @property
    def completed_at(self) -> datetime | None:
        """When the lesson was completed."""

    @property
    def reason(self) -> Reason:
        """Why it is, or why not."""


def standing_words(standing: Stands) -> str:
    """Say why a lesson counts as it does."""
    reason = standing.reason
    if standing.completed_at and reason["code"] in _DONE_ON:
        return _DONE_ON[reason["code"]](day_words(standing.completed_at), reason)
    return str(_SAID[reason["code"]](reason))


def rule_words(rule: Rule) -> str:
    """Say to a learner what completes a lesson."""
    return _RULES[rule.kind](rule.number)


def fitting_words(kind: LessonKind) -> str:
    """Say which rules fit a kind of lesson."""
    return _(
        "This kind of lesson can be completed so: %(rules)s",
        rules=_("; ").join(str(COMPLETION_RULES[rule]) for rule in FITTING[kind]),
    )


def _reading_words(reason: Reason) -> str:
    read = ngettext(
        "read %(minutes)s of %(num)s minute",
        "read %(minutes)s of %(num)s minutes",
        reason["minutes"],
        minutes=min(reason["seconds"] // 60, reason["minutes"]),
    )
    if reason["end"]:
        return _("%(read)s, to the end", read=read)
    return _("%(read)s, not yet to the end", read=read)


_DONE_ON: Final[Mapping[str, Callable[[str, Reason], str]]] = {
    "seen": lambda day, _reason: _("opened on %(day)s", day=day),
    "read": lambda day, _reason: _("read on %(day)s", day=day),
    "read_through": lambda day, _reason: _("read to the end on %(day)s", day=day),
    "watched": lambda day, reason: _("watched %(percent)s%% by %(day)s", percent=reason["percent"], day=day),
    "said_watched": lambda day, _reason: _("marked as watched by hand on %(day)s", day=day),
    "attended": lambda day, _reason: _("attended on %(day)s", day=day),
    "confirmed": lambda day, _reason: _("confirmed by a teacher on %(day)s", day=day),
}

_SAID: Final[Mapping[str, Callable[[Reason], Any]]] = {
    "not_begun": lambda _reason: _("not opened yet"),
    "opened": lambda _reason: _("opened, not finished"),
    "seen": lambda _reason: _("opened"),
    "read": lambda _reason: _("read"),
    "reading": _reading_words,
    "read_through": lambda _reason: _("read to the end"),
    "watching": lambda reason: _("watched %(percent)s%% of %(needed)s%%", **_without_code(reason)),
    "watched": lambda reason: _("watched %(percent)s%%", percent=reason["percent"]),
    "said_watched": lambda _reason: _("marked as watched by hand"),
    "quiz_passed": lambda reason: _("quiz passed at %(percent)s%%", percent=reason["percent"]),
    "quiz_failed": lambda reason: _("quiz not passed yet, best %(percent)s%%", percent=reason["percent"]),
    "unmarked": lambda _reason: _("not marked by a teacher yet"),
    "marked_passed": lambda reason: _("passed by the teacher's mark of %(percent)s%%", percent=reason["percent"]),
    "marked_failed": lambda reason: _("marked at %(percent)s%%, not passed yet", percent=reason["percent"]),
    "unattended": lambda _reason: _("not attended yet"),
    "attended": lambda _reason: _("attended"),
    "unconfirmed": lambda _reason: _("not confirmed by a teacher yet"),
    "confirmed": lambda _reason: _("confirmed by a teacher"),
}

_RULES: Final[Mapping[CompletionRule, Callable[[int], str]]] = {
    CompletionRule.OPENED: lambda _number: _("This lesson is done when you have opened it."),
    CompletionRule.READ: lambda _number: _("This lesson is done when you mark it as read."),
    CompletionRule.READ_THROUGH: lambda number: ngettext(
        "This lesson is done when you have read to the end and spent %(num)s minute on it.",
        "This lesson is done when you have read to the end and spent %(num)s minutes on it.",
        number,
    ),
    CompletionRule.WATCHED: lambda number: _(
        "This lesson is done when you have watched %(percent)s%% of it.", percent=number
    ),
    CompletionRule.QUIZ_PASSED: lambda _number: _("This lesson is done when you pass its quiz."),
    CompletionRule.MARKED: lambda _number: _("This lesson is done when a teacher has marked your work as passed."),
    CompletionRule.ATTENDED: lambda _number: _("This lesson is done when you have attended."),
    CompletionRule.BY_HAND: lambda _number: _("This lesson is done when a teacher confirms it."),
}


def _without_code(reason: Reason) -> Reason:
    return {name: value for name, value in reason.items() if name != "code"}
