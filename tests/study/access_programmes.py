"""Who gets what of programmes, copies and places."""

from core.clock import utcnow
from core.db import db
from core.faces import Faces
from core.permissions import MEMBERS
from study.models import Programme, ProgrammeCourse
from tests.access import Row
from tests.study.access import AUTHORS, AUTHORS_POST, SIGNED_IN


def furnish(world) -> None:
    """Put the members' course into a programme for members."""
    made = Programme(
        slug="all-of-it",
        title=Faces("全套", "All of it"),
        audience=MEMBERS,
        branch_id=world.root.id,
        published_at=utcnow(),
        created_by_id=world.instructor.id,
    )
    db.session.add(made)
    db.session.flush()
    db.session.add(ProgrammeCourse(programme_id=made.id, course_id=world.course.id))
    db.session.commit()


def _manage(_world) -> str:
    return "/study/manage/programmes/all-of-it"


NEW = {"title_zh": "新", "audience": "members"}

ROWS = [
    Row("study.show_programme", "GET", lambda w: "/study/programmes/all-of-it", **SIGNED_IN),
    Row("study.create_programme", "GET", lambda w: "/study/manage/programmes/new", **AUTHORS),
    Row(
        "study.create_programme",
        "POST",
        lambda w: "/study/manage/programmes/new",
        **AUTHORS_POST,
        data=lambda w: {**NEW, "branch": w.root.id},
    ),
    Row("study.edit_programme", "GET", lambda w: _manage(w) + "/edit", **AUTHORS),
    Row("study.edit_programme", "POST", lambda w: _manage(w) + "/edit", **AUTHORS_POST, data=lambda w: NEW),
    Row("study.manage_programme", "GET", _manage, **AUTHORS),
    Row(
        "study.change_programme_courses",
        "POST",
        lambda w: _manage(w) + "/courses",
        **AUTHORS_POST,
        data=lambda w: {"act": "add", "course_id": w.public_course.id},
    ),
    Row(
        "study.change_programme_state",
        "POST",
        lambda w: _manage(w) + "/state",
        **AUTHORS_POST,
        data=lambda w: {"state": "draft"},
    ),
    Row("study.delete_programme", "GET", lambda w: _manage(w) + "/delete", **AUTHORS),
    Row("study.delete_programme", "POST", lambda w: _manage(w) + "/delete", **AUTHORS_POST),
    Row("study.copy", "GET", lambda w: f"/study/manage/courses/{w.course.slug}/copy", **AUTHORS),
    Row(
        "study.copy",
        "POST",
        lambda w: f"/study/manage/courses/{w.course.slug}/copy",
        **AUTHORS_POST,
        data=lambda w: {"kind": "copy", "title_zh": "副本"},
    ),
    Row("study.place_lesson", "GET", lambda w: f"/study/manage/lessons/{w.lesson.id}/place", **AUTHORS),
    Row(
        "study.place_lesson",
        "POST",
        lambda w: f"/study/manage/lessons/{w.lesson.id}/place",
        **AUTHORS_POST,
        data=lambda w: {"place": f"{w.module.id}:0"},
    ),
    Row(
        "study.place_module",
        "POST",
        lambda w: f"/study/manage/modules/{w.module.id}/place",
        **AUTHORS_POST,
        data=lambda w: {"after": "0"},
    ),
]
