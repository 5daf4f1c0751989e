"""Who gets what of announcements and calendars."""

from core.db import db
from core.faces import Faces
from study.models import Announcement
from tests.access import Row
from tests.study.access import AUTHORS, AUTHORS_POST, DRAFT, EVERYBODY, POST, SIGNED_IN


def furnish(world) -> None:
    """Let the instructor announce something in the members' course."""
    world.course_announcement = Announcement(
        course_id=world.course.id, author_id=world.instructor.id, title=Faces("开课", "We begin")
    )
    db.session.add(world.course_announcement)
    db.session.commit()


def _own(world) -> str:
    return f"/study/manage/announcements/{world.course_announcement.id}"


ROWS = [
    Row("study.list_announcements", "GET", lambda w: f"/study/courses/{w.course.slug}/announcements", **SIGNED_IN),
    Row(
        "study.list_announcements",
        "GET",
        lambda w: f"/study/courses/{w.draft.slug}/announcements",
        **DRAFT,
        note="draft",
    ),
    Row("study.make_announcement", "GET", lambda w: f"/study/manage/courses/{w.course.slug}/announcements", **AUTHORS),
    Row(
        "study.make_announcement",
        "POST",
        lambda w: f"/study/manage/courses/{w.course.slug}/announcements",
        **AUTHORS_POST,
        data=lambda w: {"title_zh": "题"},
    ),
    Row("study.edit_announcement", "GET", _own, **AUTHORS),
    Row("study.edit_announcement", "POST", _own, **AUTHORS_POST, data=lambda w: {"title_zh": "题"}),
    Row("study.delete_announcement", "POST", lambda w: _own(w) + "/delete", **AUTHORS_POST),
    Row("study.show_calendar", "GET", lambda w: "/study/calendar", **{**EVERYBODY, "visitor": 302}),
    Row("study.change_calendar", "POST", lambda w: "/study/calendar", **POST),
    Row(
        "study.send_calendar",
        "GET",
        lambda w: "/study/calendar/nobody-has-this.ics",
        **dict.fromkeys(EVERYBODY, 404),
    ),
]
