"""Who gets what of meetings."""

from tests.access import Row
from tests.factories.meetings import CODE, meeting_lesson, seat
from tests.factories.study import CourseFactory

SIGNED_IN = dict(visitor=404, member=200, instructor=200, moderator=200, officer=200, administrator=200)
TAKERS = dict(visitor=302, member=303, instructor=303, moderator=303, officer=303, administrator=303)
"""Whoever does not take the course is sent back to the lesson with the words."""
LEADERS = dict(visitor=302, member=403, instructor=200, moderator=403, officer=403, administrator=200)
LEADERS_POST = {**LEADERS, "instructor": 303, "administrator": 303}


def furnish(world) -> None:
    """Make a meeting that begins now, for which the member has signed up."""
    world.meeting = meeting_lesson(CourseFactory(slug="with-meeting"), begins_in=0)
    seat(world.meeting, world.member)


def _lesson(world, part: str = "") -> str:
    return f"/study/lessons/{world.meeting.id}{part}"


def _manage(world, part: str = "") -> str:
    return f"/study/manage/lessons/{world.meeting.id}/meeting{part}"


ROWS = [
    Row("study.show_lesson", "GET", _lesson, **SIGNED_IN, note="meeting"),
    Row("study.sign_up_for_meeting", "POST", lambda w: _lesson(w, "/sign-up"), **TAKERS),
    Row("study.withdraw_from_meeting", "POST", lambda w: _lesson(w, "/withdraw"), **TAKERS),
    Row("study.attend_meeting", "POST", lambda w: _lesson(w, "/attend"), **TAKERS, data=lambda w: {"code": CODE}),
    Row("study.lead_meeting", "GET", _manage, **LEADERS),
    Row("study.tick_present", "POST", _manage, **LEADERS_POST),
    Row(
        "study.tick_by_name",
        "POST",
        lambda w: _manage(w, "/present"),
        **LEADERS_POST,
        data=lambda w: {"username": w.member.username},
    ),
    Row("study.renew_code", "POST", lambda w: _manage(w, "/code"), **LEADERS_POST),
]
