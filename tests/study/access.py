"""Who gets what in the study room, quizzes apart."""

import io

from core.files import store
from core.permissions import PUBLIC, branch_audience
from study.enums import CourseState
from tests.access import Row
from tests.factories.study import CourseFactory, LessonFactory, MaterialFactory, ModuleFactory

EVERYBODY = dict(visitor=200, member=200, instructor=200, moderator=200, officer=200, administrator=200)
SIGNED_IN = {**EVERYBODY, "visitor": 404}
DRAFT = dict(visitor=404, member=404, instructor=200, moderator=200, officer=404, administrator=200)
"""Offices at the root see drafts of the root branch; the officer's branch lies below it."""

AUTHORS = dict(visitor=302, member=403, instructor=200, moderator=403, officer=403, administrator=200)
AUTHORS_POST = {**AUTHORS, "instructor": 303, "administrator": 303}
AUTHORS_DRAFT = {**AUTHORS, "member": 404, "officer": 404}


def furnish(world) -> None:
    """Make a course for everybody, one for members, one for another branch and a draft."""
    world.public_course = CourseFactory(slug="for-all", audience=PUBLIC)
    world.course = CourseFactory(slug="for-members")
    world.foreign_course = CourseFactory(slug="for-others", audience=branch_audience(world.other_branch.id))
    world.draft = CourseFactory(slug="draft", state=CourseState.DRAFT)
    world.module = ModuleFactory(course=world.course)
    world.lesson = LessonFactory(module=world.module)
    world.public_lesson = LessonFactory(module__course=world.public_course)
    world.draft_lesson = LessonFactory(module__course=world.draft)
    file = store(io.BytesIO("会前、会中、会后。".encode()), "minutes.txt")
    world.material = MaterialFactory(course=world.course, file=file)
    world.draft_material = MaterialFactory(course=world.draft)


def _course(world) -> str:
    return f"/study/courses/{world.course.slug}"


def _manage(world) -> str:
    return f"/study/manage/courses/{world.course.slug}"


def _draft(world) -> str:
    return f"/study/manage/courses/{world.draft.slug}"


LESSON_DATA = {"kind": "page", "title_zh": "题", "body_zh": "文。", "minutes": "5", "material_id": "0", "quiz_id": "0"}
POST = dict(visitor=302, member=303, instructor=303, moderator=303, officer=303, administrator=303)

