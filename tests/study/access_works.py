"""Who gets what of assignments and what is handed in for them."""

import io

from core.db import db
from core.files import store
from study.models import WorkFile
from tests.access import Row
from tests.factories.study import CourseFactory
from tests.factories.works import assignment, handed_in

SIGNED_IN = dict(visitor=404, member=200, instructor=200, moderator=200, officer=200, administrator=200)
GRADERS = dict(visitor=302, member=403, instructor=200, moderator=403, officer=403, administrator=200)
OWN = dict(visitor=404, member=200, instructor=200, moderator=404, officer=404, administrator=200)
"""The member's own file, and those who mark."""
TAKERS = dict(visitor=302, member=303, instructor=303, moderator=303, officer=303, administrator=303)
"""Whoever does not take the course is sent back to the lesson with the words."""


def furnish(world) -> None:
    """Make an assignment for which the member has handed in a file."""
    world.assignment = assignment(CourseFactory(slug="with-work"))
    world.work = handed_in(world.assignment, world.member)
    world.second = assignment(CourseFactory(slug="with-other-work"))
    file = store(io.BytesIO(b"Minutes"), "minutes.txt")
    db.session.add(file)
    db.session.flush()
    world.work_file = WorkFile(work_id=world.work.id, file_id=file.id)
    db.session.add(world.work_file)
    db.session.commit()


def _lesson(world) -> str:
    return f"/study/lessons/{world.assignment.id}"


ROWS = [
    Row("study.show_lesson", "GET", _lesson, **SIGNED_IN, note="assignment"),
    Row(
        "study.send_work",
        "POST",
        lambda w: f"/study/lessons/{w.second.id}/work",
        **{**TAKERS, "visitor": 401},
        data=lambda w: {"body": "x", "act": "save"},
        note="nothing typed is lost",
    ),
    Row("study.take_work_back", "POST", lambda w: _lesson(w) + "/work/take-back", **TAKERS),
    Row("study.send_work_file", "GET", lambda w: f"/study/works/files/{w.work_file.id}", **OWN),
    Row("study.list_works", "GET", lambda w: f"/study/manage/lessons/{w.assignment.id}/works", **GRADERS),
    Row("study.mark_work", "GET", lambda w: f"/study/manage/works/{w.work.id}", **GRADERS),
    Row(
        "study.mark_work",
        "POST",
        lambda w: f"/study/manage/works/{w.work.id}",
        **{**GRADERS, "instructor": 303, "administrator": 303},
        data=lambda w: {"points0": "40", "points1": "20", "comment": "Good.", "seen": w.work.stamp},
    ),
]
