"""Turns states, reasons and faults, which are data, into the reader's words."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from core.clock import utcnow
from core.days import last_day, last_day_words
from core.files_http import opens
from core.i18n import _, _l, current_locale, current_zone, day_words, ngettext
from core.media_types import PLAYED
from core.permissions import MEMBERS, PUBLIC
from study.enums import CourseState, ExtractionFault, LearningState, LessonKind, Level, MaterialState, TeamRole
from study.models import Material
from study.queries.lines import LessonLine
from study.standing_wording import ENTRY_KINDS, rule_words, standing_words

__all__ = ["ENTRY_KINDS", "opens", "rule_words", "standing_words"]

HOUR = 60
"""Minutes of an hour."""

LESSON_KINDS: dict[LessonKind, Any] = {
    LessonKind.PAGE: _l("Lesson"),
    LessonKind.DOCUMENT: _l("Document"),
    LessonKind.VIDEO: _l("Video"),
    LessonKind.AUDIO: _l("Audio"),
    LessonKind.QUIZ: _l("Quiz"),
    LessonKind.LINK: _l("Link"),
    LessonKind.ASSIGNMENT: _l("Assignment"),
    LessonKind.MEETING: _l("Meeting"),
}

LESSON_ICONS = {
    LessonKind.PAGE: "book",
    LessonKind.DOCUMENT: "file",
    LessonKind.VIDEO: "play",
    LessonKind.AUDIO: "sound",
    LessonKind.QUIZ: "quiz",
    LessonKind.LINK: "link",
    LessonKind.ASSIGNMENT: "note",
    LessonKind.MEETING: "talk",
}

LEVELS: dict[Level, Any] = {
    Level.BEGINNER: _l("Beginners"),
    Level.INTERMEDIATE: _l("Some experience"),
    Level.ADVANCED: _l("Advanced"),
}

TIMES = {
    "short": _l("Up to 1 hour"),
    "medium": _l("1 to 5 hours"),
    "long": _l("More than 5 hours"),
}

TEAM_ROLES: dict[TeamRole, Any] = {
    TeamRole.INSTRUCTOR: _l("Instructor"),
    TeamRole.ASSISTANT: _l("Assistant"),
}

COURSE_STATES: dict[CourseState, Any] = {
    CourseState.DRAFT: _l("Draft"),
    CourseState.PUBLISHED: _l("Published"),
    CourseState.ARCHIVED: _l("Archived"),
}

STATES_SAID: dict[CourseState, Any] = {
    CourseState.DRAFT: _l("The course is taken back. Only its authors see it now."),
    CourseState.ARCHIVED: _l("The course is archived. Those who take it keep it; nobody else can begin it."),
}

PUBLISHED_FOR: dict[str, Any] = {
    PUBLIC: _l("The course is published. Everybody sees it, also visitors."),
    MEMBERS: _l("The course is published. All members see it."),
}

PUBLISHED_BELOW = _l("The course is published. The members of the branch it is meant for see it.")

MATERIAL_STATES: dict[MaterialState, Any] = {
    MaterialState.WAITING: _l("Text is being read"),
    MaterialState.READY: _l("Text can be searched"),
    MaterialState.FAILED: _l("Text could not be read"),
}

LEARNING_STATES: dict[LearningState, Any] = {
    LearningState.NOT_BEGUN: _l("Not begun"),
    LearningState.UNDER_WAY: _l("Under way"),
    LearningState.DONE: _l("Done"),
}

FAULTS: dict[ExtractionFault, Any] = {
    ExtractionFault.KIND_REFUSED: _l(
        "Only PDF, DOCX, PPTX, EPUB, Markdown, HTML, plain text, subtitles (SRT, VTT, SBV), video (MP4, WebM, OGV) "
        "and sound (MP3, M4A, OGG, Opus, WAV, FLAC) are accepted."
    ),
    ExtractionFault.ENCRYPTED: _l(
        "The file is protected by a password. Save it without the password and send it again."
    ),
    ExtractionFault.BROKEN: _l("The file is damaged and cannot be opened. Open and save it again, then send it."),
    ExtractionFault.TOO_LARGE_INSIDE: _l("The file unpacks to far more than its size and was refused."),
    ExtractionFault.ENTITIES: _l("The file holds document type declarations, which are refused for safety."),
    ExtractionFault.TOO_LONG: _l("Reading the file took too long. Split it into smaller files."),
    ExtractionFault.TOO_MUCH_MEMORY: _l("Reading the file needs too much memory. Split it into smaller files."),
    ExtractionFault.NO_TEXT: _l("The file holds no text, only pictures perhaps. It can be opened but not searched."),
    ExtractionFault.NOT_UTF8: _l("The text is not in UTF-8. Save it as UTF-8 and send it again."),
    ExtractionFault.OTHER_KIND: _l("The file is not what its name says: its content is of another type."),
}


def material_state(material: Material) -> str:
    """Say whether a material can be searched or, of what has no text, played. It comes with its file."""
    if material.file and material.file.media_type in PLAYED and material.state is MaterialState.READY:
        return _("Can be played")
    return str(MATERIAL_STATES[material.state])


def state_said(state: CourseState, audience: str) -> str:
    """Say what a course became and who sees it now."""
    if state is CourseState.PUBLISHED:
        return str(PUBLISHED_FOR.get(audience, PUBLISHED_BELOW))
    return str(STATES_SAID[state])


def length_words(minutes: int) -> str:
    """Say how long something takes: minutes below an hour, half hours above."""
    if minutes < HOUR:
        return ngettext("about %(num)s minute", "about %(num)s minutes", minutes)
    halves = round(minutes * 2 / HOUR)
    if halves == 2:
        return _("about 1 hour")
    return _("about %(hours)s hours", hours=f"{halves // 2}{'.5' if halves % 2 else ''}")


def week_words(start: date) -> str:
    """Return the first day of a week, short enough for a chart."""
    if current_locale() != "en":
        return f"{start.month}/{start.day}"
    return day_words(datetime.combine(start, time(12), current_zone()))


def contents_words(lessons: Sequence[LessonLine]) -> str:
    """Say how many lessons and quizzes a course holds."""
    quizzes = sum(lesson.kind is LessonKind.QUIZ for lesson in lessons)
    texts = len(lessons) - quizzes
    words = [ngettext("%(count)s lesson", "%(count)s lessons", texts, count=texts)] if texts or not quizzes else []
    if quizzes:
        words.append(ngettext("%(count)s quiz", "%(count)s quizzes", quizzes, count=quizzes))
    return _("%(lessons)s, %(quizzes)s", lessons=words[0], quizzes=words[1]) if len(words) > 1 else words[0]


def tally_words(reason: Mapping[str, Any]) -> str:
    """Say what a module's or a course's progress is made of."""
    words = []
    if reason["lessons"]:
        words.append(
            ngettext(
                "%(read)s of %(num)s lesson done",
                "%(read)s of %(num)s lessons done",
                reason["lessons"],
                read=reason["read"],
            )
        )
    words += [_("quiz passed at %(percent)s%%", percent=percent) for percent in reason["passed"]]
    words += [_("quiz not passed yet, best %(percent)s%%", percent=percent) for percent in reason["failed"]]
    if reason["untried"]:
        words.append(ngettext("%(num)s quiz not tried yet", "%(num)s quizzes not tried yet", reason["untried"]))
    return _(", ").join(words) or _("no lessons yet")


def due_words(due_at: datetime) -> str:
    """Say by which day something is due and how far that is, or since when it is overdue."""
    day = last_day(due_at) or date.max
    today = utcnow().astimezone(current_zone()).date()
    if due_at <= utcnow():
        return ngettext("overdue by %(num)s day", "overdue by %(num)s days", max((today - day).days, 1))
    left = (day - today).days
    if left <= 0:
        return _("due today")
    if left == 1:
        return _("due tomorrow")
    return ngettext(
        "due by %(day)s, in %(num)s day", "due by %(day)s, in %(num)s days", left, day=last_day_words(due_at)
    )
