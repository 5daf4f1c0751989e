"""Says how hours were counted and which texts were studied."""

from collections.abc import Iterator, Sequence
from datetime import date

from core.i18n import _, _l, current_zone
from study.queries.hours import CourseHours, LessonHours, Version

SHOWN = 12
"""Digits of a checksum on paper; the file has all of them."""

COUNTED = {
    "active": _l("active time on the page"),
    "clock": _l("from opening to marking, capped"),
    "both": _l("active time; in part from opening to marking, capped"),
}


def version_words(version: Version, digits: int = SHOWN) -> str:
    """Name a text that was studied."""
    day = version.changed_at.astimezone(current_zone()).date().isoformat()
    if version.number is None:
        return _("text of %(day)s", day=day)
    return _(
        "file version %(number)s of %(day)s, SHA-256 %(sum)s",
        number=version.number,
        day=day,
        sum=version.checksum[:digits],
    )


def days_words(lesson: LessonHours) -> str:
    """Say from which day to which day a lesson was studied."""
    first, last = min(lesson.days), max(lesson.days)
    return first.isoformat() if first == last else f"{first.isoformat()} – {last.isoformat()}"


def table(courses: Sequence[CourseHours], first: date, last: date) -> Iterator[Sequence[object]]:
    """Yield the rows of the table that is taken away."""
    yield (_("Period"), first.isoformat(), last.isoformat())
    yield (
        _("Course"),
        _("Lesson"),
        _("Document"),
        _("First day"),
        _("Last day"),
        _("Minutes"),
        _("How it was counted"),
        _("What was studied"),
    )
    for course in courses:
        for lesson in course.lessons:
            yield (
                course.title.pick(),
                lesson.title.pick(),
                lesson.material,
                min(lesson.days).isoformat(),
                max(lesson.days).isoformat(),
                lesson.minutes,
                str(COUNTED[lesson.counted]),
                _("; ").join(version_words(version, 64) for version in lesson.versions),
            )
    yield (_("Total"), "", "", "", "", sum(course.minutes for course in courses), "", "")
