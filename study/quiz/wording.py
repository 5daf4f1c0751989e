"""Turns kinds, marks and times of quizzes, which are data, into the reader's words."""

from datetime import timedelta
from typing import Any

from core.faces import Faces
from core.i18n import _, _l, ngettext
from core.text import excerpt, plain
from study.enums import Certainty, Difficulty, Grading, KeyRule, QuestionKind, QuizMode, Review, VersionState
from study.models import QuizSlot
from study.quiz.figures import figure, percent
from study.quiz.kinds import FULL, Option, QuestionContent, Scoring, cloze
from study.quiz.queries.uses_of_imports import Held

KINDS: dict[QuestionKind, Any] = {
    QuestionKind.SINGLE_CHOICE: _l("one answer"),
    QuestionKind.MULTIPLE_CHOICE: _l("several answers"),
    QuestionKind.TRUE_FALSE: _l("true or false"),
    QuestionKind.SHORT_ANSWER: _l("short answer"),
    QuestionKind.NUMERICAL: _l("a number"),
    QuestionKind.MATCHING: _l("matching"),
    QuestionKind.ORDERING: _l("ordering"),
    QuestionKind.CLOZE: _l("cloze"),
    QuestionKind.ESSAY: _l("essay"),
    QuestionKind.DESCRIPTION: _l("description"),
}

SCORINGS: dict[Scoring, Any] = {
    Scoring.SHARES: _l("each right part earns its share; the question never costs marks"),
    Scoring.NO_WRONG: _l("each right part earns its share, but anything wrong makes it nothing"),
    Scoring.ALL_OR_NOTHING: _l("only what is wholly right earns the mark"),
    Scoring.NEGATIVE: _l("each right part earns its share; a bad answer costs marks earned elsewhere"),
}

RULES: dict[str, Any] = {
    "keep_order": _l("The order stays also where a quiz shuffles."),
    "case_counts": _l("Capital letters matter."),
    "width_counts": _l("Full and half width matter."),
    "spaces_count": _l("Spaces matter."),
    "variants_match": _l("Simplified and traditional characters are the same."),
}

REVIEWS: dict[Review, Any] = {
    Review.AT_ONCE: _l("as soon as they have handed in"),
    Review.AFTER_CLOSING: _l("after the quiz has closed"),
    Review.NEVER: _l("never"),
}

HELD: dict[Held, Any] = {
    Held.EDITED: _l("somebody has edited it since"),
    Held.ASKED: _l("a quiz asks it"),
    Held.ELSEWHERE: _l("a quiz of another course asks it"),
    Held.IN_LESSON: _l("a lesson asks it"),
    Held.TAKEN: _l("there are papers with it"),
    Held.ANSWERED: _l("members have answered it in a lesson"),
}

MODES: dict[QuizMode, Any] = {
    QuizMode.TEST: _l("a test: answers first, the result when it is handed in"),
    QuizMode.PRACTICE: _l("practice: the reasons question by question, as soon as one wants them"),
    QuizMode.EXAM: _l("an exam: nothing is told before you release the results, and nobody tries again after that"),
}

CERTAINTIES: dict[Certainty, Any] = {
    Certainty.NONE: _l("it is not asked"),
    Certainty.ASKED: _l("it is asked, and changes no mark"),
    Certainty.COUNTS: _l("it counts: to be sure of what is wrong costs marks, a lucky guess earns a third"),
}

SURENESS: dict[int, Any] = {3: _l("sure"), 2: _l("fairly sure"), 1: _l("guessed"), 0: _l("not said")}

OPENING = 60
"""Characters of a question that stand for it in lists."""

ROLES: dict[str, Any] = {
    "text": _l("the question"),
    "answer": _l("the answer"),
    "feedback": _l("the explanation"),
    "kind": _l("the kind"),
    "name": _l("the name"),
    "folder": _l("the folder"),
    "tags": _l("the tags"),
    "level": _l("the level"),
    "language": _l("the language"),
    "format": _l("the format"),
}
"""What a column of a table may hold, beside options."""

STATES: dict[VersionState, Any] = {
    VersionState.DRAFT: _l("draft"),
    VersionState.READY: _l("ready"),
    VersionState.RETIRED: _l("retired"),
}

LEVELS: dict[Difficulty, Any] = {
    Difficulty.EASY: _l("easy"),
    Difficulty.MEDIUM: _l("medium"),
    Difficulty.HARD: _l("hard"),
}

GRADINGS: dict[Grading, Any] = {
    Grading.BEST: _l("the best attempt counts"),
    Grading.LAST: _l("the last attempt counts"),
    Grading.FIRST: _l("the first attempt counts"),
    Grading.MEAN: _l("the mean of all attempts counts"),
}


KEY_RULES: dict[KeyRule, Any] = {
    KeyRule.FULL: _l("full marks for everybody"),
    KeyRule.EITHER: _l("the old and the new answer are both right"),
    KeyRule.NEW: _l("only the new answer is right"),
    KeyRule.DROP: _l("the question counts for nobody"),
}


