"""Where a reader is in the document of a lesson: collected in memory, written in bulk."""

from collections.abc import Sequence
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from accounts.web import current_actor
from core.buffer import WriteBuffer
from core.clock import utcnow
from core.db import transaction
from study.models import Lesson
from study.queries.lessons import get_open_lesson
from study.queries.readings import find_place
from study.services.readings import Places, note_places
from study.views import bp

PAGE_MAX = 100_000


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
    waiting = places_waiting.peek((reader.id, lesson.id))
    place = waiting[0] if waiting else find_place(reader.id, lesson.id)
    return {"place": place, "left_at": place}


@bp.post("/lessons/<int:lesson_id>/page")
@login_required
def note_page(lesson_id: int) -> ResponseReturnValue:
    """Take from a script which page of the document is being read."""
    reader = current_actor()
    lesson, outline = get_open_lesson(lesson_id, reader)
    page = request.form.get("page", 0, int)
    if outline.is_enrolled and 0 < page <= PAGE_MAX:
        places_waiting.put((reader.id, lesson.id), (page, utcnow()))
    return "", 204
