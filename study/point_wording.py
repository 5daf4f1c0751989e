"""Turns points, which are data, into the reader's words."""

from core.i18n import _, ngettext
from study.points import A_DAY, LESSON_DONE, DayPoints, PointKind, Reason


def today_words(today: DayPoints) -> str:
    """Say how many points today has of those it may have."""
    return _("Today %(points)s of at most %(most)s", points=today.total, most=A_DAY)


def reason_words(reason: Reason) -> str:
    """Say what a part of the points is for."""
    if reason.kind is PointKind.RIGHT:
        return ngettext("%(num)s question answered rightly", "%(num)s questions answered rightly", reason.number)
    if reason.kind is PointKind.STUDIED:
        return ngettext("%(num)s minute of active study", "%(num)s minutes of active study", reason.number)
    return ngettext("%(num)s lesson done", "%(num)s lessons done", reason.number)


def rule_words() -> str:
    """Say how points are counted."""
    return _(
        "A question answered rightly gives 2 points, on a second and third day 1 more; five active minutes give 1, "
        "half and a quarter of that when you come back to the same lesson on other days; a lesson done gives %(done)s. "
        "Nothing is given for an open page, and nothing is ever taken away.",
        done=LESSON_DONE,
    )


def tenths(number: int) -> str:
    """Return tenths as a figure without a needless zero."""
    whole, rest = divmod(number, 10)
    return f"{whole}.{rest}" if rest else str(whole)