def drawn_from(slot: QuizSlot) -> str:
    """Say what a question must have that is drawn for a place."""
    said = []
    if slot.draw_folder:
        said.append(_("folder “%(name)s”", name=slot.draw_folder))
    if slot.draw_tag:
        said.append(_("tag “%(name)s”", name=slot.draw_tag))
    if slot.draw_level:
        said.append(str(LEVELS[slot.draw_level]))
    return _(", ").join(said) or _("any question that is ready")


def opening(html: Faces, name: str) -> Faces:
    """Return how a question begins, for lists; its name where it has no words, as a picture alone."""
    zh, en = (excerpt(plain(cloze.bare(one)), OPENING) for one in (html.zh, html.en))
    return Faces(zh=zh, en=en) or Faces(zh=name, en=name)


def byname(html: Faces, name: str) -> str:
    """Return the name of a question where it says more than its own first words do."""
    if not html:
        return ""
    known = name.rstrip("…")
    return "" if any(plain(cloze.bare(one)).startswith(known) for one in (html.zh, html.en)) else name


def accepted(option: Option) -> str:
    """Return an accepted answer as its author wrote it, with its tolerance."""
    return f"{option.pattern} ± {option.tolerance}" if option.tolerance else option.pattern


def rules(content: QuestionContent) -> list[str]:
    """Say in what a question is asked or marked otherwise than usual."""
    told = content.settings
    lines = [str(words) for name, words in RULES.items() if getattr(told, name)]
    if told.scoring is not Scoring.SHARES:
        lines.insert(0, str(SCORINGS[told.scoring]))
    if told.units:
        units = _(", ").join(f"{name} = {factor}" for name, factor in told.units)
        lines.append(_("Units: %(units)s. A missing one costs %(cost)s %%.", units=units, cost=percent(told.unit_cost)))
    if told.rubric:
        criteria = _(", ").join(f"{points} {title}" for points, title in told.rubric)
        lines.append(_("Criteria: %(criteria)s.", criteria=criteria))
    if told.files:
        lines.append(ngettext("An answer may have %(num)s file.", "An answer may have %(num)s files.", told.files))
    return lines


def ledger() -> dict[str, str]:
    """Return what the script of a paper says."""
    return {
        "sending": _("Sending …"),
        "saved": _("saved %(time)s"),
        "kept": _("Not sent yet; kept on this device"),
        "kept_here": _("Not sent yet; do not close this page"),
        "offline": _("No connection. Go on: your answers are kept on this device and sent when it is back."),
        "offline_here": _("No connection, and this browser keeps nothing. Leave this page open until it is back."),
        "signed_out": _(
            "You are no longer signed in. Your answers are kept on this device: "
            "sign in on another page, then load this one again."
        ),
        "newer": _("A newer answer from another window or device counts (%(time)s)."),
        "show": _("Show it"),
        "late": _("This answer came after the time was over. It was not counted, but it is on record."),
        "closed": _("This answer came after the paper was handed in. It was not counted, but it is on record."),
        "passed": _("This answer came after its question was closed. It was not counted, but it is on record."),
        "forged": _("This answer could not be taken. Load the page again."),
        "flood": _("There are too many changes. Nothing more is taken."),
    }


UNKNOWN = "—"


def fixed(value: float | None, of: int = 1) -> str:
    """Return a figure that was worked out with two places; a dash where it cannot be known."""
    return UNKNOWN if value is None else f"{value / of:.2f}"


def shared(per_cent: float | None) -> str:
    """Return a share that was worked out, in per cent; a dash where it cannot be known."""
    return UNKNOWN if per_cent is None else f"{per_cent:.1f} %"


def bare(html: Faces) -> Faces:
    """Return a text with a line in place of each gap."""
    return Faces(zh=cloze.bare(html.zh), en=cloze.bare(html.en))


def marks(thousandths: int) -> str:
    """Say how many marks something is worth."""
    if thousandths % FULL:
        return _("%(number)s marks", number=figure(thousandths))
    return ngettext("%(num)s mark", "%(num)s marks", thousandths // FULL)


def extent(questions: int, thousandths: int) -> str:
    """Say how many questions a quiz asks and how many marks they are worth together."""
    asked = ngettext("%(count)s question", "%(count)s questions", questions, count=questions)
    return _("%(questions)s, %(marks)s", questions=asked, marks=marks(thousandths))


def left(time: timedelta) -> str:
    """Return the time left as a clock shows it: 12:40, or 1:02:05; more than a day in days and hours."""
    if time.days > 0:
        return _("%(days)s d %(hours)s h", days=time.days, hours=time.seconds // 3600)
    minutes, seconds = divmod(int(time.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"


def took(time: timedelta) -> str:
    """Say how long a paper took."""
    minutes, seconds = divmod(max(0, int(time.total_seconds())), 60)
    if minutes >= 60:
        return _("%(hours)s h %(minutes)s min", hours=minutes // 60, minutes=minutes % 60)
    return _("%(minutes)s min %(seconds)s s", minutes=minutes, seconds=seconds)
