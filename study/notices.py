"""Kinds of notices of the study room."""

from core.i18n import _l
from core.notifications import notice_kind

_NOTE = "%(note)s"

ASSIGNED = notice_kind(
    "study.assigned", _l("%(actor)s asks you to study “%(title)s” by %(due)s"), icon="horn", detail=_NOTE
)
DUE_SOON = notice_kind("study.due_soon", _l("“%(title)s” is due by %(due)s"), icon="clock")
OVERDUE = notice_kind("study.overdue", _l("“%(title)s” was due by %(due)s and is not done yet"), icon="clock")
DUE_CHANGED = notice_kind("study.due_changed", _l("%(actor)s gives you until %(due)s for “%(title)s”"), icon="clock")
WITHDRAWN = notice_kind(
    "study.withdrawn", _l("%(actor)s no longer asks you to study “%(title)s”; what you did in it is kept"), icon="check"
)

WORK_PASSED = notice_kind(
    "study.work_passed", _l("Your work for “%(title)s” was accepted with %(percent)s%%"), icon="check"
)
WORK_FAILED = notice_kind(
    "study.work_failed", _l("Your work for “%(title)s” was marked with %(percent)s%% and not accepted yet"), icon="note"
)
QUIZ_MARKED = notice_kind("study.quiz_marked", _l("“%(title)s” is marked: %(percent)s%%"), icon="check")
GRADED = notice_kind("study.graded", _l("Your marks in “%(title)s” have changed: %(item)s"), icon="check")
COMMENTED = notice_kind("study.commented", _l("%(actor)s has commented on your answers in “%(title)s”"), icon="note")
SEAT_FREE = notice_kind("study.seat_free", _l("A seat became free and is yours: “%(title)s”"), icon="check")
MEETING_SOON = notice_kind("study.meeting_soon", _l("“%(title)s” begins %(begins)s"), icon="clock", detail="%(place)s")
MEETING_MOVED = notice_kind("study.meeting_moved", _l("Time or place has changed: “%(title)s”"), icon="clock")
CITED_CHANGED = notice_kind(
    "study.cited_changed",
    _l("“%(course)s” has changed where questions rest on it: look at them (%(count)s)"),
    icon="note",
)
CARDS_DUE = notice_kind("study.cards_due", _l("Your mistake notebook: cards due today: %(count)s"), icon="note")
