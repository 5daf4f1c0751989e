"""Where a reader is in the document of a lesson: a script's word is written at once, what a GET shows in bulk."""

from collections.abc import Sequence
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from accounts.web import current_actor
from core.buffer import WriteBuffer
from core.clock import utcnow
from core.db import transaction
from study.enums import ExtractionFault
from study.models import Lesson, Material
from study.queries.lessons import get_open_lesson, lesson_material
from study.queries.readings import find_place
from study.services.readings import Places, note_places
from study.views import bp

PAGE_MAX = 100_000
"""Pages of a file whose words could not be counted by page: one of pictures alone."""


def _write_places(places: Places) -> None:
    with transaction():
        note_places(places)


places_waiting = WriteBuffer("study.places", _write_places)


def reading_part(lesson: Lesson, pages: Sequence[str], *, is_pdf: bool, tracked: bool) -> dict[str, Any]:
    """Return where the reader of a document stopped; that a page was asked for now is kept for the next time."""
    reader, asked = current_actor(), request.args.get("page", 0, int)
    is_asked = 0 < asked <= len(pages)
    if not tracked or not (is_pdf or len(pages) > 1):
        return {"place": asked if is_asked else 0, "left_at": 0}
    if is_asked:
        places_waiting.put((reader.id, lesson.id), (asked, utcnow()))
        return {"place": asked, "left_at": 0}
    place = _last_place(reader.id, lesson.id)
    return {"place": place, "left_at": place}


def _last_place(user_id: int | None, lesson_id: int) -> int:
    """Return the page noted last: in this process, or by another one, which may have written later."""
    noted = find_place(user_id, lesson_id)
    waiting = places_waiting.peek((user_id, lesson_id))
    if waiting and (noted is None or noted[1] < waiting[1]):
        return int(waiting[0])
    return noted[0] if noted else 0


def _page_count(material: Material | None) -> int:
    if material is None:
        return 0
    return PAGE_MAX if material.fault is ExtractionFault.NO_TEXT else material.page_count


@bp.post("/lessons/<int:lesson_id>/page")
@login_required
def note_page(lesson_id: int) -> ResponseReturnValue:
    """Take from a script which page of the document is being read. Other processes see it at once."""
    reader = current_actor()
    lesson, outline = get_open_lesson(lesson_id, reader)
    page = request.form.get("page", 0, int)
    if reader.id and outline.is_enrolled and 0 < page <= _page_count(lesson_material(lesson)):
        with transaction():
            note_places({(reader.id, lesson.id): (page, utcnow())})
    return "", 204
