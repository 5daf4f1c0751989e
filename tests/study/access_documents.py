"""Who gets what of documents that are shown as pages."""

from study.enums import CourseState
from tests.access import Row
from tests.factories.documents import document_lesson
from tests.factories.study import CourseFactory

SIGNED_IN = dict(visitor=404, member=200, instructor=200, moderator=200, officer=200, administrator=200)
DRAFT = {**SIGNED_IN, "member": 404, "officer": 404}


def furnish(world) -> None:
    """Make a document that all members read, and one in a draft."""
    world.document = document_lesson(CourseFactory(slug="documented"))
    world.unread_document = document_lesson(CourseFactory(slug="undocumented", state=CourseState.DRAFT))


def _picture(lesson, more: str = "") -> str:
    return f"/study/materials/{lesson.material_id}/pictures/1{more}"


ROWS = [
    Row("study.show_document_picture", "GET", lambda w: _picture(w.document), **SIGNED_IN),
    Row("study.show_document_picture", "GET", lambda w: _picture(w.document, "/small"), **SIGNED_IN, note="small"),
    Row(
        "study.note_page",
        "POST",
        lambda w: f"/study/lessons/{w.document.id}/page",
        **{**dict.fromkeys(SIGNED_IN, 204), "visitor": 302},
        data=lambda w: {"page": "1"},
    ),
    Row(
        "study.note_page",
        "POST",
        lambda w: f"/study/lessons/{w.unread_document.id}/page",
        **{**dict.fromkeys(SIGNED_IN, 204), "visitor": 302, "member": 404, "officer": 404},
        data=lambda w: {"page": "1"},
        note="draft",
    ),
    Row("study.show_document_picture", "GET", lambda w: _picture(w.unread_document), **DRAFT, note="draft"),
]
