"""Who gets what of progress: active time and what teachers confirm."""

from core.db import db
from study.enums import CompletionRule
from study.models import LessonNote
from tests.access import Row
from tests.factories.quiz import enrolled
from tests.factories.study import LessonFactory

AUTHORS = dict(visitor=302, member=403, instructor=200, moderator=403, officer=403, administrator=200)

OWN = dict(visitor=302, member=200, instructor=200, moderator=200, officer=200, administrator=200)


def furnish(world) -> None:
    """Make a lesson that a teacher confirms by hand, in the members' course, which the member takes."""
    world.confirmed_lesson = LessonFactory(module=world.module, completion=CompletionRule.BY_HAND)
    enrolled(world.member, world.course)
    db.session.add(LessonNote(user_id=world.member.id, lesson_id=world.lesson.id, mark="lesson", body="Mine"))
    db.session.commit()


def _learners(world) -> str:
    return f"/study/manage/lessons/{world.confirmed_lesson.id}/learners"


ROWS = [
    Row(
        "study.note_active",
        "POST",
        lambda w: f"/study/lessons/{w.lesson.id}/active",
        **dict(visitor=302, member=204, instructor=204, moderator=204, officer=204, administrator=204),
        data=lambda w: {"seconds": "60"},
    ),
    Row(
        "study.note_active",
        "POST",
        lambda w: f"/study/lessons/{w.draft_lesson.id}/active",
        **dict(visitor=302, member=404, instructor=204, moderator=204, officer=404, administrator=204),
        note="draft",
    ),
    Row("study.list_learners", "GET", _learners, **AUTHORS),
    Row(
        "study.confirm_learner",
        "POST",
        lambda w: f"{_learners(w)}/{w.member.id}",
        **{**AUTHORS, "instructor": 303, "administrator": 303},
        data=lambda w: {"done": "1"},
    ),
    Row("study.confirm_learners", "POST", _learners, **{**AUTHORS, "instructor": 303, "administrator": 303}),
    Row("study.show_hours", "GET", lambda w: "/study/progress/hours", **OWN),
    Row("study.download_hours", "GET", lambda w: "/study/progress/hours.csv", **OWN),
    Row(
        "study.edit_note",
        "GET",
        lambda w: f"/study/lessons/{w.lesson.id}/notes/lesson",
        **OWN,
    ),
    Row(
        "study.edit_note",
        "POST",
        lambda w: f"/study/lessons/{w.lesson.id}/notes/lesson",
        **{**dict.fromkeys(OWN, 303), "visitor": 401},
        data=lambda w: {"body": "Mine", "colour": "green"},
        note="visitors get their text back",
    ),
    Row(
        "study.edit_note",
        "GET",
        lambda w: f"/study/lessons/{w.draft_lesson.id}/notes/lesson",
        **dict(visitor=302, member=404, instructor=200, moderator=200, officer=404, administrator=200),
        note="draft",
    ),
    Row(
        "study.delete_note",
        "POST",
        lambda w: f"/study/lessons/{w.lesson.id}/notes/lesson/delete",
        **{**dict.fromkeys(OWN, 404), "visitor": 302, "member": 303},
        note="only the member has one",
    ),
    Row("study.list_notes", "GET", lambda w: "/study/notes", **OWN),
    Row("study.download_notes", "GET", lambda w: "/study/notes.md", **OWN),
]