ROWS = [
    Row("study.show_catalogue", "GET", lambda w: "/study/", **EVERYBODY),
    Row("study.show_course", "GET", lambda w: f"/study/courses/{w.public_course.slug}", **EVERYBODY, note="public"),
    Row("study.show_course", "GET", _course, **SIGNED_IN, note="members"),
    Row("study.show_course", "GET", lambda w: f"/study/courses/{w.draft.slug}", **DRAFT, note="draft"),
    Row(
        "study.show_course",
        "GET",
        lambda w: f"/study/courses/{w.foreign_course.slug}",
        **DRAFT,
        note="of another branch",
    ),
    Row("study.enrol", "POST", lambda w: _course(w) + "/enrol", **POST),
    Row(
        "study.enrol",
        "POST",
        lambda w: f"/study/courses/{w.draft.slug}/enrol",
        visitor=302,
        member=404,
        instructor=404,
        moderator=404,
        officer=404,
        administrator=404,
        note="draft",
    ),
    Row("study.leave", "POST", lambda w: _course(w) + "/leave", **POST),
    Row("study.show_lesson", "GET", lambda w: f"/study/lessons/{w.public_lesson.id}", **EVERYBODY, note="public"),
    Row("study.show_lesson", "GET", lambda w: f"/study/lessons/{w.lesson.id}", **SIGNED_IN, note="members"),
    Row("study.show_lesson", "GET", lambda w: f"/study/lessons/{w.draft_lesson.id}", **DRAFT, note="draft"),
    Row("study.mark_read", "POST", lambda w: f"/study/lessons/{w.lesson.id}/read", **POST),
    Row("study.show_material", "GET", lambda w: f"/study/materials/{w.material.id}", **SIGNED_IN),
    Row("study.show_material", "GET", lambda w: f"/study/materials/{w.draft_material.id}", **DRAFT, note="draft"),
    Row("study.send_file", "GET", lambda w: f"/study/materials/{w.material.id}/file", **SIGNED_IN),
    Row("study.send_version", "GET", lambda w: f"/study/materials/{w.material.id}/versions/1", **SIGNED_IN),
    Row("study.show_progress", "GET", lambda w: "/study/progress", **{**EVERYBODY, "visitor": 302}),
    Row("study.list_own", "GET", lambda w: "/study/manage/", **AUTHORS),
    Row("study.create_course", "GET", lambda w: "/study/manage/new", **AUTHORS),
    Row(
        "study.create_course",
        "POST",
        lambda w: "/study/manage/new",
        **AUTHORS_POST,
        data=lambda w: {"slug": "new", "branch": w.root.id, "title_zh": "新课", "audience": "members", "category": ""},
    ),
    Row("study.edit_course", "GET", lambda w: _manage(w) + "/edit", **AUTHORS),
    Row(
        "study.edit_course",
        "POST",
        lambda w: _manage(w) + "/edit",
        **AUTHORS_POST,
        data=lambda w: {"title_zh": "新题", "audience": "members", "category": ""},
    ),
    Row("study.manage_course", "GET", _manage, **AUTHORS),
    Row("study.manage_course", "GET", _draft, **AUTHORS_DRAFT, note="draft"),
    Row(
        "study.change_state", "POST", lambda w: _manage(w) + "/state", **AUTHORS_POST, data=lambda w: {"state": "draft"}
    ),
    Row(
        "study.add_module", "POST", lambda w: _manage(w) + "/modules", **AUTHORS_POST, data=lambda w: {"title_zh": "元"}
    ),
    Row("study.edit_module", "GET", lambda w: f"/study/manage/modules/{w.module.id}", **AUTHORS),
    Row(
        "study.edit_module",
        "POST",
        lambda w: f"/study/manage/modules/{w.module.id}",
        **AUTHORS_POST,
        data=lambda w: {"title_zh": "元"},
    ),
    Row(
        "study.move_module",
        "POST",
        lambda w: f"/study/manage/modules/{w.module.id}/move",
        **AUTHORS_POST,
        data=lambda w: {"step": "up"},
    ),
    Row("study.delete_module", "GET", lambda w: f"/study/manage/modules/{w.module.id}/delete", **AUTHORS),
    Row("study.delete_module", "POST", lambda w: f"/study/manage/modules/{w.module.id}/delete", **AUTHORS_POST),
    Row("study.add_lesson", "GET", lambda w: f"/study/manage/modules/{w.module.id}/lessons", **AUTHORS),
    Row(
        "study.add_lesson",
        "POST",
        lambda w: f"/study/manage/modules/{w.module.id}/lessons",
        **AUTHORS_POST,
        data=lambda w: LESSON_DATA,
    ),
    Row("study.edit_lesson", "GET", lambda w: f"/study/manage/lessons/{w.lesson.id}", **AUTHORS),
    Row(
        "study.edit_lesson",
        "GET",
        lambda w: f"/study/manage/lessons/{w.draft_lesson.id}",
        **AUTHORS_DRAFT,
        note="draft",
    ),
    Row(
        "study.edit_lesson",
        "POST",
        lambda w: f"/study/manage/lessons/{w.lesson.id}",
        **AUTHORS_POST,
        data=lambda w: LESSON_DATA,
    ),
    Row(
        "study.move_lesson",
        "POST",
        lambda w: f"/study/manage/lessons/{w.lesson.id}/move",
        **AUTHORS_POST,
        data=lambda w: {"step": "down"},
    ),
    Row("study.delete_lesson", "GET", lambda w: f"/study/manage/lessons/{w.lesson.id}/delete", **AUTHORS),
    Row("study.delete_lesson", "POST", lambda w: f"/study/manage/lessons/{w.lesson.id}/delete", **AUTHORS_POST),
    Row("study.list_materials", "GET", lambda w: _manage(w) + "/materials", **AUTHORS),
    Row("study.list_materials", "GET", lambda w: _draft(w) + "/materials", **AUTHORS_DRAFT, note="draft"),
    Row(
        "study.upload",
        "POST",
        lambda w: _manage(w) + "/materials",
        **AUTHORS_POST,
        data=lambda w: {"files": (io.BytesIO(b"Bring the minutes."), "note.txt")},
    ),
    Row("study.read_again", "POST", lambda w: f"/study/manage/materials/{w.material.id}/read-again", **AUTHORS_POST),
    Row("study.delete_material", "POST", lambda w: f"/study/manage/materials/{w.material.id}/delete", **AUTHORS_POST),
    Row(
        "study.list_reports",
        "GET",
        lambda w: "/study/reports/",
        visitor=302,
        member=403,
        instructor=403,
        moderator=403,
        officer=302,
        administrator=302,
    ),
    Row(
        "study.show_report",
        "GET",
        lambda w: f"/study/reports/{w.branch.slug}",
        visitor=302,
        member=404,
        instructor=404,
        moderator=404,
        officer=200,
        administrator=200,
        note="own branch",
    ),
    Row(
        "study.show_report",
        "GET",
        lambda w: f"/study/reports/{w.other_branch.slug}",
        visitor=302,
        member=404,
        instructor=404,
        moderator=404,
        officer=404,
        administrator=200,
        note="another branch",
    ),
]
