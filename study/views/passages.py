"""A passage of a lesson by its mark, wherever it stands by then."""

from flask import redirect
from flask.typing import ResponseReturnValue

from accounts.web import current_actor
from core.passages import find_marked
from study import urls
from study.queries.lessons import get_open_lesson
from study.queries.readings import list_passages
from study.views import bp


@bp.get("/lessons/<int:lesson_id>/passages/<mark>")
def open_passage(lesson_id: int, mark: str) -> ResponseReturnValue:
    """Open a lesson at a passage; at its beginning where the passage is gone."""
    lesson, _outline = get_open_lesson(lesson_id, current_actor())
    passage, here = find_marked(list_passages(lesson), mark), urls.for_lesson(lesson_id)
    return redirect(passage.address_on(here) if passage else here)
