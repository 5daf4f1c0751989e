"""Says how to open what is not open yet: words and a link for every bar."""

from collections.abc import Iterable

from core.i18n import _, current_zone, day_words, moment_words
from core.subjects import Key
from study import urls
from study.completion import Bar
from study.enums import BarKind
from study.queries.outlines import Outline


def keys(bars: Iterable[Bar], outline: Outline) -> list[Key]:
    """Return what opens a lesson, each with where to go for it."""
    return [_KEYS[bar.kind](bar, outline) for bar in bars]


def _day(bar: Bar, _outline: Outline) -> Key:
    if bar.at is None:
        return Key("", "", "")
    at_midnight = bar.at.astimezone(current_zone()).strftime("%H:%M") == "00:00"
    return Key(_("Opens on %(day)s", day=day_words(bar.at) if at_midnight else moment_words(bar.at)), "", "")


def _lesson(bar: Bar, outline: Outline) -> Key:
    lesson = outline.lesson(bar.lesson_id)
    if lesson is None:
        return Key(_("Take the course to open its lessons one after another"), urls.for_course(outline.course.slug), "")
    return Key(_("Opens when “%(title)s” is done", title=lesson.title), urls.for_lesson(lesson.id), lesson.title.pick())


def _quiz(bar: Bar, outline: Outline) -> Key:
    lesson = outline.lesson(bar.lesson_id)
    title = lesson.title if lesson else ""
    words = _("Opens with %(percent)s%% in the quiz “%(title)s”", percent=bar.percent, title=title)
    return Key(words, urls.for_lesson(bar.lesson_id or 0), str(title))


def _course(bar: Bar, outline: Outline) -> Key:
    named = outline.named("course", bar.course_id)
    if named is None:
        return Key(_("Opens after a course that you cannot see"), "", "")
    words = _("Opens when you have finished the course “%(title)s”", title=named.title)
    return Key(words, urls.for_course(named.slug), named.title.pick())


def _branch(bar: Bar, outline: Outline) -> Key:
    named = outline.named("branch", bar.branch_id)
    title = named.title if named else ""
    return Key(
        _("Only for members of %(branch)s", branch=title), f"/branches/{named.slug}" if named else "", str(title)
    )


def _enrol(_bar: Bar, outline: Outline) -> Key:
    return Key(_("Take the course first"), urls.for_course(outline.course.slug), outline.course.title.pick())


_KEYS = {
    BarKind.DATE: _day,
    BarKind.ORDER: _lesson,
    BarKind.LESSON: _lesson,
    BarKind.QUIZ: _quiz,
    BarKind.COURSE: _course,
    BarKind.BRANCH: _branch,
    BarKind.ENROL: _enrol,
}
